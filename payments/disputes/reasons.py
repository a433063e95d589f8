"""Why a bank disputes a payment, in plain words, and what convinces it. By Stripe's names of reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_OTHER: tuple[StrOrPromise, StrOrPromise] = (
    _("The bank gives no closer reason."),
    _("Show that the buyer ordered it, what was sold, and that they got it."),
)
# Source: docs.stripe.com/disputes/categories
REASONS: Mapping[str, tuple[StrOrPromise, StrOrPromise]] = {
    "fraudulent": (
        _("The card's owner says that they did not make this payment."),
        _(
            "Show that they did: messages from them, a signature, earlier orders, delivery to the card's address."
        ),
    ),
    "unrecognized": (
        _("The card's owner does not recognise the payment."),
        _("Show what they bought: the order, messages from them, and that it was delivered."),
    ),
    "product_not_received": (
        _("The buyer says that it has not come."),
        _("Show that it did: proof of delivery with date and address, or the carrier's tracking page."),
    ),
    "product_unacceptable": (
        _("The buyer says that it came damaged, or is not what was described."),
        _("Show how it was described, pictures from before it was sent, and what you offered."),
    ),
    "credit_not_processed": (
        _("The buyer says that money which was promised back has not come."),
        _("Show that it went back, or why none was due."),
    ),
    "duplicate": (
        _("The buyer says that they paid twice for the same thing."),
        _("Show that there were two orders, or that one was given back."),
    ),
    "subscription_canceled": (
        _("The buyer says that they had cancelled."),
        _("Show your policy and when they cancelled, if they did."),
    ),
}


def said(reason: str) -> StrOrPromise:
    """What the bank says, as a sentence."""
    return REASONS.get(reason, _OTHER)[0]


def helps(reason: str) -> StrOrPromise:
    """What convinces a bank that says so."""
    return REASONS.get(reason, _OTHER)[1]
