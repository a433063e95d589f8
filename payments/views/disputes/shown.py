"""Disputes as pages show them: their state in words, their dates, what happened, what goes to the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import clock
from payments.disputes import of_shop
from payments.disputes.evidence import deadline
from payments.disputes.of_shop import Stake
from payments.models import Dispute, DisputeRound, EvidenceSubmission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELDS: Mapping[str, StrOrPromise] = {
    "customer_name": gettext_lazy("Buyer"),
    "customer_email_address": gettext_lazy("Their email"),
    "billing_address": gettext_lazy("Their address"),
    "product_description": gettext_lazy("What was sold"),
    "shipping_address": gettext_lazy("Sent to"),
    "shipping_carrier": gettext_lazy("Carrier"),
    "shipping_tracking_number": gettext_lazy("Tracking number"),
    "shipping_date": gettext_lazy("Sent on"),
    "access_activity_log": gettext_lazy("Downloads"),
    "refund_policy_disclosure": gettext_lazy("Returns, as promised"),
    "cancellation_policy_disclosure": gettext_lazy("Cancelling, as promised"),
    "uncategorized_text": gettext_lazy("Words, files and what happened"),
}
_HAPPENED: Mapping[str, tuple[StrOrPromise, str]] = {
    "asked": (gettext_lazy("The bank asked about the payment"), "done"),
    "withdrawn": (gettext_lazy("The bank took %(amount)s back"), "bad"),
    "handed_in": (gettext_lazy("Evidence sent to the bank"), "done"),
    "won": (gettext_lazy("The bank decided for the seller and gave %(amount)s back"), "done"),
    "lost": (gettext_lazy("The bank decided for the buyer: %(amount)s is theirs"), "bad"),
    "reinstated": (gettext_lazy("The bank gave %(amount)s back after all"), "done"),
    "closed": (gettext_lazy("The bank asks no more"), "done"),
}


@dataclass(frozen=True)
class Row:
    """A dispute in a list."""

    dispute: Dispute
    stake: Stake | None
    until: dt.datetime | None  # None: nothing is to be answered, or Stripe names no date
    late: bool
    soon: bool  # due within three days


def row(dispute: Dispute, stake: Stake | None = None, *, now: dt.datetime | None = None) -> Row:
    """A dispute as a row. `now`: asked for once, where there are many."""
    until = deadline.answer_until(dispute) if dispute.state in deadline.ASKED else None
    if until is None:
        return Row(dispute, stake, None, late=False, soon=False)
    left = until - (now or clock.now())
    return Row(dispute, stake, until, late=left <= dt.timedelta(), soon=left < dt.timedelta(days=3))


def timeline(dispute: Dispute) -> list[dict[str, object]]:
    """What happened, for `<c-timeline>`. Two statements."""
    entries: list[dict[str, object]] = []
    for at, what, of in of_shop.history(dispute):
        text, state = _HAPPENED[what]
        amount = dispute.money(of.withdrawn) if isinstance(of, DisputeRound) else ""
        by = ""
        if isinstance(of, EvidenceSubmission):
            by = _("by BANIBS, by itself") if of.asked_by_id is None else ""
        entries.append({"text": str(text) % {"amount": amount}, "at": at, "state": state, "by": by})
    if dispute.state == Dispute.State.SUBMITTED:
        entries.append({"text": _("The bank decides"), "when": _("takes weeks"), "state": "now"})
    return entries


def fields(said: Mapping[str, str]) -> list[tuple[StrOrPromise, str]]:
    """What goes to the bank: (what it is, the text)."""
    return [(FIELDS[name], text) for name, text in said.items()]


def say(request: HttpRequest, submission: EvidenceSubmission) -> None:
    """Tells how handing it in ended."""
    if submission.state == EvidenceSubmission.State.SENT:
        messages.success(request, _("The evidence is with the bank now. It decides, which can take weeks."))
    elif submission.state == EvidenceSubmission.State.PENDING:
        messages.info(
            request,
            _(
                "The evidence is on its way. Stripe has not answered yet; we ask again by ourselves, and nothing goes twice."
            ),
        )
    else:
        messages.error(
            request, _("Stripe did not take the evidence. Your draft is kept, and our staff were told why.")
        )
