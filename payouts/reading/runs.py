"""What came of the due dates of a shop's schedules, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from banibs.core.money import Money
from payouts import policy
from payouts.models import Payout, ScheduleRun
from payouts.sending.refusals import waits_text


@dataclass(frozen=True, slots=True)
class Run:
    """A due date: the payout that it made, or why there was none; and what was available then."""

    due: dt.date
    available: Money
    payout: Payout | None
    why: str


def latest(seller_id: int) -> list[Run]:
    """The last due dates of all of a shop's schedules, newest first. Two statements."""
    rows = list(
        ScheduleRun.objects.filter(schedule__seller_id=seller_id)
        .select_related("schedule")
        .order_by("-due_date", "-pk")[: policy.RUNS_SHOWN]
    )
    made = {
        (one.schedule_id, one.due_date): one
        for one in Payout.objects.filter(
            schedule_id__in={row.schedule_id for row in rows}, due_date__in={row.due_date for row in rows}
        ).select_related("method")
    }
    return [
        Run(
            row.due_date,
            Money(row.available, row.schedule.currency),
            made.get((row.schedule_id, row.due_date)),
            waits_text(row.skipped),
        )
        for row in rows
    ]
