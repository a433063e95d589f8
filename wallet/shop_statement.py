"""A shop's money over a time, by the ledger: what each of its balances held before, every movement, what it held after.

Opening + the movements = closing, of each balance and of all together. A movement between two balances of the shop changes
its total by nothing. What BANIBS kept of a sale is shown as a part of its own: the sale is what came in before the fees,
and the fees are the fees, so that the two add up to what the ledger moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wallet import accounts, policy
from wallet.statement import KINDS

Amounts = Mapping[str, int]  # a balance's name → minor units

BALANCES: Mapping[str, Promise] = {
    "pending": _("Clearing"),
    "available": _("Available"),
    "in_transit": _("On its way"),
    "disputed": _("Disputed"),
    "reserve": _("Reserve"),
    "debt": _("Owed"),
}
GROUPS: Mapping[str, Promise] = {
    "sales": _("Sales"),
    "fees": _("Fees"),
    "refunds": _("Refunds"),
    "disputes": _("Disputes"),
    "payouts": _("Payouts"),
    "to_wallet": _("To your wallet"),
    "between": _("Between your balances"),
    "other": _("Other"),
}
_GROUP_OF: Mapping[str, str] = {
    "order_paid": "sales",
    "dispute_fee": "fees",
    "dispute_fee_returned": "fees",
    "order_refunded": "refunds",
    "refund_canceled": "refunds",
    "dispute_opened": "disputes",
    "dispute_won": "disputes",
    "dispute_lost": "disputes",
    "dispute_reinstated": "disputes",
    "payout_sent": "payouts",
    "payout_paid": "payouts",
    "payout_failed": "payouts",
    "payout_returned": "payouts",
    "earnings_to_wallet": "to_wallet",
    "funds_cleared": "between",
    "reserve_held": "between",
    "reserve_released": "between",
    "debt_agreed": "between",
    "debt_share": "between",
    "debt_recalled": "between",
}
# In these a share of BANIBS's fees moves with the shop's part, for the same order.
_WITH_FEES = frozenset({"sales", "refunds", "disputes"})
_FEES = frozenset({accounts.REVENUE, accounts.REVENUE_DEFERRED, accounts.PROCESSING})


@dataclass(frozen=True, slots=True)
class Part:
    """What a movement, or a part of it, did to the shop's balances; those that it left alone are not named."""

    group: str
    amounts: Amounts

    @property
    def total(self) -> int:
        """What all balances together gained."""
        return sum(self.amounts.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One movement as a shop sees it, in one part or two."""

    movement_id: int
    at: dt.datetime
    kind: str
    reference: str
    memo: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str | Promise:
        """The kind in words."""
        return KINDS.get(self.kind, self.kind)


def group_of(kind: str) -> str:
    """The group that a kind of movement counts in: one of GROUPS."""
    return _GROUP_OF.get(kind, "other")


def codes(seller: int) -> Mapping[str, str]:
    """The shop's accounts: a balance's name → code."""
    return {name: f"seller:{seller}:{name}" for name in BALANCES}


def held_before(seller: int, currency: str, moment: dt.datetime) -> dict[str, int]:
    """What each balance held just before a moment, minor units; a debt as what it is below zero. One query."""
    return _held(seller, currency, moment - dt.timedelta(microseconds=1))


def _held(seller: int, currency: str, until: dt.datetime) -> dict[str, int]:
    names = {code: name for name, code in codes(seller).items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, ledger_balance_at(id, %s) FROM wallet_account WHERE code = ANY(%s) AND currency = %s",
            [until, list(names), currency],
        )
        found = {names[code]: int(amount) for code, amount in cursor.fetchall()}
    return {name: found.get(name, 0) for name in BALANCES}


def lines(seller: int, currency: str, *, since: dt.datetime, until: dt.datetime) -> Iterator[Line]:
    """Every movement of the shop from `since`, before `until`, in the order in which they happened. One query for each
    thousand.
    """
    own = {code: name for name, code in codes(seller).items()}
    last = (since, 0)
    while True:
        movements = _read(list(own), currency, last, until)
        for movement in movements:
            yield _line(movement, own)
        if len(movements) < policy.STATEMENT_LINES_AT_ONCE:
            return
        last = (movements[-1][0].at, movements[-1][0].movement_id)


@dataclass(frozen=True, slots=True)
class _Row:
    movement_id: int
    at: dt.datetime
    kind: str
    reference: str
    memo: str
    source: str
    target: str
    amount: int
    subject: str


_LINES = """
WITH own AS MATERIALIZED (SELECT id FROM wallet_account WHERE code = ANY(%(codes)s) AND currency = %(currency)s),
picked AS MATERIALIZED (
  SELECT DISTINCT side.at, side.movement_id FROM own CROSS JOIN LATERAL (
    (SELECT t.at, t.movement_id FROM wallet_transfer t
      WHERE t.source_id = own.id AND t.source_balance IS NOT NULL AND t.at < %(until)s
        AND (t.at, t.movement_id) > (%(at)s, %(movement)s)
      ORDER BY t.at, t.movement_id LIMIT %(limit)s)
     UNION ALL
    (SELECT t.at, t.movement_id FROM wallet_transfer t
      WHERE t.target_id = own.id AND t.target_balance IS NOT NULL AND t.at < %(until)s
        AND (t.at, t.movement_id) > (%(at)s, %(movement)s)
      ORDER BY t.at, t.movement_id LIMIT %(limit)s)) side
   ORDER BY side.at, side.movement_id LIMIT %(limit)s
)
SELECT m.id, p.at, m.kind, m.reference, m.memo, s.code, d.code, t.amount, t.subject
  FROM picked p
  JOIN wallet_movement m ON m.id = p.movement_id
  JOIN wallet_transfer t ON t.movement_id = p.movement_id
  JOIN wallet_account s ON s.id = t.source_id
  JOIN wallet_account d ON d.id = t.target_id
 WHERE s.code = ANY(%(codes)s) OR d.code = ANY(%(codes)s) OR s.code = ANY(%(fees)s) OR d.code = ANY(%(fees)s)
 ORDER BY p.at, p.movement_id, t.id
"""


def _read(
    own: list[str], currency: str, last: tuple[dt.datetime, int], until: dt.datetime
) -> list[list[_Row]]:
    """The next movements, each as its transfers that are of the shop or of BANIBS's fees."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES,
            {
                "codes": own,
                "currency": currency,
                "fees": sorted(_FEES),
                "until": until,
                "at": last[0],
                "movement": last[1],
                # A place at the very moment of `since` has movement 0 before it.
                "limit": policy.STATEMENT_LINES_AT_ONCE,
            },
        )
        rows = [_Row(*row) for row in cursor.fetchall()]
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.movement_id, []).append(row)
    return list(found.values())


