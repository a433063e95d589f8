"""What a seller reads of money that is not available yet: which amount clears on which day, and what waits for what.

Days are of the shop's own time zone. What stands here adds up to the shop's pending balance, per currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from marketplace import policy as marketplace_policy
from marketplace.models import Order, Seller
from marketplace.sellers import time_zones
from payouts import policy


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order and what it holds."""

    number: str
    amount: Money

    @property
    def url(self) -> str:
        """Its page at the shop's desk."""
        return reverse("seller:order", args=[self.number])


@dataclass(frozen=True, slots=True)
class ClearsOn:
    """What becomes available on a day: two days after payment, and once it was sent. `later`: or after it."""

    day: dt.date
    amount: Money
    orders: int
    later: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """What has no day yet. `reason`: `not_sent`, `case_open` or `dispute_open`; `examples` are its oldest orders."""

    reason: str
    amount: Money
    orders: int
    examples: tuple[HeldOrder, ...]

    @property
    def text(self) -> Promise:
        """Why, and what to do."""
        return _WAITS[self.reason][0]

    @property
    def url(self) -> str:
        """Where the seller goes on: the order itself where it is one, else the list of them."""
        return self.examples[0].url if self.orders == 1 else _list_of(self.reason)


_WAITS: Mapping[str, tuple[Promise, str, str]] = {
    "not_sent": (_("Clears once you have sent it."), "seller:orders", "?status=to-send"),
    "case_open": (
        _("Waits until you and the buyer have settled what is wrong."),
        "payments:seller_cases",
        "",
    ),
    "dispute_open": (_("Waits until the buyer’s bank has decided."), "payments:disputes", ""),
}


def _list_of(reason: str) -> str:
    _text, name, query = _WAITS[reason]
    return reverse(name) + query


@dataclass(frozen=True, slots=True)
class Clearing:
    """A shop's pending money in one currency: `total` = all that clears on a day + all that waits.

    `days` are in order, at most `policy.CLEARING_DAYS_SHOWN` of them; the last holds what comes later too.
    """

    total: Money
    days: tuple[ClearsOn, ...]
    waits: tuple[Waits, ...]

    @property
    def next(self) -> ClearsOn | None:
        """The first day on which something clears."""
        return self.days[0] if self.days else None


def clearing_of(shop: Seller) -> dict[str, Clearing]:
    """The shop's pending money by currency, in order of their names: by day, and what waits. One statement.

    An order that is due and that no run has taken yet clears today. Empty where nothing is pending.
    """
    found: dict[str, list[_Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _HELD,
            {
                "seller": shop.pk,
                "wait": f"{marketplace_policy.CLEAR_AFTER.total_seconds():.0f} seconds",
                "zone": time_zones.zone_name(shop),
                "unsent": Order.Status.PAID,
                "open": Order.Dispute.OPEN,
                "examples": policy.CLEARING_EXAMPLES_SHOWN,
            },
        )
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(_Row(*row))
    return {currency: _clearing(currency, rows) for currency, rows in found.items()}


class _Row(NamedTuple):
    """What `_HELD` says of a day, or of a reason."""

    currency: str
    reason: str
    day: dt.date | None
    orders: int
    amount: int
    numbers: Sequence[str]
    amounts: Sequence[int]


def _clearing(currency: str, rows: Sequence[_Row]) -> Clearing:
    days = [
        ClearsOn(row.day, Money(int(row.amount), currency), row.orders) for row in rows if row.day is not None
    ]
    waits = tuple(
        Waits(
            row.reason,
            Money(int(row.amount), currency),
            row.orders,
            tuple(
                HeldOrder(number, Money(held, currency))
                for number, held in zip(row.numbers, row.amounts, strict=True)
            ),
        )
        for row in rows
        if row.day is None
    )
    total = Money(sum(int(row.amount) for row in rows), currency)
    return Clearing(total, _bounded(days), waits)


def _bounded(days: list[ClearsOn]) -> tuple[ClearsOn, ...]:
    """As many days as are shown; the last with all that comes later."""
    kept, later = days[: policy.CLEARING_DAYS_SHOWN], days[policy.CLEARING_DAYS_SHOWN :]
    for one in later:
        kept[-1] = replace(
            kept[-1], amount=kept[-1].amount + one.amount, orders=kept[-1].orders + one.orders, later=True
        )
    return tuple(kept)


# The reason that holds longest comes first: a bank's decision, then a case, then the shop itself.
_HELD = """
WITH held AS (
  SELECT o.id, o.number, o.currency, o.held,
         CASE WHEN o.dispute = %(open)s THEN 'dispute_open' WHEN o.case_open THEN 'case_open'
              WHEN o.status = %(unsent)s THEN 'not_sent' ELSE '' END AS reason,
         greatest(o.paid_at + %(wait)s::interval, o.fulfilled_at, banibs_now()) AS clears_at
    FROM marketplace_order o
   WHERE o.seller_id = %(seller)s AND o.cleared_at IS NULL AND o.held > 0
), dated AS (
  SELECT id, number, currency, held, reason,
         CASE WHEN reason = '' THEN (clears_at AT TIME ZONE %(zone)s)::date END AS day
    FROM held
)
SELECT currency, reason, day, count(*), sum(held),
       coalesce((array_agg(number ORDER BY id) FILTER (WHERE reason <> ''))[:%(examples)s], '{}'),
       coalesce((array_agg(held ORDER BY id) FILTER (WHERE reason <> ''))[:%(examples)s], '{}')
  FROM dated GROUP BY currency, reason, day
 ORDER BY currency COLLATE "C", day NULLS LAST, CASE reason WHEN 'not_sent' THEN 1 WHEN 'case_open' THEN 2 ELSE 3 END
"""
