"""An order's parts as the share function reads them, and what was given back written onto its rows.

Refunds and disputes count in the same columns: of the lines, of the order and of its delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, QuerySet

from marketplace.models import Order, OrderLine
from marketplace.pricing.shares import DELIVERY, OrderParts, Part, Share
from payments.models import ReserveHold

Breakdown = dict[str, list[int]]  # line id, or "0" for the delivery → total, tax, fee, promotion


def order_parts(order: Order, lines: Sequence[OrderLine]) -> OrderParts:
    """What the order was sold for and what is left of it. The caller holds the order; `lines` are all of its."""
    shipping = order.total - sum(line.total for line in lines)
    sold = {line.pk: Part(line.total, line.tax, line.fee, line.promotion) for line in lines}
    returned = {
        line.pk: Part(line.refunded, line.refunded_tax, line.refunded_fee, line.refunded_promotion)
        for line in lines
    }
    sold[DELIVERY] = Part(shipping, order.shipping_tax)
    returned[DELIVERY] = Part(order.refunded_shipping, order.refunded_shipping_tax)
    return OrderParts(sold, returned, order.processing_fee, order.refunded_processing)


def breakdown(share: Share) -> Breakdown:
    """A share by line, as its row keeps it."""
    return {str(key): [part.total, part.tax, part.fee, part.promotion] for key, part in share.parts.items()}


_COUNT = """
UPDATE marketplace_orderline l
   SET refunded = l.refunded + p.total, refunded_tax = l.refunded_tax + p.tax,
       refunded_fee = l.refunded_fee + p.fee, refunded_promotion = l.refunded_promotion + p.promotion,
       refunded_units = l.refunded_units + p.units
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[])
       AS p(id, total, tax, fee, promotion, units)
 WHERE l.id = p.id AND l.order_id = %s
"""


def count(
    order: Order, parts: Breakdown, *, processing: int, units: Mapping[int, int] | None = None, sign: int = 1
) -> None:
    """Adds what a share gives back to the columns of the order and its lines; `sign` -1 takes it out again.

    `units`: line → how many of it go back wholly.

    The caller holds the order. Two statements. Raises IntegrityError where a column would go beyond what was sold.
    """
    delivery = parts.get(str(DELIVERY), [0, 0, 0, 0])
    units = units or {}
    given = {int(key): values for key, values in parts.items() if key != str(DELIVERY)}
    lines = [
        (key, *given.get(key, [0, 0, 0, 0]), units.get(key, 0)) for key in sorted(given.keys() | units.keys())
    ]
    if lines:
        ids, *columns = zip(*lines, strict=True)
        signed = [[sign * value for value in column] for column in columns]
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(ids), *signed, order.pk])
    Order.objects.filter(pk=order.pk).update(
        refunded=F("refunded") + sign * sum(part[0] for part in parts.values()),
        refunded_shipping=F("refunded_shipping") + sign * delivery[0],
        refunded_shipping_tax=F("refunded_shipping_tax") + sign * delivery[1],
        refunded_processing=F("refunded_processing") + sign * processing,
    )


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a seller's share of an order comes from, in the order in which it is taken."""

    held: int
    reserve: int
    available: int


def sources(order: Order, net: int) -> Sources:
    """The order's hold first, then its own unreleased reserve, then what is available, which may fall below 0.

    The caller holds the order, and with it its reserve: nobody else writes that row. Nothing is taken yet (`take`).
    """
    if net <= order.held:
        return Sources(net, 0, 0)
    hold = _reserve_of(order).first()
    return divided(net, held=order.held, reserve=hold.left if hold else 0)


def divided(net: int, *, held: int, reserve: int) -> Sources:
    """A seller's share of an order that holds so much, and of which so much is in reserve."""
    from_held = min(net, held)
    from_reserve = min(net - from_held, reserve)
    return Sources(from_held, from_reserve, net - from_held - from_reserve)


def take(order: Order, taken: Sources) -> None:
    """Takes it from the rows, `Order.held` and `ReserveHold.left`; the caller holds the order and posts the same."""
    if taken.held:
        Order.objects.filter(pk=order.pk).update(held=F("held") - taken.held)
        order.held -= taken.held
    if taken.reserve:
        _reserve_of(order).update(left=F("left") - taken.reserve)


def _reserve_of(order: Order) -> QuerySet[ReserveHold]:
    return ReserveHold.objects.filter(order=order, released_at=None, left__gt=0)


def from_rows(raw: Mapping[str, Sequence[int]]) -> Breakdown:
    """A breakdown as JSON gave it back."""
    return {key: [int(value) for value in values] for key, values in raw.items()}
