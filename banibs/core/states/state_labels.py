"""What a state is called on a page, with its icon and tone. The states themselves live beside their nouns.

A state may have a longer form that carries a date, an amount or a reference: `word.say("23 Nov")`.
Words: docs "Pages", section Words for states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Word:
    """A state as a person reads it. `tone` is one of "", ok, info, warn, bad."""

    text: str | Promise
    icon: str
    tone: str = ""
    with_detail: str | Promise = ""

    def say(self, detail: object = "") -> str:
        """The word, or its longer form when there is something to add."""
        return str(self.with_detail) % {"detail": detail} if detail and self.with_detail else str(self.text)


_ORDER = {
    "created": Word(_("Waiting for payment"), "clock", "warn"),
    "requires_action": Word(_("Confirm with your bank"), "shield-alert", "warn"),
    "paid": Word(_("Paid"), "check", "ok"),
    "fulfilled": Word(_("Posted"), "truck", "info"),
    "fulfilled:digital": Word(_("Ready to download"), "download", "info"),
    "completed": Word(_("Delivered"), "check", "ok"),
    "completed:digital": Word(_("Complete"), "check", "ok"),
    "canceled": Word(_("Cancelled"), "circle-x"),
    "refunded": Word(_("Refunded"), "rotate-ccw"),
    "refunded:partly": Word(_("Partly refunded"), "rotate-ccw", "", _("Partly refunded, %(detail)s")),
    "disputed": Word(_("Payment disputed"), "scale", "bad"),
}

WORDS: Mapping[str, Mapping[str, Word]] = {
    # to the buyer
    "order": _ORDER,
    # to the seller
    "sale": {
        **_ORDER,
        "paid": Word(_("To send"), "package", "warn", _("Send by %(detail)s")),
        "paid:digital": Word(_("Paid"), "check", "ok"),
        "fulfilled:digital": Word(_("Ready to download"), "download", "info"),
        "completed": Word(_("Complete"), "check", "ok"),
    },
    "payment": {
        "created": Word(_("Not paid yet"), "clock", "warn"),
        "requires_action": Word(_("Confirm with your bank"), "shield-alert", "warn"),
        "processing": Word(_("Waiting for the bank"), "clock", "info"),
        "succeeded": Word(_("Paid"), "check", "ok"),
        "failed": Word(_("Declined"), "circle-alert", "bad"),
        "canceled": Word(_("Cancelled"), "circle-x"),
    },
    "refund": {
        "pending": Word(_("On its way back"), "clock", "info"),
        "succeeded": Word(_("Refunded"), "check", "ok"),
        "failed": Word(_("Could not be sent"), "circle-alert", "bad"),
        "canceled": Word(_("Cancelled"), "circle-x"),
    },
    "listing": {
        "draft": Word(_("Draft"), "pencil"),
        "active": Word(_("On sale"), "check", "ok"),
        "archived": Word(_("Taken down"), "archive"),
        "sold_out": Word(_("Sold out"), "package-x", "warn"),
    },
    "shop": {
        "draft": Word(_("Being set up"), "pencil"),
        "active": Word(_("Open"), "check", "ok"),
        "paused": Word(_("Paused"), "pause", "warn", _("Back on %(detail)s")),
        "suspended": Word(_("Suspended"), "circle-alert", "bad"),
    },
    "download": {
        "ready": Word(_("Ready to download"), "download", "info"),
        "expired": Word(_("Link expired"), "clock", "warn"),
        "used_up": Word(_("No downloads left"), "circle-x", "warn"),
    },
    "credit": {
        "proposed": Word(_("Waiting for a second person"), "users", "warn"),
        "approved": Word(_("Approved"), "check", "ok"),
        "rejected": Word(_("Rejected"), "circle-x"),
    },
    "earnings": {
        "pending": Word(_("Clearing"), "clock", "info", _("Clearing, until %(detail)s")),
        "available": Word(_("Available"), "check", "ok"),
        "held": Word(_("On hold"), "lock", "bad", _("On hold, dispute %(detail)s")),
    },
    "payout": {
        "scheduled": Word(_("Scheduled"), "calendar-clock", "info", _("Scheduled for %(detail)s")),
        "queued": Word(_("Being checked"), "search-check", "info"),
        "in_review": Word(_("Being checked"), "search-check", "info"),
        "in_transit": Word(_("In transit"), "clock", "info"),
        "paid": Word(_("Paid"), "check", "ok"),
        "failed": Word(_("Returned to your balance"), "circle-alert", "bad"),
        "returned": Word(_("Returned to your balance"), "circle-alert", "bad"),
        "canceled": Word(_("Cancelled"), "circle-x"),
        "action_required": Word(_("Action needed"), "circle-alert", "warn"),
    },
    "payout_method": {
        "unverified": Word(_("Not verified yet"), "circle-dashed", "warn"),
        "verifying": Word(_("Checking"), "clock", "info"),
        "verified": Word(_("Verified"), "check", "ok"),
        "failed": Word(_("Could not verify"), "circle-alert", "bad"),
    },
    "webhook": {
        "pending": Word(_("Pending"), "clock", "info"),
        "processed": Word(_("Processed"), "check", "ok"),
        "ignored": Word(_("Not for us"), "circle-dashed"),
        "parked": Word(_("Waits for another"), "clock", "warn"),
        "failed": Word(_("Failed"), "circle-alert", "bad"),
        "dead": Word(_("Given up"), "circle-x", "bad"),
        "retrying": Word(_("Retrying"), "rotate-cw", "warn", _("Retrying %(detail)s")),
        "given_up": Word(_("Given up"), "circle-x", "bad"),
    },
    "dispute": {
        "needs_response": Word(_("Reply needed"), "circle-alert", "bad", _("Reply by %(detail)s")),
        "under_review": Word(_("With the bank"), "landmark", "info"),
        "won": Word(_("Decided for you"), "check", "ok"),
        "lost": Word(_("Decided for the buyer"), "scale"),
    },
}


def word(kind: str, state: str, variant: str = "") -> Word:
    """The word for a state of a kind of thing; `variant` ("digital", "partly") picks a closer one.

    Raises KeyError for a kind or state that has no word: every state that can be shown must be in the table.
    """
    table = WORDS[kind]
    return table.get(f"{state}:{variant}") or table[state] if variant else table[state]
