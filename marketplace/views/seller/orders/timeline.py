"""An order's life as its seller reads it: what happened, by whom, when, and what is still to come."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.models import Event
from banibs.core.money import Money
from marketplace import policy
from marketplace.models import Order
from marketplace.sellers import sales

TEXTS = {
    "order.created": gettext_lazy("Placed"),
    "order.paid": gettext_lazy("Paid"),
    "order.fulfilled": gettext_lazy("Posted"),
    "order.completed": gettext_lazy("Complete"),
    "order.cleared": gettext_lazy("Money available"),
    "order.canceled": gettext_lazy("Cancelled"),
    "order.refunded": gettext_lazy("Refunded"),
    "order.refund_canceled": gettext_lazy("A refund was taken back before it left"),
    "order.reopened": gettext_lazy("No longer cancelled"),
    "order.case_opened": gettext_lazy("The buyer said that something is wrong"),
    "order.case_at_staff": gettext_lazy("BANIBS was asked to decide"),
    "order.case_closed": gettext_lazy("What was wrong is settled"),
    "order.inquiry_opened": gettext_lazy("The buyer's bank asks about the payment"),
    "order.inquiry_closed": gettext_lazy("The bank asks no more"),
    "order.disputed": gettext_lazy("Payment disputed by the buyer's bank"),
    "order.evidence_sent": gettext_lazy("Evidence sent to the bank"),
    "order.dispute_won": gettext_lazy("The bank decided for you"),
    "order.dispute_lost": gettext_lazy("The bank decided for the buyer"),
    "order.dispute_reinstated": gettext_lazy("The bank gave the money back to you"),
}
_BAD = ("order.canceled", "order.disputed", "order.dispute_lost")


def entries(order: Order) -> list[dict[str, Any]]:
    """The entries of the order's timeline, oldest first, the expected ones after them. One statement."""
    happened = Event.objects.filter(subject_type="order", subject_id=order.pk, kind__in=TEXTS).order_by("pk")
    return [_entry(event, order) for event in happened[: policy.SELLER_TIMELINE_ENTRIES]] + _to_come(order)


def _entry(event: Event, order: Order) -> dict[str, Any]:
    text = str(TEXTS[event.kind])
    if event.kind == "order.refunded":
        text = _("Refunded %(amount)s to the buyer") % {"amount": Money(event.data["amount"], order.currency)}
    elif event.kind == "order.cleared":
        text = _("%(amount)s added to your available balance") % {
            "amount": Money(event.data["amount"], order.currency)
        }
    elif event.kind == "order.fulfilled" and sales.is_digital(order):
        text = _("Files handed over")
    return {
        "kind": event.kind,
        "text": text,
        "by": _by(event, order),
        "at": event.at,
        "state": "bad" if event.kind in _BAD else "done",
        "more": _more(event),
    }


def _by(event: Event, order: Order) -> str:
    if event.actor_type == Event.Actor.SYSTEM:
        return _("by BANIBS")
    if event.actor_type == Event.Actor.SELLER and event.actor_id == order.seller.user_id:
        return _("by you")
    if event.actor_type == Event.Actor.STAFF:
        return _("by %(name)s, BANIBS staff") % {"name": event.actor_name}
    return _("by %(name)s") % {"name": event.actor_name}


def _more(event: Event) -> str:
    tracking = " ".join(filter(None, [event.data.get("carrier", ""), event.data.get("tracking", "")]))
    return "; ".join(filter(None, [tracking, event.reason]))


def _to_come(order: Order) -> list[dict[str, Any]]:
    if order.status == Order.Status.PAID:
        by = date_format(timezone.localtime(sales.send_by(order)), "j M")
        return [
            {"text": _("Post the parcel"), "when": _("by %(day)s") % {"day": by}, "state": "now"},
            {"text": _("Complete"), "state": "todo"},
        ]
    if order.status == Order.Status.FULFILLED and order.case_open:
        return [{"text": _("Complete"), "when": _("once what is wrong is settled"), "state": "todo"}]
    if order.status == Order.Status.FULFILLED and order.fulfilled_at:
        by = date_format(timezone.localtime(order.fulfilled_at + policy.COMPLETE_AFTER), "j M")
        return [{"text": _("Complete"), "when": _("by %(day)s at the latest") % {"day": by}, "state": "todo"}]
    return []
