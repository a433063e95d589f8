"""Where a shop can be paid out, and how: what `countries.csv` holds, read once.

`method` is a kind of destination, `country` the shop's (PayPal, crypto) or its bank's (Stripe, Wise), `currency` what
arrives there. `full`: the shop is Stripe's customer too. `recipient`: it is paid for us, across a border, and takes no
cards of its own. What no document showed, or a law forbids, is `unseen` there, and not offered.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from banibs.core.money import Money

TABLE = Path(__file__).with_name("countries.csv")
STRIPE_CONNECT = "stripe_connect"


@dataclass(frozen=True)
class Destination:
    """A way to be paid out in a country. `minimum` is None where no document says how little a payout may be."""

    method: str
    country: str
    currency: str
    agreement: str
    minimum: Money | None
    source: str
    date: str
    seen: bool

    @property
    def recipient(self) -> bool:
        """Whether Stripe pays the shop for us, across a border."""
        return self.agreement == "recipient"


@functools.cache
def table() -> tuple[Destination, ...]:
    """Every row, `unseen` ones too."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return tuple(_destination(row) for row in csv.DictReader(file))


def destination(country: str, *, method: str = STRIPE_CONNECT) -> Destination | None:
    """How a shop in a country is paid out by this method; None where that is not offered."""
    return _offered().get((method, country.upper()))


def offered(method: str) -> list[Destination]:
    """Every country in which this kind of destination is paid, in the table's order."""
    return [row for (kind, _country), row in _offered().items() if kind == method]


@functools.cache
def _offered() -> dict[tuple[str, str], Destination]:
    return {(row.method, row.country): row for row in table() if row.seen and row.agreement != "none"}


def _destination(row: dict[str, str]) -> Destination:
    minimum = Money(int(row["minimum"]), row["currency"]) if row["minimum"] else None
    return Destination(
        method=row["method"],
        country=row["country"],
        currency=row["currency"],
        agreement=row["agreement"],
        minimum=minimum,
        source=row["source"],
        date=row["date"],
        seen=row["seen"] == "seen",
    )
