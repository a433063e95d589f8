"""Pays a placed checkout or a top-up by card: a new card in the browser, or a saved one from the server."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from banibs.core import events
from banibs.users.models import User
from payments.charges.open_intent import NotPayable, open_intent
from payments.charges.sync_intent import sync_intent
from payments.gateways import installation, outcomes
from payments.gateways.stripe import customers, payment_intents
from payments.models import Intent, Payment

__all__ = ["Declined", "NotPayable", "pay_by_card", "return_url"]


class Declined(Exception):
    """The card said no; `message` says why, in a person's words. Nothing was charged."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def return_url(payment: Payment) -> str:
    """Where the buyer comes back to from the bank or from Stripe's page."""
    return str(settings.SITE_URL).rstrip("/") + reverse("payments:return", args=[payment.pk])


def pay_by_card(payment: Payment, *, user: User, card: str = "") -> Intent:
    """The payment's open intent; with `card` (a saved card of this person) confirmed from the server.

    Raises Declined, NotPayable, customers.NotYours, outcomes.Refused, outcomes.Unknown.
    """
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    if not card:
        return row
    customers.check_owner(user, card)
    try:
        state = payment_intents.confirm_intent(
            row.stripe_id or "",
            key=installation.key(f"intent:{row.pk}:confirm:{row.confirmations}:{card}"),
            payment_method=card,
            return_url=return_url(payment),
        )
    except outcomes.Refused as refused:
        _answered(row)
        if not refused.declined:
            raise
        sync_intent(payment_intents.read_intent(row.stripe_id or ""), actor=events.STRIPE)
        raise Declined(refused.code, refused.message) from refused
    _answered(row)
    sync_intent(state)
    row.refresh_from_db()
    return row


def _answered(row: Intent) -> None:
    """The next confirmation is another one, with a key of its own. One without an answer keeps its key."""
    Intent.objects.filter(pk=row.pk, confirmations=row.confirmations).update(
        confirmations=row.confirmations + 1
    )
