"""A shop's movements of any period as CSV: what each balance held before, every movement, the groups, what it held after.

Each row names its group, and the rows of a group add up to its subtotal; before + subtotals = after, in every column.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from banibs.core.money import Money
from banibs.core.ui import csv_files
from wallet import shop_statement
from wallet.shop_statement import BALANCES, GROUPS, Adding


def pieces(seller: int, currency: str, *, since: dt.datetime, until: dt.datetime) -> Iterator[str]:
    """The file, piece by piece, a thousand movements in memory at a time; from `since`, before `until`."""
    yield csv_files.MARK
    yield from csv_files.lines(table(seller, currency, since=since, until=until))


def table(
    seller: int, currency: str, *, since: dt.datetime, until: dt.datetime
) -> Iterator[list[csv_files.Cell]]:
    """The rows of the file."""
    yield [
        *(_("Date (UTC)"), _("Group"), _("What"), _("Reference"), _("Note"), _("Currency")),
        *(str(name) for name in BALANCES.values()),
        _("In all"),
    ]
    adding = Adding(shop_statement.held_before(seller, currency, since))
    yield _row([_moment(since), "", _("Held before"), "", ""], currency, adding.opening)
    for line in shop_statement.lines(seller, currency, since=since, until=until):
        for part in line.parts:
            adding.add(part)
            words = [_moment(line.at), str(GROUPS[part.group]), str(line.text), line.reference, line.memo]
            yield _row(words, currency, part.amounts)
    for group, amounts in adding.sums.groups.items():
        yield _row(["", str(GROUPS[group]), _("Subtotal"), "", ""], currency, amounts)
    yield _row([_moment(until), "", _("Held after"), "", ""], currency, adding.held)


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")


def _row(words: Sequence[str], currency: str, amounts: Mapping[str, int]) -> list[csv_files.Cell]:
    figures = [amounts.get(name, 0) for name in BALANCES]
    return [*words, currency, *(Money(amount, currency).decimal for amount in (*figures, sum(figures)))]
