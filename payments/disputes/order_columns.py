"""The columns of a payment's orders that a dispute changes: read once under their locks, changed here, written at once.

What is given back stands on lines and orders, the seller's hold on the order, the reserve on its own row. However many
orders a payment has, reading is two statements and writing three.
"""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.models import Order, OrderLine
from marketplace.pricing.shares import DELIVERY, OrderParts
from payments.models import DisputeShare, ReserveHold
from payments.refunds import parts
from payments.refunds.parts import Sources

_LINE = ("refunded", "refunded_tax", "refunded_fee", "refunded_promotion")
_ORDER = (
    "held",
    "fee_deferred",
    "refunded",
    "refunded_shipping",
    "refunded_shipping_tax",
    "refunded_processing",
)


class OrderColumns:
    """Orders that the caller has locked, with their lines and the reserves that are held back of them."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = {order.pk: order for order in orders}
        self._lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
        for line in OrderLine.objects.filter(order__in=list(self.orders)).order_by("pk"):
            self._lines[line.order_id].append(line)
        self._holds = {
            hold.order_id: hold for hold in ReserveHold.objects.filter(order__in=list(self.orders))
        }

    def parts(self, order: Order) -> OrderParts:
        """The order as the share function reads it."""
        return parts.order_parts(order, self._lines[order.pk])

    def sources(self, order: Order, net: int) -> Sources:
        """Where a seller's share comes from: the order's hold, its own reserve, then what is available."""
        hold = self._holds.get(order.pk)
        return parts.divided(net, held=order.held, reserve=hold.left if hold and not hold.released_at else 0)

    def take(self, share: DisputeShare) -> None:
        """A round begins: the share counts as given back, and the seller's part of it leaves hold and reserve."""
        order = self._count(share, sign=1)
        order.held -= share.from_held
        if share.from_reserve:
            self._holds[order.pk].left -= share.from_reserve

    def put_back(self, share: DisputeShare) -> Sources:
        """A round was won: where the seller's part of the share goes. Hold and reserve have it again where they still
        stand; it is available where the order has cleared, or the reserve was released, meanwhile.
        """
        order = self._count(share, sign=-1)
        held = 0 if order.cleared_at else share.from_held
        order.held += held
        hold = self._holds.get(order.pk)
        reserve = share.from_reserve if hold and not hold.released_at else 0
        if hold and reserve:
            hold.left += reserve
        return Sources(held, reserve, _on_hold(share) - held - reserve)

    def undo(self, share: DisputeShare) -> None:
        """A lost round was credited: nothing of the share counts as given back any more."""
        self._count(share, sign=-1)

    def _count(self, share: DisputeShare, *, sign: int) -> Order:
        order = self.orders[share.order_id or 0]
        given = parts.from_rows(share.breakdown)
        for line in self._lines[order.pk]:
            for name, amount in zip(_LINE, given.get(str(line.pk), ()), strict=False):
                setattr(line, name, getattr(line, name) + sign * amount)
        delivery = given.get(str(DELIVERY), [0, 0])
        order.refunded += sign * sum(one[0] for one in given.values())
        order.refunded_shipping += sign * delivery[0]
        order.refunded_shipping_tax += sign * delivery[1]
        order.refunded_processing += sign * share.processing
        return order

    def save(self) -> None:
        """Writes what was changed; raises IntegrityError where a column would go beyond what was sold."""
        lines = [line for of_order in self._lines.values() for line in of_order]
        OrderLine.objects.bulk_update(lines, _LINE)
        Order.objects.bulk_update(list(self.orders.values()), _ORDER)
        ReserveHold.objects.bulk_update(list(self._holds.values()), ["left"])


def _on_hold(share: DisputeShare) -> int:
    return share.from_held + share.from_reserve + share.from_available
