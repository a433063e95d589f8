"""For how long a buyer may send something back at least, by the law of their country.

The law is `return_rights.csv` beside this module, read once, when it is imported: country (or a region of several, such
as EU), days, and who says so. Where it names no country the shop's promise holds alone. Pure: no database, no clock.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from marketplace.orders.promises import Promises

LAW: dict[str, int] = {
    row["country"]: int(row["days"])
    for row in csv.DictReader(Path(__file__).with_suffix(".csv").read_text().splitlines(), strict=True)
}


def held_in(code: str, promises: Promises) -> Promises:
    """What a shop promises as it holds for a buyer there: as many days as the law gives, or more.

    `code` is a country or a region.
    """
    return replace(promises, return_days=max(promises.return_days, LAW.get(code, 0)))
