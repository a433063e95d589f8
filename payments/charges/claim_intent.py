"""Whose an intent at Stripe is: the row of ours that asked for it, a row that it only names, or nobody's here.

Stripe's account may be shared by several installations, whose rows have the same numbers; people write metadata too. What
a row asked for is known by its id, or by its session's; metadata alone are believed under our mark, for a row that has
no intent yet, when payment and checkout are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from payments import incidents
from payments.gateways import installation
from payments.gateways.stripe import checkout_sessions
from payments.gateways.stripe.payment_intents import IntentState
from payments.incidents import amount_text
from payments.models import Intent

log = structlog.get_logger(__name__)
Kind = Intent.Kind


def find_intent(state: IntentState) -> Intent | None:
    """Our row of an intent; None when it is not one of ours. May ask Stripe for the row's session. Raises
    outcomes.Unknown.

    Money that names a row which has another intent gets a row of its own, that pays nothing and is sent back. Money
    under our metadata that is nobody's here is an incident.
    """
    row = Intent.objects.select_related("payment__checkout").filter(stripe_id=state.id).first()
    if row is not None:
        return row
    row = named_row(state.metadata)
    if row is not None and row.stripe_id is None and _asked_for(row, state):
        return row
    if state.status != "succeeded" or not _says_ours(state.metadata):
        return None
    if row is not None and state.currency == row.currency:
        return _stray(row, state)
    _foreign(state)
    return None


def named_row(metadata: Mapping[str, str]) -> Intent | None:
    """The row that these metadata name, if we wrote them: under our mark, or before there was one."""
    number = metadata.get("banibs_intent", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    row = Intent.objects.select_related("payment__checkout").filter(pk=int(number)).first()
    if row is None or not names(row, metadata):
        return None
    return row


def names(row: Intent, metadata: Mapping[str, str]) -> bool:
    """Whether metadata are what we write for this row (for the one that it is named by, where it is a stray's)."""
    if installation.MARK not in metadata and row.created_at > installation.since():
        return False
    checkout = row.payment.checkout
    return (
        not installation.is_anothers(metadata)
        and metadata.get("banibs_intent") == str(row.named_id or row.pk)
        and metadata.get("banibs_payment") == str(row.payment_id)
        and metadata.get("banibs_checkout", "") == (checkout.number if checkout else "")
    )


def _asked_for(row: Intent, state: IntentState) -> bool:
    """Whether the row may be this intent's, whose id it does not know: a session's own intent comes before metadata."""
    if row.kind != Kind.CHECKOUT_SESSION or not row.session_id:
        return True
    return checkout_sessions.read_session(row.session_id).intent == state.id


def _says_ours(metadata: Mapping[str, str]) -> bool:
    return "banibs_intent" in metadata and not installation.is_anothers(metadata)


def _stray(named: Intent, state: IntentState) -> Intent:
    """A row for money that came under another row's name. It is over, so that it stands in no other intent's way."""
    row, new = Intent.objects.get_or_create(
        stripe_id=state.id,
        defaults={
            "payment_id": named.payment_id,
            "kind": Kind.PAYMENT_INTENT,
            "status": Intent.Status.CANCELED,
            "amount": state.received,
            "currency": state.currency,
            "named": named,
        },
    )
    if new:
        log.warning("intent.stray", intent=row.pk, named=named.pk, stripe=state.id)
    return row


def _foreign(state: IntentState) -> None:
    incidents.open_incident(
        "foreign_payment",
        key=state.id,
        detail=f"{amount_text(state.received, state.currency)} came by {state.id}, whose metadata name intent "
        f"{state.metadata.get('banibs_intent', '')} of checkout {state.metadata.get('banibs_checkout') or '?'}, which "
        "did not ask for it: nothing was booked, paid or sent back",
    )
