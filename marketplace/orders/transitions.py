"""Transitions of an order's state: the table of allowed moves, and a function for each, which locks and re-reads first.

Money that goes with a move is posted by whoever calls (docs "Architecture": payments stands to the right), but for the
fee, which BANIBS has earned when an order is fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import F

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from banibs.core.states import state_machine
from marketplace import policy
from marketplace.models import Checkout, Order, OrderLine
from wallet import ledger, movements

Status = Order.Status
TRANSITIONS: state_machine.Transitions = {
    Status.CREATED: frozenset({Status.PAID, Status.CANCELED}),
    Status.PAID: frozenset({Status.FULFILLED, Status.CANCELED, Status.REFUNDED}),
    Status.FULFILLED: frozenset({Status.COMPLETED, Status.REFUNDED}),
    Status.COMPLETED: frozenset({Status.REFUNDED}),
}
# Only by undoing the refund that ended it.
REOPENED: state_machine.Transitions = {
    Status.CANCELED: frozenset({Status.PAID}),
    Status.REFUNDED: frozenset({Status.PAID, Status.FULFILLED, Status.COMPLETED}),
}


def lock(ids: Iterable[int]) -> list[Order]:
    """The orders as they are now, locked in id order."""
    return state_machine.lock(Order, ids)


def mark_paid(
    orders: Sequence[Order], lines: Sequence[OrderLine], *, actor: events.Actor, method: str = ""
) -> None:
    """Created → paid for all orders of a checkout, whose money the caller posts in the same transaction.

    Each seller's net becomes `held`, BANIBS's fee is deferred. An order of files alone is fulfilled by being paid: its fee
    is earned at once (the caller's posting says so), and its downloads are granted.
    `method` is told in the timeline. The number of statements does not depend on how many orders or lines there are.
    """
    state_machine.move(
        orders,
        to=Status.PAID,
        table=TRANSITIONS,
        kind="order.paid",
        actor=actor,
        data={"method": method} if method else {},
        changes={"paid_at": Now(), "held": F("seller_net"), "fee_deferred": F("marketplace_fee")},
    )
    Checkout.objects.filter(pk=orders[0].checkout_id).update(paid_at=Now())
    if any(line.kind == "digital" for line in lines):
        _grant_downloads(orders)
        parcels = {line.order_id for line in lines if line.kind == "physical"}
        _fulfil([order for order in orders if order.pk not in parcels], actor=events.SYSTEM)


def _fulfil(orders: Sequence[Order], *, actor: events.Actor, carrier: str = "", tracking: str = "") -> None:
    state_machine.move(
        orders,
        to=Status.FULFILLED,
        table=TRANSITIONS,
        kind="order.fulfilled",
        actor=actor,
        data={"carrier": carrier, "tracking": tracking} if tracking or carrier else {},
        changes={"fulfilled_at": Now(), "carrier": carrier, "tracking": tracking, "fee_deferred": 0},
    )


_GRANT = """
INSERT INTO marketplace_download (line_id, file_id, user_id, "limit", count, expires_at)
SELECT l.id, f.id, o.buyer_id, f."limit" * l.quantity, 0, banibs_now() + make_interval(days => f.days)
  FROM marketplace_order o
  JOIN marketplace_orderline l ON l.order_id = o.id AND l.kind = 'digital'
  JOIN marketplace_digitalfile f ON f.product_id = l.product_id AND f.scan IN ('none', 'clean')
 WHERE o.id = ANY(%s)
ON CONFLICT DO NOTHING
"""


def _grant_downloads(orders: Sequence[Order]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GRANT, [[order.pk for order in orders]])


def fulfil(order_id: int, *, actor: events.Actor, carrier: str = "", tracking: str = "") -> Order:
    """Paid → fulfilled: the parcel is on its way, and BANIBS has earned its fee. Raises InvalidTransition."""
    with transaction.atomic():
        (order,) = lock([order_id])
        fee = Money(order.fee_deferred, order.currency)
        _fulfil([order], actor=actor, carrier=carrier.strip()[:60], tracking=tracking.strip()[:80])
        if fee:
            ledger.post(movements.revenue_recognised(order=order.pk, fee=fee, reference=order.number))
    return order


def complete(order_id: int, *, actor: events.Actor) -> Order:
    """Fulfilled → completed: the buyer has it. Raises InvalidTransition, also while its card payment is disputed."""
    with transaction.atomic():
        (order,) = lock([order_id])
        if order.dispute == Order.Dispute.OPEN:
            raise state_machine.InvalidTransition(order, current="disputed", to=Status.COMPLETED)
        _complete([order], actor=actor)
    return order


def _complete(orders: Sequence[Order], *, actor: events.Actor, reason: str = "") -> None:
    state_machine.move(
        orders,
        to=Status.COMPLETED,
        table=TRANSITIONS,
        kind="order.completed",
        actor=actor,
        reason=reason,
        changes={"completed_at": Now()},
    )


def complete_due() -> int:
    """Completes what was fulfilled 14 days ago and not complained of; returns how many. For the timetable."""
    with transaction.atomic():
        due = list(
            Order.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(status=Status.FULFILLED, case_open=False, fulfilled_at__lte=Now() - policy.COMPLETE_AFTER)
            .exclude(dispute=Order.Dispute.OPEN)
            .order_by("pk")[: policy.ORDERS_COMPLETED_AT_ONCE]
        )
        _complete(due, actor=events.SYSTEM, reason="14 days after it was posted")
    return len(due)


def cancel(orders: Sequence[Order], *, actor: events.Actor, reason: str) -> None:
    """Created or paid → canceled, for orders that the caller has locked and whose money, `held` too, it gives back."""
    state_machine.move(
        orders,
        to=Status.CANCELED,
        table=TRANSITIONS,
        kind="order.canceled",
        actor=actor,
        reason=reason,
        changes={"canceled_at": Now()},
    )


def refund(orders: Sequence[Order], *, actor: events.Actor, reason: str) -> None:
    """Paid, fulfilled or completed → refunded: nothing of what was paid is left. The caller has locked the orders and
    gives their money back. Raises InvalidTransition.
    """
    state_machine.move(
        orders, to=Status.REFUNDED, table=TRANSITIONS, kind="order.given_back", actor=actor, reason=reason
    )


def reopen(order: Order, *, actor: events.Actor, reason: str) -> None:
    """Canceled or refunded → where it was before, because the refund that ended it was taken back before it left. The
    caller has locked the order and undoes the refund. Raises InvalidTransition, also for what was never paid.
    """
    before = (
        Status.COMPLETED if order.completed_at else Status.FULFILLED if order.fulfilled_at else Status.PAID
    )
    if order.paid_at is None:
        raise state_machine.InvalidTransition(order, current=order.status, to=before)
    state_machine.move(
        [order],
        to=before,
        table=REOPENED,
        kind="order.reopened",
        actor=actor,
        reason=reason,
        changes={"canceled_at": None},
    )
