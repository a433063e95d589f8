"""What somebody wants to give back of an order, and what that is of its lines: amounts and units. Pure; minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from banibs.core.money import half_up
from marketplace.models import Order, OrderLine
from marketplace.pricing import shares
from payments.refunds import in_dispute, parts
from payments.refunds.refused import NothingWanted, exceeds


@dataclass(frozen=True)
class Wanted:
    """One of: `everything`; one `amount` for the order, spread over what remains; or line by line.

    `lines`: order line id → how many of it. `amounts`: order line id, or 0 for the delivery with its tax, → minor units.
    The two may stand together for different lines.
    """

    amount: int | None = None
    lines: Mapping[int, int] = field(default_factory=dict)
    amounts: Mapping[int, int] = field(default_factory=dict)
    everything: bool = False


@dataclass(frozen=True)
class Drawn:
    """What is wanted, drawn from an order: everybody's share, and which units it gives back wholly (line id → how many)."""

    share: shares.Share
    units: Mapping[int, int]


def draw(order: Order, lines: Sequence[OrderLine], wanted: Wanted) -> Drawn:
    """The share of everybody in what is wanted; `lines` are all of the order's, by id. The caller holds the order.

    Raises RefundRefused `refund_exceeds_remaining` with what remains, and NothingWanted.
    """
    sold = parts.order_parts(order, lines)
    if wanted.everything:
        share = shares.share(sold, sold.remaining)
        return Drawn(share, {line.pk: _units_left(line) for line in lines if _units_left(line)})
    if wanted.amount is not None:
        share = _spread(order, sold, wanted)
        return Drawn(share, units_of(order, lines, share))
    by_line = {line.pk: line for line in lines}
    units = {key: count for key, count in wanted.lines.items() if count}
    amounts = {key: amount for key, amount in wanted.amounts.items() if amount}
    _check_lines(order, by_line, units, amounts)
    amounts |= {key: _price_of(by_line[key], count) for key, count in units.items() if by_line[key].total}
    free = {
        key: (by_line[key].refunded_units + count, by_line[key].quantity)
        for key, count in units.items()
        if not by_line[key].total
    }
    try:
        share = shares.share_of_parts(sold, amounts, free=free)
    except shares.ExceedsRemaining as more:
        raise exceeds(order, more.remaining, line=more.key) from more
    return Drawn(share, units_of(order, lines, share, units))


def _spread(order: Order, sold: shares.OrderParts, wanted: Wanted) -> shares.Share:
    amount = wanted.amount or 0
    if amount <= 0 or wanted.lines or wanted.amounts:
        raise NothingWanted(_("Say one amount above nothing, or what of each line goes back."))
    try:
        return shares.share(sold, amount)
    except shares.ExceedsRemaining as more:
        raise exceeds(order, more.remaining) from more


def _check_lines(
    order: Order, lines: Mapping[int, OrderLine], units: Mapping[int, int], amounts: Mapping[int, int]
) -> None:
    if not units and not amounts:
        raise NothingWanted(_("Choose what goes back: a quantity or an amount."))
    for key, value in (*units.items(), *amounts.items()):
        known = key in lines or (key == shares.DELIVERY and key in amounts)
        if not known or value < 0 or (key in units and key in amounts):
            raise NothingWanted(_("Say how many of this line go back, or how much of it."), line=key)
    for key, count in units.items():
        line = lines[key]
        if count > _units_left(line) or (line.total and line.refunded == line.total):
            raise exceeds(order, line.total - line.refunded, line=key)


def _units_left(line: OrderLine) -> int:
    return line.quantity - line.refunded_units


def _price_of(line: OrderLine, count: int) -> int:
    """What so many of a line cost, cumulatively, so that all of them cost the line; the last take what remains of it."""
    left, after = line.total - line.refunded, line.refunded_units + count
    if after == line.quantity:
        return left
    price = half_up(line.total * after, line.quantity) - half_up(
        line.total * line.refunded_units, line.quantity
    )
    return min(left, price)


def units_of(
    order: Order, lines: Sequence[OrderLine], share: shares.Share, asked: Mapping[int, int] | None = None
) -> dict[int, int]:
    """What was asked for by the unit, and all of a line of which nothing is left. While a bank may still give its share
    back, a line is never counted as empty.
    """
    given = dict(asked or {})
    if not in_dispute.is_open(order):
        for line in lines:
            now = line.refunded + share.parts.get(line.pk, shares.NOTHING).total
            if line.total and now == line.total and _units_left(line):
                given[line.pk] = _units_left(line)
        if order.total and order.refunded + share.amount == order.total:
            given |= {line.pk: _units_left(line) for line in lines if _units_left(line)}
    return given
