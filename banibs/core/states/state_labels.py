"""The label, icon and tone of each state on pages. The states themselves are defined beside their models.

A state may have a longer form that carries a date, an amount or a reference: `word.say("23 Nov")`.
Words: docs "Pages", section Words for states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Label:
    """A state as a person reads it. `tone` is one of "", ok, info, warn, bad."""

    text: str | Promise
    icon: str
    tone: str = ""
    with_detail: str | Promise = ""

    def say(self, detail: object = "") -> str:
        """The word, or its longer form when there is something to add."""
        return str(self.with_detail) % {"detail": detail} if detail and self.with_detail else str(self.text)


_ORDER = {
    "created": Label(_("Waiting for payment"), "clock", "warn"),
    "requires_action": Label(_("Confirm with your bank"), "shield-alert", "warn"),
    "paid": Label(_("Paid"), "check", "ok"),
    "fulfilled": Label(_("Posted"), "truck", "info"),
    "fulfilled:digital": Label(_("Ready to download"), "download", "info"),
    "completed": Label(_("Delivered"), "check", "ok"),
    "completed:digital": Label(_("Complete"), "check", "ok"),
    "canceled": Label(_("Cancelled"), "circle-x"),
    "refunded": Label(_("Refunded"), "rotate-ccw"),
    "refunded:partly": Label(_("Partly refunded"), "rotate-ccw", "", _("Partly refunded, %(detail)s")),
    "disputed": Label(_("Payment disputed"), "scale", "bad"),
}

LABELS: Mapping[str, Mapping[str, Label]] = {
    # to the buyer
    "order": _ORDER,
    # to the seller
    "sale": {
        **_ORDER,
        "paid": Label(_("To send"), "package", "warn", _("Send by %(detail)s")),
        "paid:digital": Label(_("Paid"), "check", "ok"),
        "fulfilled:digital": Label(_("Ready to download"), "download", "info"),
        "completed": Label(_("Complete"), "check", "ok"),
    },
    "payment": {
        "created": Label(_("Not paid yet"), "clock", "warn"),
        "requires_action": Label(_("Confirm with your bank"), "shield-alert", "warn"),
        "processing": Label(_("Waiting for the bank"), "clock", "info"),
        "succeeded": Label(_("Paid"), "check", "ok"),
        "failed": Label(_("Declined"), "circle-alert", "bad"),
        "canceled": Label(_("Cancelled"), "circle-x"),
    },
    "case": {
        "open": Label(_("Waiting for the shop"), "clock", "warn"),
        "proposed": Label(_("Offer made"), "hand-coins", "info"),
        "agreed": Label(_("Agreed"), "check", "ok"),
        "declined": Label(_("Declined"), "circle-x", "warn"),
        "staff": Label(_("BANIBS decides"), "scale", "info"),
        "closed": Label(_("Closed"), "check"),
    },
    "fraud_warning": {
        "open": Label(_("Waits for a decision"), "shield-alert", "warn"),
        "refunded": Label(_("Refunded in time"), "rotate-ccw", "ok"),
        "left": Label(_("Left as it is"), "circle-dashed"),
        "over": Label(_("Nothing to decide any more"), "circle-dashed"),
    },
    "refund": {
        "pending": Label(_("On its way back"), "clock", "info"),
        "sent": Label(_("Sent to the card"), "clock", "info"),
        "succeeded": Label(_("Refunded"), "check", "ok"),
        "failed": Label(_("Could not be sent"), "circle-alert", "bad"),
        "canceled": Label(_("Cancelled"), "circle-x"),
    },
    "listing": {
        "draft": Label(_("Draft"), "pencil"),
        "active": Label(_("On sale"), "check", "ok"),
        "archived": Label(_("Taken down"), "archive"),
        "sold_out": Label(_("Sold out"), "package-x", "warn"),
    },
    "shop": {
        "draft": Label(_("Being set up"), "pencil"),
        "active": Label(_("Open"), "check", "ok"),
        "paused": Label(_("Paused"), "pause", "warn", _("Back on %(detail)s")),
        "suspended": Label(_("Suspended"), "circle-alert", "bad"),
    },
    "download": {
        "ready": Label(_("Ready to download"), "download", "info"),
        "expired": Label(_("Link expired"), "clock", "warn"),
        "used_up": Label(_("No downloads left"), "circle-x", "warn"),
    },
    "credit": {
        "proposed": Label(_("Waiting for a second person"), "users", "warn"),
        "approved": Label(_("Approved"), "check", "ok"),
        "rejected": Label(_("Rejected"), "circle-x"),
    },
    "earnings": {
        "pending": Label(_("Clearing"), "clock", "info", _("Clearing, until %(detail)s")),
        "available": Label(_("Available"), "check", "ok"),
        "held": Label(_("On hold"), "lock", "bad", _("On hold, dispute %(detail)s")),
    },
    "payout": {
        "scheduled": Label(_("Scheduled"), "calendar-clock", "info", _("Scheduled for %(detail)s")),
        "requested": Label(_("Waiting to be sent"), "clock", "info"),
        "held": Label(_("Being checked"), "search-check", "info"),
        "sending": Label(_("Being sent"), "clock", "info"),
        "unknown": Label(_("Being looked up"), "search-check", "info"),
        "in_transit": Label(_("In transit"), "clock", "info"),
        "paid": Label(_("Paid"), "check", "ok"),
        "returning": Label(_("Coming back"), "rotate-ccw", "warn"),
        "failed": Label(_("Returned to your balance"), "circle-alert", "bad"),
        "returned": Label(_("Returned to your balance"), "circle-alert", "bad"),
        "stuck": Label(_("Being looked at"), "search-check", "warn"),
        "canceled": Label(_("Cancelled"), "circle-x"),
        "action_required": Label(_("Action needed"), "circle-alert", "warn"),
    },
    "payout_schedule": {
        "active": Label(_("Active"), "calendar-clock", "ok"),
        "paused": Label(_("Paused"), "pause", "warn"),
        "ended": Label(_("Ended"), "circle-x"),
    },
    "payout_method": {
        "unverified": Label(_("Not verified yet"), "circle-dashed", "warn"),
        "checking": Label(_("Checking"), "clock", "info"),
        "verified": Label(_("Verified"), "check", "ok"),
        "failed": Label(_("Could not verify"), "circle-alert", "bad"),
    },
    "webhook": {
        "pending": Label(_("Pending"), "clock", "info"),
        "processed": Label(_("Processed"), "check", "ok"),
        "ignored": Label(_("Not for us"), "circle-dashed"),
        "parked": Label(_("Waits for another"), "clock", "warn"),
        "failed": Label(_("Failed"), "circle-alert", "bad"),
        "dead": Label(_("Given up"), "circle-x", "bad"),
        "retrying": Label(_("Retrying"), "rotate-cw", "warn", _("Retrying %(detail)s")),
        "given_up": Label(_("Given up"), "circle-x", "bad"),
    },
    # to the seller
    "dispute": {
        "inquiry": Label(_("The bank asks"), "circle-question-mark", "warn"),
        "open": Label(_("Reply needed"), "circle-alert", "bad", _("Reply by %(detail)s")),
        "submitted": Label(_("With the bank"), "landmark", "info"),
        "won": Label(_("Decided for you"), "check", "ok"),
        "lost": Label(_("Decided for the buyer"), "scale"),
        "reinstated": Label(_("Given back after all"), "check", "ok"),
        "closed": Label(_("The bank asks no more"), "check"),
    },
}


def label(kind: str, state: str, variant: str = "") -> Label:
    """The word for a state of a kind of thing; `variant` ("digital", "partly") picks a closer one.

    Raises KeyError for a kind or state that has no word: every state that can be shown must be in the table.
    """
    table = LABELS[kind]
    return table.get(f"{state}:{variant}") or table[state] if variant else table[state]
