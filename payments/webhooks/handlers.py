"""Handlers of Stripe's events: each finds our row and calls one function.

The table of names is `banibs/registry/stripe_event_handlers.py`.
"""

from __future__ import annotations

from banibs.core import events
from payments import incidents
from payments.charges.look_up_intent import sync_session_whole
from payments.charges.sync_intent import sync_intent
from payments.disputes.sync_dispute import NotPaidYet, sync_dispute
from payments.gateways import installation
from payments.gateways.stripe import checkout_sessions, disputes, payment_intents, stripe_data, stripe_refunds
from payments.models import Intent
from payments.reconciliation import stripe_fees
from payments.refunds import unapplied_payments
from payments.refunds.sync_refund import sync_refund
from payments.webhooks.process import Ignored, Parked, WebhookContext


def payment_intent(seen: WebhookContext) -> None:
    """`payment_intent.*`: the intent as it is now. Money for an ended checkout goes back at once."""
    row = sync_intent(payment_intents.intent_state(seen.object))
    if row is None:
        raise _not_ours(seen)
    seen.payment_id = row.payment_id
    if row.status == Intent.Status.UNAPPLIED:
        unapplied_payments.refund_unapplied(row.pk)


def charge(seen: WebhookContext) -> None:
    """`charge.*`: the real fee, once its balance transaction is known."""
    intent_id = seen.object.get("payment_intent")
    if not intent_id:
        raise Ignored("a charge without a payment intent")
    row = Intent.objects.filter(stripe_id=intent_id).first()
    if row is None:
        row = sync_intent(payment_intents.read_intent(str(intent_id)))
    if row is None:
        raise Ignored("not a payment of ours")
    seen.payment_id = row.payment_id
    if not row.charge_id or row.status == Intent.Status.OPEN:
        row = sync_intent(payment_intents.read_intent(str(intent_id))) or row
    if row.status == Intent.Status.OPEN and seen.object.get("status") == "succeeded":
        raise Parked("waits for its payment intent")
    stripe_fees.settle_fee(row.pk)


def refund(seen: WebhookContext) -> None:
    """`refund.*`: how a refund of ours fared on its way to the card, and what it did to our balance."""
    state = stripe_refunds.refund_state(seen.object)
    found = sync_refund(state)
    if found is not None:
        seen.payment_id, seen.order_id = found.payment_id, found.order_id
        return
    row = unapplied_payments.sync_refund(state)
    if row is None:
        _not_our_refund(seen, state)
    else:
        seen.payment_id = row.payment_id


def _not_our_refund(seen: WebhookContext, state: stripe_refunds.RefundState) -> None:
    """One of ours whose row is not there yet waits; one made by hand at Stripe is an incident: our books know nothing."""
    if installation.is_anothers(state.metadata):
        raise Ignored("a refund of another installation")
    if state.metadata.get("banibs_refund") or state.metadata.get("banibs_intent"):
        raise Parked("waits for our row of this refund")
    row = Intent.objects.filter(stripe_id=state.intent).exclude(stripe_id=None).first()
    if row is None:
        raise Ignored("not a refund of ours")
    seen.payment_id = row.payment_id
    incidents.open_incident(
        "foreign_refund",
        key=state.id,
        payment_id=row.payment_id,
        intent_id=row.pk,
        detail=f"{incidents.amount_text(state.amount, state.currency)} of {state.intent} "
        "were given back at Stripe, not by BANIBS",
    )


def dispute(seen: WebhookContext) -> None:
    """`charge.dispute.*`: the dispute as it is now, with the balance transactions that moved our money."""
    if seen.account:
        raise Ignored("a dispute on a connected account")
    try:
        row = sync_dispute(disputes.dispute_state(seen.object))
    except NotPaidYet as early:
        raise Parked("waits for its payment intent") from early
    if row is None:
        raise Ignored("not a dispute of ours")
    seen.payment_id = row.payment_id


def checkout_session(seen: WebhookContext) -> None:
    """`checkout.session.*`: its intent, which a slow bank may pay days later, or its end."""
    state = checkout_sessions.session_state(seen.object)
    row = sync_session_whole(state, actor=events.STRIPE)
    if row is None:
        raise Ignored("not a session of ours")
    seen.payment_id = row.payment_id
    if row.status == Intent.Status.UNAPPLIED:
        unapplied_payments.refund_unapplied(row.pk)


def log_only(seen: WebhookContext) -> None:
    """Kept in the log and the mirror; nothing else depends on it."""
    intent_id = seen.object.get("payment_intent")
    if isinstance(intent_id, str):
        seen.payment_id = (
            Intent.objects.filter(stripe_id=intent_id).values_list("payment_id", flat=True).first()
        )


def _not_ours(seen: WebhookContext) -> Ignored:
    """Our row is committed before Stripe hears of it, so an intent that finds none never will."""
    if installation.is_anothers(stripe_data.metadata(seen.object)):
        return Ignored("a payment of another installation")
    return Ignored("not a payment of ours")
