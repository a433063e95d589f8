"""What a person may narrow a statement by, read from an address. Anything else is no such page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wallet import policy
from wallet.statement import Place, Span

GROUPS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "orders": (_("Orders"), ("order_paid", "wallet_reserved", "wallet_released")),
    "refunds": (_("Refunds"), ("order_refunded", "refund_to_wallet")),
    "credits": (_("Money in"), ("wallet_topped_up", "adjusted", "demo_credited")),
    "corrections": (_("Corrections"), ("reversed",)),
}


class NoSuchFilter(ValueError):
    """The address asks for something that is not there."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A statement's choice: a group of kinds ("" for all), a month ("2026-11", "" for all), and a place to
    turn from.
    """

    group: str = ""
    month: str = ""
    older_than: Place | None = None
    newer_than: Place | None = None

    @property
    def span(self) -> Span:
        """The choice as kinds and times, months by UTC."""
        kinds = GROUPS[self.group][1] if self.group else ()
        if not self.month:
            return Span(kinds)
        first = first_day(self.month)
        return Span(kinds, since=first, until=next_month(first))


def read(query: Mapping[str, str]) -> Filter:
    """The filter of an address. Raises NoSuchFilter."""
    group, month = query.get("kind", ""), query.get("month", "")
    if group and group not in GROUPS:
        raise NoSuchFilter(group)
    try:
        if month:
            first_day(month)
        older, newer = (Place.parse(query[name]) if query.get(name) else None for name in ("older", "newer"))
    except (ValueError, OverflowError) as error:
        raise NoSuchFilter(month) from error
    return Filter(group, month, older, newer)


def first_day(month: str) -> dt.datetime:
    """The first moment of "2026-11", UTC. Raises ValueError for anything else."""
    if len(month) != 7:
        raise ValueError(month)
    return dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=dt.UTC)


def next_month(first: dt.datetime) -> dt.datetime:
    """The first moment of the month after."""
    return (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def months(since: dt.datetime | None, until: dt.datetime) -> Sequence[dt.date]:
    """The first days of the months from one moment to another, newest first, at most policy.STATEMENT_MONTHS."""
    if since is None:
        return []
    month, oldest = until.date().replace(day=1), since.date().replace(day=1)
    found: list[dt.date] = []
    while month >= oldest and len(found) < policy.STATEMENT_MONTHS:
        found.append(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return found
