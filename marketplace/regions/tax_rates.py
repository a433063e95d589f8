"""The general tax rates of countries and states: `tax_rates.csv` beside this module, read once, when it is imported.

A region that sells to several jurisdictions (the Eurozone, the United States) takes its tax by them; where the file
says nothing, the region's own rates hold (`marketplace.models.TaxRate`). A rate of a state is what holds in the whole
state: cities, counties and districts add theirs, which no file knows. Pure: no database, no clock.

| column | |
|---|---|
| jurisdiction | a country (`DE`) or a state (`US-GA`): the end of its account, `platform:tax:US-GA` |
| name | as people read it, and as they may write a state in an address |
| rate | the general rate, in per cent |
| reduced | the rate of the tax class "reduced", where the law has one such rate alone; empty: the region's |
| from | the first day on which the row counts; several rows of a jurisdiction follow one another |
| source | who says so; where it was read through a collection of others, which one and of which day |
| seen | `seen`: checked against that. `unseen`: not yet, or the rate cannot be used; the region's rate holds |
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

COLUMNS = ["jurisdiction", "name", "rate", "reduced", "from", "source", "seen"]
_CODE = re.compile(r"[A-Z]{2}(-[A-Z]{2})?", re.ASCII)


class Invalid(ValueError):
    """The file is not one of tax rates; the message names the line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A row: the general rate of a jurisdiction from a day on, in basis points. Of an unseen row none is known."""

    jurisdiction: str
    name: str
    standard: int
    reduced: int | None
    starts_on: dt.date
    source: str
    seen: bool

    @property
    def of_state(self) -> bool:
        """Whether it is a state's, so that local tax may come on top."""
        return "-" in self.jurisdiction


Table = Mapping[str, Sequence[Rate]]


def read(lines: Iterable[str]) -> dict[str, tuple[Rate, ...]]:
    """The rows of a file by jurisdiction, the oldest first. Raises Invalid for whatever could mislead."""
    rows = csv.DictReader(lines, strict=True)
    if rows.fieldnames != COLUMNS:
        raise Invalid(f"the columns are {', '.join(COLUMNS)}")
    found: dict[str, tuple[Rate, ...]] = {}
    for number, row in enumerate(rows, start=2):
        try:
            rate = _rate(row)
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise Invalid(f"line {number}: {error}") from error
        before = found.get(rate.jurisdiction, ())
        if before and (before[-1].starts_on >= rate.starts_on or before[-1].name != rate.name):
            raise Invalid(f"line {number}: {rate.jurisdiction} stands again, not later or under another name")
        found[rate.jurisdiction] = (*before, rate)
    return found


def _rate(row: Mapping[str, str]) -> Rate:
    if not _CODE.fullmatch(row["jurisdiction"]):
        raise ValueError(f"{row['jurisdiction']!r} is neither a country nor a state")
    if row["seen"] not in ("seen", "unseen"):
        raise ValueError(f"{row['seen']!r} is neither seen nor unseen")
    if not row["name"].strip() or not row["source"].strip():
        raise ValueError("a rate has a name and a source")
    seen = row["seen"] == "seen"
    standard = _basis_points(row["rate"]) if seen else 0
    reduced = _basis_points(row["reduced"]) if seen and row["reduced"] else None
    if reduced is not None and reduced > standard:
        raise ValueError("a reduced rate is not above the general one")
    starts_on = dt.date.fromisoformat(row["from"])
    return Rate(row["jurisdiction"], row["name"], standard, reduced, starts_on, row["source"], seen)


def _basis_points(percent: str) -> int:
    """ "25.5" is 2550. Raises ValueError for what is no whole number of basis points from 0 to 100 %."""
    bps = Decimal(percent) * 100
    if bps != bps.to_integral_value() or not 0 <= bps <= 10_000:
        raise ValueError(f"{percent} % is not from 0 to 100 in whole basis points")
    return int(bps)


TABLE: Table = read((Path(__file__).parent / "tax_rates.csv").read_text(encoding="utf-8").splitlines())


def in_force(jurisdiction: str, on: dt.date, *, table: Table = TABLE) -> Rate | None:
    """The row that counts on this day; None where the file has none yet."""
    rows = [rate for rate in table.get(jurisdiction, ()) if rate.starts_on <= on]
    return rows[-1] if rows else None


def has_states(country: str, *, table: Table = TABLE) -> bool:
    """Whether tax there is taken by states."""
    return any(code.startswith(f"{country}-") for code in table)


def state_code(country: str, written: str, *, table: Table = TABLE) -> str:
    """The jurisdiction of a state as people write it: "GA", "ga", "Georgia", "US-GA". Empty for any other."""
    wanted = " ".join(written.split()).casefold()
    for code, rows in table.items():
        if code.startswith(f"{country}-") and wanted in (
            code.casefold(),
            code.partition("-")[2].casefold(),
            rows[0].name.casefold(),
        ):
            return code
    return ""


def name(jurisdiction: str, *, table: Table = TABLE) -> str:
    """What people call it; empty for one that the file does not have."""
    rows = table.get(jurisdiction, ())
    return rows[0].name if rows else ""
