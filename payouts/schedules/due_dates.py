"""The arithmetic of due dates: days of a calendar, without a clock, a zone or a database.

Which day it is, the caller says, by the seller's time zone. A day that a month does not have is its last one.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Cadence = Literal["once", "weekly", "monthly"]
DAYS_OF_A_WEEK = 7
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due: on one date, on a day of each week (0 is Monday), or on a day of each month (31: its
    last).
    """

    cadence: Cadence
    on: dt.date | None = None
    weekday: int | None = None
    month_day: int | None = None

    def next_after(self, day: dt.date) -> dt.date | None:
        """The first due date after this day; None when there is none any more."""
        if self.cadence == "once":
            return self.on if self.on is not None and self.on > day else None
        if self.cadence == "weekly":
            assert self.weekday is not None
            return day + dt.timedelta(days=(self.weekday - day.weekday() - 1) % DAYS_OF_A_WEEK + 1)
        assert self.month_day is not None
        this = _day_of(day.year, day.month, self.month_day)
        if this > day:
            return this
        year, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month, MONTHS_OF_A_YEAR)
        return _day_of(year, month + 1, self.month_day)

    def due(self, first: dt.date, until: dt.date) -> Iterator[dt.date]:
        """Every due date from `first`, which is one, to `until`, both included, in order."""
        day: dt.date | None = first
        while day is not None and day <= until:
            yield day
            day = self.next_after(day)


def _day_of(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
