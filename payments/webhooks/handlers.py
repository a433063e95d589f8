"""What each Stripe event does here: find our row, call one function.

The table of names is `banibs/registry/stripe_event_handlers.py`.
"""

from __future__ import annotations

from payments import incidents
from payments.charges import intents
from payments.gateways.stripe import gateway
from payments.models import Intent
from payments.reconciliation import stripe_fees
from payments.refunds import order_refunds, unapplied_payments
from payments.webhooks.process import Ignored, Parked, Seen


def intent(seen: Seen) -> None:
    """`payment_intent.*`: the intent as it is now. Money for an ended checkout goes back at once."""
    row = intents.changed(gateway.intent_state(seen.object))
    if row is None:
        raise _not_ours(seen)
    seen.payment_id = row.payment_id
    if row.status == Intent.Status.UNAPPLIED:
        unapplied_payments.refund(row.pk)


def charge(seen: Seen) -> None:
    """`charge.*`: the real fee, once its balance transaction is known."""
    intent_id = seen.object.get("payment_intent")
    if not intent_id:
        raise Ignored("a charge without a payment intent")
    row = Intent.objects.filter(stripe_id=intent_id).first()
    if row is None:
        row = intents.changed(gateway.read_intent(str(intent_id)))
    if row is None:
        raise Ignored("not a payment of ours")
    seen.payment_id = row.payment_id
    if not row.charge_id or row.status == Intent.Status.OPEN:
        row = intents.changed(gateway.read_intent(str(intent_id))) or row
    if row.status == Intent.Status.OPEN and seen.object.get("status") == "succeeded":
        raise Parked("waits for its payment intent")
    stripe_fees.settle(row.pk)


def refund(seen: Seen) -> None:
    """`refund.*`: how a refund of ours fared on its way to the card."""
    state = gateway.refund_state(seen.object)
    found = order_refunds.changed(state)
    if found is not None:
        seen.payment_id, seen.order_id = found.payment_id, found.order_id
        return
    row = Intent.objects.filter(refund_id=state.id).first()
    if row is None:
        _not_our_refund(seen, state)
    else:
        seen.payment_id = row.payment_id
        unapplied_payments.changed(row, state)


def _not_our_refund(seen: Seen, state: gateway.RefundState) -> None:
    """One of ours whose row is not there yet waits; one made by hand at Stripe is an incident: our books know nothing."""
    if state.metadata.get("banibs_refund") or state.metadata.get("banibs_intent"):
        raise Parked("waits for our row of this refund")
    row = Intent.objects.filter(stripe_id=state.intent).exclude(stripe_id=None).first()
    if row is None:
        raise Ignored("not a refund of ours")
    seen.payment_id = row.payment_id
    incidents.open_one(
        "foreign_refund",
        key=state.id,
        payment_id=row.payment_id,
        detail=f"{incidents.said(state.amount, state.currency)} of {state.intent} were given back at Stripe, not by BANIBS",
    )


def session(seen: Seen) -> None:
    """`checkout.session.*`: its intent, or its end."""
    state = gateway.session_state(seen.object)
    row = intents.session_changed(state)
    if row is None:
        raise Ignored("not a session of ours")
    seen.payment_id = row.payment_id
    if state.intent:
        changed = intents.changed(gateway.read_intent(state.intent))
        if changed is not None and changed.status == Intent.Status.UNAPPLIED:
            unapplied_payments.refund(changed.pk)


def noted(seen: Seen) -> None:
    """Kept in the log and the mirror; nothing else depends on it."""
    intent_id = seen.object.get("payment_intent")
    if isinstance(intent_id, str):
        seen.payment_id = (
            Intent.objects.filter(stripe_id=intent_id).values_list("payment_id", flat=True).first()
        )


def _not_ours(seen: Seen) -> Exception:
    """An intent with our metadata whose row is not there (yet) waits; another is not ours."""
    metadata = seen.object.get("metadata") or {}
    return Parked("waits for our row") if metadata.get("banibs_intent") else Ignored("not a payment of ours")
