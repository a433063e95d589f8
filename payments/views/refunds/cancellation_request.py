"""A buyer asks a shop to cancel an order that it has promised to cancel when it agrees. Page and API ask here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from banibs.core import events
from banibs.core.models import Event
from marketplace.models import Order
from marketplace.orders import transitions

KIND = "order.cancellation_asked"


def request_cancellation(order: Order, *, actor: events.Actor, text: str) -> str:
    """Asks the shop, once; nothing moves. Returns the address where the answer is read."""
    with transaction.atomic():
        transitions.lock([order.pk])
        if not asked([order.pk]):
            events.record(events.New(KIND, order, actor, reason=text))
    return reverse("marketplace:order", args=[order.checkout.number])


def asked(orders: Iterable[int]) -> set[int]:
    """Those of these orders whose shop was asked already. One statement."""
    told = Event.objects.filter(subject_type="order", subject_id__in=list(orders), kind=KIND)
    return set(told.values_list("subject_id", flat=True))
