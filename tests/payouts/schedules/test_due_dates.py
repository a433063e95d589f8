"""Due dates are days of a calendar: month ends, leap days and years come out right, by arithmetic alone."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from marketplace.models import Seller
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import today_of

D = dt.date


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        (Rule("weekly", weekday=4), D(2026, 11, 26), D(2026, 11, 27)),
        (Rule("weekly", weekday=4), D(2026, 11, 27), D(2026, 12, 4)),  # the day itself is not after itself
        (Rule("weekly", weekday=0), D(2026, 12, 29), D(2027, 1, 4)),
        (Rule("monthly", month_day=15), D(2026, 11, 14), D(2026, 11, 15)),
        (Rule("monthly", month_day=15), D(2026, 11, 15), D(2026, 12, 15)),
        (Rule("monthly", month_day=31), D(2027, 1, 31), D(2027, 2, 28)),
        (Rule("monthly", month_day=31), D(2028, 1, 31), D(2028, 2, 29)),
        (Rule("monthly", month_day=31), D(2028, 2, 29), D(2028, 3, 31)),  # not 29: the day is not worn down
        (Rule("monthly", month_day=30), D(2027, 2, 28), D(2027, 3, 30)),
        (Rule("monthly", month_day=29), D(2100, 2, 1), D(2100, 2, 28)),
        (Rule("monthly", month_day=31), D(2026, 12, 31), D(2027, 1, 31)),
        (Rule("once", on=D(2027, 1, 5)), D(2027, 1, 4), D(2027, 1, 5)),
        (Rule("once", on=D(2027, 1, 5)), D(2027, 1, 5), None),
    ],
)
def test_the_next_due_date(rule: Rule, after: dt.date, due: dt.date | None) -> None:
    assert rule.next_after(after) == due


@pytest.mark.parametrize("month_day", range(1, 32))
def test_every_month_has_one_due_date_whatever_its_length(month_day: int) -> None:
    rule = Rule("monthly", month_day=month_day)
    first = rule.next_after(D(2026, 12, 31))
    assert first is not None
    days = list(rule.due(first, D(2030, 12, 31)))
    assert [(day.year, day.month) for day in days] == [
        (y, m) for y in range(2027, 2031) for m in range(1, 13)
    ]
    assert all(day.day == month_day or (day + dt.timedelta(days=1)).day == 1 for day in days)


@pytest.mark.parametrize("weekday", range(7))
def test_every_week_has_one_due_date(weekday: int) -> None:
    first = Rule("weekly", weekday=weekday).next_after(D(2027, 1, 1))
    assert first is not None
    days = list(Rule("weekly", weekday=weekday).due(first, D(2029, 1, 1)))
    assert {day.weekday() for day in days} == {weekday}
    assert {later - day for day, later in itertools.pairwise(days)} == {dt.timedelta(days=7)}


def test_a_day_begins_at_the_shops_own_midnight_also_when_clocks_change() -> None:
    london = Seller(country="GB", timezone="Europe/London")
    new_york = Seller(country="US", timezone="America/New_York")
    honolulu = Seller(country="US", timezone="Pacific/Honolulu")
    auckland = Seller(country="NZ", timezone="Pacific/Auckland")
    at = dt.datetime.fromisoformat
    assert today_of(london, at("2027-03-27T23:59:59Z")) == D(2027, 3, 27)
    assert today_of(london, at("2027-03-28T00:00:00Z")) == D(2027, 3, 28)  # clocks go on in this night
    assert today_of(london, at("2027-06-30T23:00:00Z")) == D(2027, 7, 1)  # summer: an hour before UTC's
    assert today_of(new_york, at("2027-11-07T03:59:59Z")) == D(2027, 11, 6)
    assert today_of(new_york, at("2027-11-07T04:00:00Z")) == D(2027, 11, 7)  # and back in this one
    assert today_of(new_york, at("2027-11-08T05:00:00Z")) == D(2027, 11, 8)
    assert today_of(honolulu, at("2027-01-01T09:59:59Z")) == D(2026, 12, 31)
    assert today_of(auckland, at("2026-12-31T11:00:00Z")) == D(2027, 1, 1)
