"""Tables for spreadsheets: every text of a person is shown there as text, never run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

Cell = str | int | Decimal
MARK = "\ufeff"  # tells spreadsheets that this is UTF-8
# What begins a formula, in ASCII and in the full width that some spreadsheets read alike.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\N{MINUS SIGN}")


def lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The rows as lines of CSV, one at a time. Texts are guarded; numbers have to be given as numbers."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield str(writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row]))


def safe(text: str) -> str:
    """Text that a spreadsheet shows and does not run: with an apostrophe where a formula could begin.

    Spreadsheets skip blanks, tabs and signs that cannot be seen before a formula; so does this.
    """
    first = next((sign for sign in text if sign.isprintable() and not sign.isspace()), "")
    return f"'{text}" if text[:1] in ("\t", "\r", "\n") or first in _FORMULA else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
