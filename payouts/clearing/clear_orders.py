"""Clearing: moves what a sale holds to the seller's available balance, a while after it was paid and once it was sent.

An order clears at max(paid + `marketplace.policy.CLEAR_AFTER`, fulfilled), whole and once; while its card payment is
disputed, or a case about it is open, it waits. A refund does not hold it: what is left keeps its date (docs "Money",
States).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import structlog
from django.db import transaction
from django.db.models import QuerySet

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.jobs import time_budget
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
    """Orders whose time has come, the longest waiting first; as many as a run takes."""
    return [order_id for order_id, _seller, _currency in _waiting()]


def _waiting() -> list[tuple[int, int, str]]:
    waiting = _due_rows().order_by("paid_at", "pk").values_list("pk", "seller_id", "currency")
    return list(waiting[: policy.ORDERS_CLEARED_PER_RUN])


def clear_due() -> int:
    """Clears every order whose time has come, those of a shop and currency together; returns how many. For the
    timetable.

    What is left after `policy.CLEARING_RUN_SECONDS` is the next run's. Runs at the same time share the orders: each
    passes over what another has locked.
    """
    together = time_budget.until_deadline(_batches(), seconds=policy.CLEARING_RUN_SECONDS)
    return sum(_cleared(batch) for batch in together)


def _batches() -> Iterator[list[int]]:
    """Ids of orders of one shop and currency, the shop that waits longest first."""
    shops: dict[tuple[int, str], list[int]] = {}
    for order_id, seller, currency in _waiting():
        shops.setdefault((seller, currency), []).append(order_id)
    size = policy.ORDERS_CLEARED_AT_ONCE
    for order_ids in shops.values():
        order_ids.sort()
        yield from (order_ids[at : at + size] for at in range(0, len(order_ids), size))


def _cleared(order_ids: Sequence[int]) -> int:
    """How many of these were cleared; one that breaks does not keep the others waiting."""
    try:
        return db_retry.atomic_retry(functools.partial(_clear_together, order_ids, skip_locked=True))
    except db_retry.TemporarilyUnavailable:
        log.warning("clearing.put_off", orders=len(order_ids))  # the next run finds them
        return 0
    except Exception:
        log.exception("clearing.broke", order=order_ids[0], orders=len(order_ids))
    return sum(_cleared([one]) for one in order_ids) if len(order_ids) > 1 else 0


def clear(order_id: int) -> bool:
    """Moves what an order holds from its seller's pending to the available balance, if its time has come, once.

    False when it has not, or another worker was first; nothing has moved then.
    """
    return bool(_clear_together([order_id], skip_locked=False))


def _clear_together(order_ids: Sequence[int], *, skip_locked: bool) -> int:
    """Clears those of these orders whose time has come, of one shop and currency; the same statements however many."""
    with transaction.atomic():
        locked = _due_rows().select_for_update(of=("self",), skip_locked=skip_locked)
        orders = list(
            locked.filter(pk__in=order_ids)
            .order_by("pk")
            .only("number", "seller_id", "currency", "held", "status")
        )
        if not orders:
            return 0
        Order.objects.filter(pk__in=[order.pk for order in orders]).update(cleared_at=Now(), held=0)
        events.record(*map(_event, orders))
        ledger.post_many(
            [
                movements.funds_cleared(
                    order=order.pk,
                    seller=order.seller_id,
                    held=Money(order.held, order.currency),
                    reference=order.number,
                )
                for order in orders
                if order.held
            ]
        )
    return len(orders)


def _event(order: Order) -> events.New:
    return events.New(
        "order.cleared",
        order,
        events.SYSTEM,
        from_state=order.status,
        to_state=order.status,
        data={
            "amount": order.held,
            "currency": order.currency,
            "waited_seconds": int(marketplace_policy.CLEAR_AFTER.total_seconds()),
        },
    )
