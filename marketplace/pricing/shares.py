"""What each party gives back for an amount of an order: refunds, disputes and previews all ask here. Pure; minor units.

An amount is spread over the order's lines and its delivery by what remains of each. Inside each, tax, fee and promotion
follow cumulatively: half_up(original × returned so far / total) − already returned; the processing fee follows the
order's total likewise. Rule and worked figures: docs "Money", Shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from banibs.core.money import allocate, half_up


class ExceedsRemaining(ValueError):
    """More than what is left of the order, or of its line `key`. `remaining` is what is left, in minor units."""

    def __init__(self, remaining: int, key: int | None = None) -> None:
        self.remaining = remaining
        self.key = key
        super().__init__(f"only {remaining} are left")


@dataclass(frozen=True, slots=True)
class Part:
    """A line of an order, or its delivery: what the buyer paid for it and how that was divided.

    `total` = price + tax; `promotion` is what BANIBS added for the seller, `fee` what it took.
    """

    total: int
    tax: int = 0
    fee: int = 0
    promotion: int = 0

    def __sub__(self, other: Part) -> Part:
        return Part(
            self.total - other.total,
            self.tax - other.tax,
            self.fee - other.fee,
            self.promotion - other.promotion,
        )

    def __add__(self, other: Part) -> Part:
        return Part(
            self.total + other.total,
            self.tax + other.tax,
            self.fee + other.fee,
            self.promotion + other.promotion,
        )

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Part(0)
DELIVERY = 0  # the key of an order's delivery beside the ids of its lines


@dataclass(frozen=True, slots=True)
class OrderParts:
    """An order as it was sold, and what of it has been given back: by line id, the delivery under DELIVERY."""

    sold: Mapping[int, Part]
    returned: Mapping[int, Part]
    processing: int
    returned_processing: int = 0

    @property
    def total(self) -> int:
        """What the buyer paid."""
        return sum(part.total for part in self.sold.values())

    def left(self, key: int) -> Part:
        """What remains of a line or of the delivery."""
        return self.sold[key] - self.returned.get(key, NOTHING)

    @property
    def remaining(self) -> int:
        """What can still be given back to the buyer."""
        return sum(self.left(key).total for key in self.sold)

    @property
    def net_left(self) -> int:
        """What remains of the seller's part."""
        left = [self.left(key) for key in self.sold]
        kept = sum(part.total + part.promotion - part.tax - part.fee for part in left)
        return kept - (self.processing - self.returned_processing)


@dataclass(frozen=True, slots=True)
class Share:
    """Who gives what for an amount of an order: amount + promotion = net + fee + tax + processing, none negative.

    `parts` says it by line, the delivery under DELIVERY; only those that give something are there.
    """

    parts: Mapping[int, Part]
    processing: int

    @property
    def amount(self) -> int:
        """What the buyer gets."""
        return sum(part.total for part in self.parts.values())

    @property
    def tax(self) -> int:
        """What the tax account gives."""
        return sum(part.tax for part in self.parts.values())

    @property
    def fee(self) -> int:
        """What BANIBS gives of its fee."""
        return sum(part.fee for part in self.parts.values())

    @property
    def promotion(self) -> int:
        """What the seller returns of BANIBS's discount."""
        return sum(part.promotion for part in self.parts.values())

    @property
    def net(self) -> int:
        """What the seller gives."""
        return self.amount + self.promotion - self.tax - self.fee - self.processing


def share(order: OrderParts, amount: int) -> Share:
    """The share of everybody in `amount`, spread over all that remains of the order.

    The whole remainder takes everything with it, so an order always ends at exactly its original figures. Raises
    ExceedsRemaining, ValueError for a negative amount.
    """
    keys = sorted(order.sold, key=lambda key: (key == DELIVERY, key))
    if amount == order.remaining:
        return _whole(order, keys)
    weights = [order.left(key).total for key in keys]
    if amount > sum(weights):
        raise ExceedsRemaining(sum(weights))
    spread = allocate(amount, weights, capped=True)
    return share_of_parts(order, dict(zip(keys, spread, strict=True)))


