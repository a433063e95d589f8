"""One payout in full, for its seller: what happened when, why it waits or failed and what to do, and the entries of the
ledger that it made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.states import state_labels
from payouts.models import Payout, PayoutMethod
from payouts.reading.words import day_of
from payouts.sending.refusals import waits_text
from payouts.sending.request_payout import CANCELABLE
from wallet.models import Transfer
from wallet.statement import KINDS

Status = Payout.Status
BAD = {Status.FAILED, Status.RETURNED, Status.RETURNING}
# Codes of `can_send` that its seller can mend at the destinations.
AT_METHODS = {
    "method_removed",
    "method_not_verified",
    "currency_not_supported",
    "provider_not_configured",
    "not_confirmed",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page and the API say beside the row."""

    timeline: Sequence[dict[str, object]]
    under_way: bool
    can_cancel: bool
    can_try_again: bool
    why: str = ""  # why it waits, in words
    what_to_do: str = ""
    at_methods: bool = False
    next_try: str = ""
    tries: Sequence[Try] = ()
    came_back: Money | None = None  # after it was paid
    lost: Money | None = None  # of it in conversion


@dataclass(frozen=True, slots=True)
class Try:
    """One try at the provider, without what is nobody's business outside."""

    number: int
    began: dt.datetime | None
    ended: dt.datetime | None
    words: str


def of(payout: Payout) -> Facts:
    """Everything that is said of a payout. Two statements."""
    waits = payout.status == Status.REQUESTED and payout.waits_for
    return Facts(
        timeline=_timeline(payout),
        under_way=payout.ended_at is None or payout.status == Status.RETURNING,
        can_cancel=payout.status in CANCELABLE,
        can_try_again=payout.status == Status.FAILED,
        why=waits_text(payout.waits_for) if waits else "",
        what_to_do=_what_to_do(payout),
        at_methods=payout.waits_for in AT_METHODS or payout.status in (Status.FAILED, Status.RETURNED),
        next_try=_("It is tried again by itself every few minutes.")
        if waits and payout.waits_for != "quote_worse"
        else "",
        tries=_tries(payout),
        came_back=Money(payout.returned_amount, payout.currency),
        lost=Money(payout.lost_in_conversion, payout.currency),
    )


def _what_to_do(payout: Payout) -> str:
    if payout.status == Status.FAILED:
        return _(
            "The money is in your available balance. Check the destination, then try again, or pay out to another one."
        )
    if payout.status == Status.RETURNED:
        return _(
            "The money is in your available balance. Mend the destination before you pay out there again."
        )
    if payout.status == Status.STUCK:
        return _("You need not do anything: our staff look at it, and write to you.")
    if payout.status == Status.UNKNOWN:
        return _("The provider did not answer us. We ask again until it does, and never send twice.")
    if payout.status == Status.RETURNING:
        return _("The bank sends it back. When it is here it is in your available balance again.")
    return ""


_TEXTS: dict[str, str | Promise] = {
    "payout.requested": gettext_lazy("Asked for"),
    "payout.waits": gettext_lazy("Waits"),
    "payout.held": gettext_lazy("Being checked by BANIBS"),
    "payout.sending": gettext_lazy("Taken out of your balance and sent"),
    "payout.unknown": gettext_lazy("No answer from the provider: being looked up"),
    "payout.in_transit": gettext_lazy("Accepted by the provider"),
    "payout.offered": gettext_lazy("A rate was named"),
    "payout.offer_accepted": gettext_lazy("The rate was accepted"),
    "payout.paid": gettext_lazy("Paid"),
    "payout.failed": gettext_lazy("Not sent: back in your balance"),
    "payout.returning": gettext_lazy("Sent back by the bank"),
    "payout.returned": gettext_lazy("Returned to your balance"),
    "payout.stuck": gettext_lazy("Being looked at by our staff"),
    "payout.canceled": gettext_lazy("Cancelled"),
}
_PROVIDER_NAMES = {"paypal": "PayPal", "wise": "Wise", "crypto": "BANIBS"}  # crypto is sent by our own people
TIMELINE_MOST = 60  # entries: a payout that waits for weeks says so once per reason


def _timeline(payout: Payout) -> list[dict[str, object]]:
    happened = Event.objects.filter(subject_type="payout", subject_id=payout.pk, kind__in=_TEXTS).order_by(
        "pk"
    )[:TIMELINE_MOST]
    entries: list[dict[str, object]] = []
    for event in happened:
        again = event.kind == "payout.requested" and bool(event.from_state)
        why = waits_text(str(event.data.get("why", ""))) if event.kind == "payout.waits" else ""
        entries.append(
            {
                "text": _("To be tried again") if again else str(_TEXTS[event.kind]),
                "by": why or _by(event),
                "at": event.at,
                "state": "bad" if event.to_state in BAD else "done",
                "more": "",
            }
        )
    if entries and payout.ended_at is None and entries[-1]["state"] != "bad":
        entries[-1]["state"] = "now"
        if payout.status != Status.REQUESTED or payout.arrives_on:
            entries.append(
                {
                    "text": _("Arrives"),
                    "by": "",
                    "at": None,
                    "state": "todo",
                    "when": day_of(payout.arrives_on) if payout.arrives_on else "",
                }
            )
    return entries


def _by(event: Event) -> str:
    if event.actor_type == Event.Actor.STAFF:
        return _("BANIBS")
    return _PROVIDER_NAMES.get(event.actor_name, event.actor_name)


def _tries(payout: Payout) -> list[Try]:
    if payout.attempt < 2:  # one try is the payout itself
        return []
    words = {
        "created": _("Being sent"),
        "unknown": _("Being looked up"),
        "accepted": _("Accepted by the provider"),
        "short": _("Waited for the card money to reach BANIBS"),
        "refused": _("Not sent"),
        "done": str(state_labels.label("payout", "paid").text),
    }
    return [
        Try(
            number=attempt.number,
            began=attempt.sent_at,
            ended=attempt.returned_at or attempt.failed_at or attempt.paid_at,
            words=words[attempt.state],
        )
        for attempt in payout.attempts.order_by("number")
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger, as its shop reads it: from where, to where."""

    at: dt.datetime
    text: str | Promise
    source: str
    target: str
    amount: Money


def entries(payout: Payout) -> list[Entry]:
    """Every line of the ledger that the payout made in the shop's own accounts, in order. One statement."""
    own = f"seller:{payout.seller_id}:"
    rows = (
        Transfer.objects.filter(
            Q(source__code__startswith=own) | Q(target__code__startswith=own),
            movement__reference=payout.number,
        )
        .select_related("movement", "source", "target")
        .order_by("pk")
    )
    return [
        Entry(
            row.at,
            KINDS[row.movement.kind],
            account_name(row.source.code, payout.method),
            account_name(row.target.code, payout.method),
            row.money,
        )
        for row in rows
    ]


def account_name(code: str, method: PayoutMethod) -> str:
    """What a shop calls an account of the ledger."""
    last = code.rpartition(":")[2]
    own = {"available": _("Available"), "in_transit": _("On its way"), "pending": _("Clearing")}
    return own.get(last, str(method.get_kind_display()))
