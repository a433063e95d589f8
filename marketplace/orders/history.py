"""A buyer's order history: checkouts with their orders, searched by number, title or shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.models import Event
from banibs.users.models import User
from marketplace import policy
from marketplace.models import Checkout, Order, OrderLine
from marketplace.orders import timeline
from marketplace.orders.expected_days import expected_by, expected_days
from marketplace.orders.promises import Promises

Status = Order.Status
FILTERS: Mapping[str, tuple[str | Promise, Q]] = {
    "": (gettext_lazy("All"), Q()),
    "waiting": (gettext_lazy("Waiting for payment"), Q(status=Status.CREATED)),
    "paid": (gettext_lazy("Being packed"), Q(status=Status.PAID)),
    "posted": (gettext_lazy("On the way or ready"), Q(status=Status.FULFILLED)),
    "done": (gettext_lazy("Complete"), Q(status=Status.COMPLETED)),
    "cancelled": (gettext_lazy("Cancelled or refunded"), Q(status__in=[Status.CANCELED, Status.REFUNDED])),
}
_ORDERS = Prefetch(
    "orders",
    Order.objects.select_related("seller")
    .prefetch_related(Prefetch("lines", OrderLine.objects.order_by("id")))
    .order_by("id"),
)


def for_buyer(user: User) -> QuerySet[Checkout]:
    """The person's checkouts with orders, sellers and lines. Three statements."""
    return Checkout.objects.filter(user=user).prefetch_related(_ORDERS)


def search(rows: QuerySet[Checkout], *, text: str = "", state: str = "") -> QuerySet[Checkout]:
    """Those with an order in this state, whose number, a title or a shop's name holds the text."""
    if state:
        rows = rows.filter(Exists(Order.objects.filter(FILTERS[state][1], checkout=OuterRef("pk"))))
    if text:
        inside = Order.objects.filter(checkout=OuterRef("pk")).filter(
            Q(seller__name__icontains=text) | Q(lines__title__icontains=text) | Q(number__iexact=text)
        )
        rows = rows.filter(Q(number__istartswith=text) | Exists(inside))
    return rows


@dataclass(frozen=True, slots=True)
class Part:
    """One shop's part of a purchase: its order, lines, what happened and what is expected."""

    order: Order
    lines: Sequence[OrderLine]
    timeline: Sequence[Mapping[str, Any]]
    first: dt.date | None
    last: dt.date | None

    @property
    def digital(self) -> bool:
        """Whether it is files alone."""
        return self.order.min_days is None

    @property
    def mixed(self) -> bool:
        """Whether files come with a parcel: they can be fetched before it arrives."""
        return not self.digital and any(line.kind == "digital" for line in self.lines)

    @property
    def state(self) -> str:
        """The state whose word is shown: a dispute stands above the order's own."""
        return "disputed" if self.order.disputed else self.order.status

    @property
    def variant(self) -> str:
        """Which word of a state fits best."""
        return "digital" if self.digital else ""

    @property
    def promises(self) -> Promises:
        """What the shop promised when it was placed."""
        order = self.order
        return Promises(order.return_days, order.return_paid_by, order.cancel_policy)

    @property
    def may_complain(self) -> bool:
        """Whether "Something is wrong" is offered: of what was sent and not given back. Its page says until when."""
        sent = self.order.status in (Status.FULFILLED, Status.COMPLETED)
        return sent and self.order.dispute in (Order.Dispute.NONE, Order.Dispute.WON)

    @property
    def can_confirm(self) -> bool:
        """Whether "I have received it" is offered: of parcels, once posted."""
        return (
            self.order.status == Status.FULFILLED
            and self.order.dispute != Order.Dispute.OPEN
            and not self.digital
        )


def parts(checkout: Checkout, reader: User) -> list[Part]:
    """The shops' parts of a purchase, for its buyer. One statement besides those of `for_buyer`."""
    orders = list(checkout.orders.all())
    happened = timeline.read([order.pk for order in orders])
    return [_part(checkout, order, happened[order.pk], reader) for order in orders]


def _part(checkout: Checkout, order: Order, entries: Sequence[timeline.Entry], reader: User) -> Part:
    first, last = expected_days(checkout.placed_at.date(), order.min_days, order.max_days)
    shown = [_entry(entry, order, reader) for entry in entries]
    return Part(order, list(order.lines.all()), [*shown, *_to_come(order, last)], first, last)


def _entry(entry: timeline.Entry, order: Order, reader: User) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "text": entry.text,
        "by": _by(entry, order, reader),
        "at": entry.at,
        "state": "bad" if entry.kind == "order.canceled" else "done",
        "more": "; ".join(filter(None, [entry.tracking, entry.reason])),
    }


def _by(entry: timeline.Entry, order: Order, reader: User) -> str:
    """Who did it, as the buyer knows them: the shop, not the person behind it."""
    if entry.actor_id == reader.pk and entry.actor_type == Event.Actor.BUYER:
        return _("by you")
    if entry.actor_type == Event.Actor.SELLER:
        return _("by %(name)s") % {"name": order.seller.name}
    if entry.actor_type == Event.Actor.STRIPE:
        return _("by Stripe")
    return _("by BANIBS staff") if entry.actor_type == Event.Actor.STAFF else _("by BANIBS")


def _to_come(order: Order, last: dt.date | None) -> list[dict[str, Any]]:
    """What is expected next, and by when."""
    if order.status == Status.PAID:
        return [
            {"text": _("Being packed"), "by": order.seller.name, "state": "now"},
            {"text": _("Posted"), "state": "todo"},
            {"text": _("Received"), "state": "todo", "when": expected_by(last)},
        ]
    if order.status == Status.FULFILLED and order.min_days is not None and order.fulfilled_at:
        if order.case_open:
            return [{"text": _("Received"), "by": _("Waits until what is wrong is settled"), "state": "todo"}]
        by_itself = timezone.localtime(order.fulfilled_at + policy.COMPLETE_AFTER).date()
        return [{"text": _("Received"), "by": _until(by_itself), "state": "todo", "when": expected_by(last)}]
    return []


def _until(day: dt.date) -> str:
    return _("Counts as received on %(day)s") % {"day": date_format(day, "j F")}