def _line(rows: Sequence[_Row], own: Mapping[str, str]) -> Line:
    first = rows[0]
    amounts: dict[str, int] = {}
    subjects = set()
    for row in rows:
        for code, sign in ((row.source, -1), (row.target, 1)):
            if code in own:
                amounts[own[code]] = amounts.get(own[code], 0) + sign * row.amount
                subjects.add(row.subject)
    group = group_of(first.kind)
    parts = [Part(group, amounts)]
    kept = _kept(rows, subjects) if group in _WITH_FEES else 0
    if kept and amounts:
        bears = max(amounts, key=lambda name: abs(amounts[name]))
        parts = [
            Part(group, {**amounts, bears: amounts[bears] + kept}),
            Part("fees", {bears: -kept}),
        ]
    return Line(first.movement_id, first.at, first.kind, first.reference, first.memo, tuple(parts))


def _kept(rows: Iterable[_Row], subjects: set[str]) -> int:
    """What BANIBS's fees gained by the shop's orders in this movement; below zero where fees were given back."""
    gained = 0
    for row in rows:
        if row.subject in subjects:
            gained += row.amount * ((row.target in _FEES) - (row.source in _FEES))
    return gained


def moved_between(seller: int) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """When the shop's balances first and last moved, by currency, in order of their names. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"codes": list(codes(seller).values())})
        return {currency: (first, last) for currency, first, last in cursor.fetchall()}


_MOVED = """
SELECT a.currency, min(side.first), max(a.moved_at) FROM wallet_account a CROSS JOIN LATERAL (
    (SELECT t.at AS first FROM wallet_transfer t WHERE t.source_id = a.id AND t.source_balance IS NOT NULL
      ORDER BY t.at LIMIT 1)
     UNION ALL
    (SELECT t.at FROM wallet_transfer t WHERE t.target_id = a.id AND t.target_balance IS NOT NULL
      ORDER BY t.at LIMIT 1)) side
 WHERE a.code = ANY(%(codes)s) GROUP BY a.currency ORDER BY a.currency COLLATE "C"
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """A time in sums: opening + the groups = closing, of each balance."""

    opening: Amounts
    groups: Mapping[str, Amounts]
    closing: Amounts


class Adding:
    """Adds lines up as they go by."""

    def __init__(self, opening: Amounts) -> None:
        self.opening = dict(opening)
        self.held = dict(opening)
        self.groups: dict[str, dict[str, int]] = {}

    def add(self, part: Part) -> None:
        """Takes in what a part did."""
        sums = self.groups.setdefault(part.group, dict.fromkeys(BALANCES, 0))
        for name, amount in part.amounts.items():
            sums[name] += amount
            self.held[name] += amount

    @property
    def sums(self) -> Sums:
        """So far."""
        ordered = {name: self.groups[name] for name in GROUPS if name in self.groups}
        return Sums(self.opening, ordered, dict(self.held))
