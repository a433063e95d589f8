"""The timeline of an order: its events in words, oldest first, read from the event log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.models import Event
from banibs.core.money import Money
from marketplace import policy

TEXTS: Mapping[str, str | Promise] = {
    "order.created": gettext_lazy("Order placed"),
    "order.paid": gettext_lazy("Paid"),
    "order.fulfilled": gettext_lazy("Posted"),
    "order.completed": gettext_lazy("Received"),
    "order.canceled": gettext_lazy("Cancelled"),
    "order.refunded": gettext_lazy("Refunded"),
    "order.refund_canceled": gettext_lazy("A refund was taken back before it left"),
    "order.reopened": gettext_lazy("No longer cancelled"),
    "order.disputed": gettext_lazy("Payment disputed by the buyer's bank"),
    "order.dispute_won": gettext_lazy("Dispute decided for the shop"),
    "order.dispute_lost": gettext_lazy("Dispute decided for the buyer"),
    "order.inquiry_opened": gettext_lazy("The buyer's bank asks about the payment"),
    "order.inquiry_closed": gettext_lazy("The bank asks no more"),
    "order.evidence_sent": gettext_lazy("Evidence sent to the bank"),
    "order.dispute_reinstated": gettext_lazy("The bank gave the money back to the shop"),
    "order.case_opened": gettext_lazy("Told the shop that something is wrong"),
    "order.case_at_staff": gettext_lazy("BANIBS was asked to decide"),
    "order.case_closed": gettext_lazy("What was wrong is settled"),
}
PAID_WITH: Mapping[str, str | Promise] = {
    "wallet": gettext_lazy("Paid from the wallet"),
    "card": gettext_lazy("Paid by card"),
    "stripe_checkout": gettext_lazy("Paid through Stripe Checkout"),
    "wallet_and_card": gettext_lazy("Paid from the wallet and by card"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: what, by whom, when, and why where a reason was given."""

    at: dt.datetime
    kind: str
    from_state: str
    to_state: str
    actor_type: str
    actor_id: int | None
    actor_name: str
    reason: str
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        """What happened, for anybody who may see the order."""
        if self.kind == "order.paid":
            return str(PAID_WITH.get(self.data.get("method", ""), TEXTS["order.paid"]))
        if self.kind == "order.fulfilled" and self.actor_type == Event.Actor.SYSTEM:
            return _("Ready to download")
        if self.kind == "order.refunded":
            return _("%(amount)s refunded") % {"amount": self.money}
        if self.kind == "order.canceled" and self.from_state == "created":
            return _("Cancelled, not paid")
        return str(TEXTS[self.kind])

    @property
    def money(self) -> Money:
        """The amount of a refund."""
        return Money(self.data["amount"], self.data["currency"])

    @property
    def tracking(self) -> str:
        """Carrier and number of a parcel, where the shop gave them."""
        return " ".join(filter(None, [self.data.get("carrier", ""), self.data.get("tracking", "")]))


def read(orders: Collection[int]) -> Mapping[int, Sequence[Entry]]:
    """order id → its entries, oldest first. One statement however many orders."""
    happened = Event.objects.filter(subject_type="order", subject_id__in=orders, kind__in=TEXTS).order_by(
        "pk"
    )[: policy.TIMELINE_MOST_ENTRIES]
    found: dict[int, list[Entry]] = {order: [] for order in orders}
    for event in happened:
        found[event.subject_id].append(
            Entry(
                at=event.at,
                kind=event.kind,
                from_state=event.from_state,
                to_state=event.to_state,
                actor_type=event.actor_type,
                actor_id=event.actor_id,
                actor_name=event.actor_name,
                reason=event.reason,
                data=event.data,
            )
        )
    return found
