"""The period that somebody asks a file of: a month, or a first and a last day. Days are by UTC, as in the file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wallet import filters


class BadPeriod(ValueError):
    """It is no period. `field` is what to mend, `message` says how."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since`, before `until`, in one currency."""

    currency: str
    since: dt.datetime
    until: dt.datetime


def read(asked: Mapping[str, str]) -> Period:
    """The period of an address: `currency`, and `month`, or `from` and `to` (both days included). Raises BadPeriod."""
    currency = asked.get("currency", "")
    if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise BadPeriod("currency", _("Say which currency, like currency=USD"))
    month = asked.get("month", "")
    if month:
        try:
            first = _with_neighbours(filters.first_day(month))
            return Period(currency, first, filters.next_month(first))
        except (ValueError, OverflowError) as error:
            raise BadPeriod("month", _("A month is like 2026-11")) from error
    since, last = _day(asked, "from"), _day(asked, "to")
    if last < since:
        raise BadPeriod("to", _("The last day comes after the first."))
    return Period(currency, since, last + dt.timedelta(days=1))


def _day(asked: Mapping[str, str], name: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(asked.get(name, "") if len(asked.get(name, "")) == 10 else "")
        return _with_neighbours(dt.datetime.combine(day, dt.time(), dt.UTC))
    except (ValueError, OverflowError) as error:
        raise BadPeriod(name, _("Enter a day such as 2026-11-30")) from error


def _with_neighbours(moment: dt.datetime) -> dt.datetime:
    """The moment, if there are a day before it and one after it, which a period needs. Raises OverflowError."""
    for day in (dt.timedelta(days=-1), dt.timedelta(days=1)):
        moment + day
    return moment
