"""Months by UTC, of which invoices and statements are made once they are over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from banibs.core.clock import now
from wallet import filters


@dataclass(frozen=True, slots=True)
class Month:
    """A month by UTC: "2026-11"."""

    name: str

    @property
    def since(self) -> dt.datetime:
        """Its first moment."""
        return filters.first_day(self.name)

    @property
    def until(self) -> dt.datetime:
        """The first moment after it."""
        return filters.next_month(self.since)

    @classmethod
    def before(cls, moment: dt.datetime) -> Month:
        """The month that ended last."""
        return cls((moment.astimezone(dt.UTC).replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m"))


def over(name: str) -> Month | None:
    """The month of this name when it is over; None for one that is not, and for anything else. One statement."""
    try:
        month = Month(name)
        ended = month.until <= now()
    except (ValueError, OverflowError):
        return None
    return month if ended else None
