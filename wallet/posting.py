"""What a movement is before it is written: plain data that can be printed, tested and turned round.

Nothing here touches a database. `movements` makes them, `ledger.post` writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from banibs.core.money import MAX_AMOUNT

Part = tuple[str, int]  # an account's code and an amount in minor units


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` minor units, always positive, from `source` to `target`, for `subject` ("order:17")."""

    source: str
    target: str
    amount: int
    subject: str = ""

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= MAX_AMOUNT:
            raise ValueError(f"{self.amount!r} is not an amount that can move")
        if self.source == self.target:
            raise ValueError(f"{self.source} to itself")


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement: every transfer of it happens, or none. False when it moves nothing, and then is not
    posted.
    """

    key: str
    kind: str
    currency: str
    transfers: tuple[Transfer, ...]
    reference: str = ""
    actor: str = "system"
    memo: str = ""
    reverses: int | None = None

    def __bool__(self) -> bool:
        return bool(self.transfers)

    def net(self) -> dict[str, int]:
        """What each account gains (or loses, negative). Adds up to 0."""
        nets: dict[str, int] = {}
        for one in self.transfers:
            nets[one.source] = nets.get(one.source, 0) - one.amount
            nets[one.target] = nets.get(one.target, 0) + one.amount
        return nets

    def for_subject(self, subject: str) -> tuple[Transfer, ...]:
        """The transfers made for one order, payment or payout."""
        return tuple(one for one in self.transfers if one.subject == subject)

    def turned_round(self, *, movement: int, actor: str, memo: str) -> Posting:
        """The correction of this movement, whose id is given: every transfer back, in the opposite order."""
        back = tuple(replace(one, source=one.target, target=one.source) for one in reversed(self.transfers))
        return replace(
            self,
            key=f"{self.key}:reversed",
            kind="reversed",
            transfers=back,
            actor=actor,
            memo=memo,
            reverses=movement,
        )


def pour(sources: Sequence[Part], targets: Sequence[Part], *, subject: str = "") -> list[Transfer]:
    """Transfers that empty the sources into the targets, both in the order given.

    Who pays for what follows from the orders: the last source pays the last target. Zero parts are left out.
    Raises ValueError when the two sides do not add up to the same, or a part is negative.
    """
    if sum(amount for _, amount in sources) != sum(amount for _, amount in targets):
        raise ValueError(f"{subject or 'movement'}: {list(sources)} does not add up to {list(targets)}")
    if any(amount < 0 for _, amount in (*sources, *targets)):
        raise ValueError(f"{subject or 'movement'}: a negative part in {list(sources)} or {list(targets)}")
    transfers: list[Transfer] = []
    waiting = iter(targets)
    target, wanted = "", 0
    for source, left in sources:
        while left:
            while not wanted:
                target, wanted = next(waiting)
            amount = min(left, wanted)
            transfers.append(Transfer(source, target, amount, subject))
            left -= amount
            wanted -= amount
    return transfers
