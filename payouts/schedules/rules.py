"""The rule of a schedule's row, and which day it is where its shop is."""

from __future__ import annotations

import datetime as dt
from typing import get_args

from banibs.core import clock
from marketplace.models import Seller
from marketplace.sellers import time_zones
from payouts.models import PayoutSchedule
from payouts.schedules.due_dates import Cadence, Rule


def rule_of(row: PayoutSchedule) -> Rule:
    """When it is due. Raises ValueError for a row that says nothing sensible."""
    for cadence in get_args(Cadence):
        if row.cadence == cadence:
            return Rule(cadence, on=row.next_on, weekday=row.weekday, month_day=row.month_day)
    raise ValueError(row.cadence)


def today_of(shop: Seller, moment: dt.datetime | None = None) -> dt.date:
    """Which day it is where the shop is, now or at this moment. One statement where no moment is given."""
    return (moment or clock.now()).astimezone(time_zones.zone(shop)).date()
