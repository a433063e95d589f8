"""Clearing: moves what a sale holds to the seller's available balance, a while after it was paid and once it was sent.

An order clears at max(paid + `marketplace.policy.CLEAR_AFTER`, fulfilled), whole and once; while its card payment
is disputed it waits (docs "Money", Refunds).
"""

from __future__ import annotations

import functools

import structlog
from django.db import transaction
from django.db.models import QuerySet

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.money import Money
from marketplace import policy as marketplace_policy
from marketplace.models import Order
from payouts import policy
from wallet import ledger, movements

log = structlog.get_logger(__name__)
SENT = (Order.Status.FULFILLED, Order.Status.COMPLETED)


def _due_rows() -> QuerySet[Order]:
    return Order.objects.filter(
        status__in=SENT,
        case_open=False,
        cleared_at=None,
        fulfilled_at__lte=Now(),
        paid_at__lte=Now() - marketplace_policy.CLEAR_AFTER,
    ).exclude(dispute=Order.Dispute.OPEN)


def due_orders() -> list[int]:
    """Orders whose time has come, the longest waiting first."""
    return list(
        _due_rows().order_by("paid_at", "pk").values_list("pk", flat=True)[: policy.ORDERS_CLEARED_AT_ONCE]
    )


def clear_due() -> int:
    """Clears every order whose time has come, each in a transaction of its own; returns how many. For the timetable.

    One at a time: two orders of a run may credit the same sellers as a sale does, in another order.
    """
    cleared = 0
    for order_id in due_orders():
        try:
            cleared += db_retry.atomic_retry(functools.partial(clear, order_id))
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("clearing.broke", order=order_id)
    return cleared


def clear(order_id: int) -> bool:
    """Moves what an order holds from its seller's pending to the available balance, if its time has come, once.

    False when it has not, or another worker was first; nothing has moved then.
    """
    with transaction.atomic():
        order = _due_rows().select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None:
            return False
        held = Money(order.held, order.currency)
        Order.objects.filter(pk=order.pk).update(cleared_at=Now(), held=0)
        events.record(
            events.New(
                "order.cleared",
                order,
                events.SYSTEM,
                from_state=order.status,
                to_state=order.status,
                data={
                    "amount": held.amount,
                    "currency": held.currency,
                    "waited_seconds": int(marketplace_policy.CLEAR_AFTER.total_seconds()),
                },
            )
        )
        if held:
            ledger.post(
                movements.funds_cleared(
                    order=order.pk, seller=order.seller_id, held=held, reference=order.number
                )
            )
    return True
