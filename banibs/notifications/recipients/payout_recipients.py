"""What a seller hears of payouts: on their way, arrived, failed, back, held; and of the destinations, a new one above
all, because it may not be theirs. What a provider lacks, or is tried again by itself, is no news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from banibs.core.models import Event
from banibs.notifications.recipients.recipient import Recipient, money
from payouts.models import Payout, PayoutHold, PayoutMethod
from payouts.sending.refusals import waits_text


def of_method(event: Event) -> Iterator[Recipient]:
    """The shop's owner, of a destination that was added, removed, or not accepted. One statement."""
    row = PayoutMethod.objects.select_related("seller").get(pk=event.subject_id)
    if event.kind == "payout_method.checked" and event.to_state != PayoutMethod.State.FAILED:
        return
    kind = "payout_method_failed" if event.kind == "payout_method.checked" else event.kind.replace(".", "_")
    said = {
        "method": row.pk,
        "shown": event.data["shown"],
        "shop": row.seller.name,
        "shop_slug": row.seller.slug,
        "usable": row.usable_from.isoformat()[:16].replace("T", " ") + " UTC",
        "reason": event.reason,
    }
    yield Recipient(row.seller.user_id, kind, reverse("payouts:methods"), said)


S = Payout.Status
# Why a payout waits where its seller alone can go on. All other reasons end by themselves, or are ours to end.
SELLER_ACTS = frozenset({"method_not_verified", "currency_not_supported", "quote_worse", "not_confirmed"})


@dataclass(frozen=True, slots=True)
class _News:
    """One kind of notice, and why."""

    kind: str
    why: str = ""


def of_payout(event: Event) -> Iterator[Recipient]:
    """The shop's owner, of one payout. One statement."""
    row = Payout.objects.select_related("seller", "method").get(pk=event.subject_id)
    news = _WHAT[event.kind](event, row)
    if news is None:
        return
    came = row.returned_amount if news.kind == "payout_returned" else row.amount
    said = {
        "number": row.number,
        "amount": money(came, row.currency),
        "to": str(row.method),
        "shop": row.seller.name,
        "shop_slug": row.seller.slug,
        "why": news.why,
        "code": row.failure if event.kind in ("payout.failed", "payout.returned") else "",
        "expected": _expected(row),
        "quantity": f"{event.data.get('quantity', '')} {event.data.get('asset', '')}",
        "until": str(event.data.get("until", ""))[:16].replace("T", " ") + " UTC",
    }
    if row.lost_in_conversion and news.kind == "payout_returned":
        said["lost"] = money(row.lost_in_conversion, row.currency)
    yield Recipient(row.seller.user_id, news.kind, reverse("payouts:payout", args=[row.number]), said)


def of_hold(event: Event) -> Iterator[Recipient]:
    """The shop's owner, when staff hold its payouts, and when they go on. One statement."""
    row = PayoutHold.objects.select_related("seller").get(pk=event.subject_id)
    kind = "payouts_held" if event.kind == "payout_hold.placed" else "payouts_go_on"
    said = {
        "shop": row.seller.name,
        "shop_slug": row.seller.slug,
        "why": row.reason if kind == "payouts_held" else "",
        "review_on": row.review_on.isoformat(),
    }
    yield Recipient(row.seller.user_id, kind, reverse("payouts:overview"), said)


def _expected(row: Payout) -> str:
    if row.arrives_on is None:
        return _("It takes a few working days.")
    return _("It is expected on %(day)s.") % {"day": date_format(row.arrives_on, "j F Y")}


def _requested(event: Event, row: Payout) -> _News | None:
    """Only where it came back to its seller: the rate has become worse."""
    if event.from_state and row.status == S.REQUESTED and row.waits_for == "quote_worse":
        return _News("payout_waits", waits_text("quote_worse"))
    return None


def _waits(event: Event, row: Payout) -> _News | None:
    why = str(event.data.get("why", ""))
    return _News("payout_waits", waits_text(why)) if why in SELLER_ACTS else None


def _held(event: Event, row: Payout) -> _News | None:
    return _News("payout_held", row.held_reason) if row.status == S.HELD else None


def _in_transit(event: Event, row: Payout) -> _News | None:
    """Once: what was stuck and is asked for again is no news, nor what waits for the treasury or is over by now."""
    under_way = row.status in (S.IN_TRANSIT, S.SENDING)
    told = row.method.kind == PayoutMethod.Kind.CRYPTO or event.from_state == S.STUCK or not under_way
    return None if told else _News("payout_on_its_way")


def _paid(event: Event, row: Payout) -> _News | None:
    """Not where it came back in the same breath: that is told by itself."""
    return _News("payout_paid") if row.status == S.PAID else None


def _failed(event: Event, row: Payout) -> _News | None:
    return _News("payout_failed", row.failure_text)


def _returned(event: Event, row: Payout) -> _News | None:
    return _News("payout_returned", row.failure_text)


def _canceled(event: Event, row: Payout) -> _News | None:
    """Who canceled it knows."""
    if event.actor_type == Event.Actor.SELLER:
        return None
    lapsed = _("The rate was not accepted in time. Ask for it again.")
    if event.actor_type == Event.Actor.STAFF:
        return _News("payout_canceled", event.reason)
    return _News("payout_canceled", waits_text(event.reason) or (lapsed if event.reason == "lapsed" else ""))


def _offered(event: Event, row: Payout) -> _News | None:
    return _News("payout_offered")


_WHAT: Mapping[str, Callable[[Event, Payout], _News | None]] = {
    "payout.requested": _requested,
    "payout.waits": _waits,
    "payout.held": _held,
    "payout.in_transit": _in_transit,
    "payout.paid": _paid,
    "payout.failed": _failed,
    "payout.returned": _returned,
    "payout.canceled": _canceled,
    "payout.offered": _offered,
}