def share_of_parts(
    order: OrderParts, amounts: Mapping[int, int], *, free: Mapping[int, tuple[int, int]] | None = None
) -> Share:
    """The share of everybody when each line (or DELIVERY) gives back its own amount.

    A line that cost the buyer nothing goes back by units, or with the whole order: `free` says how many of it are back
    with this share, and of how many. Raises ExceedsRemaining for the first that has less left, ValueError for a negative
    amount.
    """
    free = free or {}
    for key, amount in amounts.items():
        if amount < 0:
            raise ValueError(f"{amount} cannot be given back")
        if amount > order.left(key).total:
            raise ExceedsRemaining(order.left(key).total, key)
    if sum(amounts.values()) == order.remaining and (order.remaining or _all_units(order, free)):
        return _whole(order, sorted(order.sold))
    parts = {key: _step(order, key, amount) for key, amount in amounts.items() if amount}
    parts |= {key: _free_step(order, key, *units) for key, units in free.items()}
    given = order.total - order.remaining + sum(amounts.values())
    processing = _cumulative(order.processing, given, order.total) - order.returned_processing
    return _balanced(order, Share(parts, max(0, processing)))


def _whole(order: OrderParts, keys: Sequence[int]) -> Share:
    left = {key: order.left(key) for key in keys}
    return Share(
        {key: part for key, part in left.items() if part}, order.processing - order.returned_processing
    )


def _step(order: OrderParts, key: int, amount: int) -> Part:
    sold, returned = order.sold[key], order.returned.get(key, NOTHING)
    given = returned.total + amount
    return Part(
        total=amount,
        tax=max(0, _cumulative(sold.tax, given, sold.total) - returned.tax),
        fee=max(0, _cumulative(sold.fee, given, sold.total) - returned.fee),
        promotion=max(0, _cumulative(sold.promotion, given, sold.total) - returned.promotion),
    )


def _all_units(order: OrderParts, free: Mapping[int, tuple[int, int]]) -> bool:
    """Whether an order that cost nothing is back with these units: each of its lines wholly, now or before."""
    back = {key for key, (given, of) in free.items() if given == of}
    return all(key in back or not order.left(key) for key in order.sold)


def _free_step(order: OrderParts, key: int, given: int, of: int) -> Part:
    sold, returned = order.sold[key], order.returned.get(key, NOTHING)
    return Part(
        total=0,
        fee=max(0, _cumulative(sold.fee, given, of) - returned.fee),
        promotion=max(0, _cumulative(sold.promotion, given, of) - returned.promotion),
    )


def _cumulative(original: int, given: int, total: int) -> int:
    return half_up(original * given, total) if total else 0


def _balanced(order: OrderParts, found: Share) -> Share:
    """Rounding may leave the seller a unit below nothing, or above what is left to give: the platform's parts give way.

    What is taken off a step comes back with the next, since each is cumulative.
    """
    if found.net < 0:
        return _shifted(order, found, found.net)
    excess = found.net - order.net_left
    return _shifted(order, found, excess) if excess > 0 else found


def _shifted(order: OrderParts, found: Share, by: int) -> Share:
    """Adds `by` units (less than nothing: takes off) to what processing, then fees, then taxes give."""
    moved = _room(by, found.processing, order.processing - order.returned_processing)
    processing, by = found.processing + moved, by - moved
    parts = dict(found.parts)
    for name in ("fee", "tax"):
        for key in sorted(parts):
            given: int = getattr(parts[key], name)
            moved = _room(by, given, getattr(order.left(key), name))
            parts[key] = replace(parts[key], **{name: given + moved})
            by -= moved
    return Share(parts, processing)


def _room(by: int, given: int, most: int) -> int:
    return max(by, -given) if by < 0 else min(by, most - given)
