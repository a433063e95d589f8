"""Runs schedules: each due date once, as a payout or with the reason why there was none.

A due date counts from the first moment of its day where the shop is. After an outage the newest date that is over counts
and the older ones are kept as missed: what is available then is the same money. While all payouts are paused a due date
waits, and runs when the pause is lifted.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools

import structlog
from django.db import transaction

from banibs.core import clock, events
from banibs.core.db import db_retry
from banibs.core.money import Money
from payouts import policy
from payouts.models import PayoutSchedule, ScheduleRun
from payouts.schedules import changes
from payouts.schedules.rules import rule_of, today_of
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused
from payouts.sending.request_payout import lock_seller, request_payout
from wallet.payout_pause import payouts_paused

log = structlog.get_logger(__name__)
State = PayoutSchedule.State
MISSED = "missed"
ROWS_READ_AT_ONCE = 1_000
# Zones are at most that far ahead of UTC: who may be due is asked for so, and decided by the shop's own day.
FURTHEST_ZONE = dt.timedelta(hours=14)
# A refusal of `request_payout` → the reason that is kept, where it has another name.
REASONS = {"payout_below_minimum": "below_minimum", "destination_invalid": "method_removed"}


def due_schedules(moment: dt.datetime) -> list[int]:
    """Schedules that are due at this moment, the longest waiting first. Those whose day has not begun where their shop
    is keep no others waiting.
    """
    rows = PayoutSchedule.objects.filter(state=State.ACTIVE, next_on__lte=(moment + FURTHEST_ZONE).date())
    begun = (
        row.pk
        for row in rows.select_related("seller")
        .order_by("next_on", "pk")
        .iterator(chunk_size=ROWS_READ_AT_ONCE)
        if row.next_on is not None and row.next_on <= today_of(row.seller, moment)
    )
    return list(itertools.islice(begun, policy.SCHEDULES_RUN_AT_ONCE))


def run_due() -> int:
    """Runs what is due, each in a transaction of its own; returns how many payouts were asked for. For the timetable."""
    if payouts_paused():
        return 0
    moment, asked = clock.now(), 0
    for schedule_id in due_schedules(moment):
        try:
            asked += db_retry.atomic_retry(functools.partial(run, schedule_id, moment))
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("schedule.broke", schedule=schedule_id)
    return asked


def run(schedule_id: int, moment: dt.datetime) -> bool:
    """Runs a schedule if it is due at this moment and nobody else was first. Whether a payout was asked for."""
    with transaction.atomic():
        seller = lock_seller(PayoutSchedule.objects.values_list("seller_id", flat=True).get(pk=schedule_id))
        row = (
            PayoutSchedule.objects.select_for_update(of=("self",))
            .select_related("method")
            .get(pk=schedule_id)
        )
        row.seller = seller
        today = today_of(seller, moment)
        if row.state != State.ACTIVE or row.next_on is None or row.next_on > today or payouts_paused():
            return False
        *missed, due = rule_of(row).due(row.next_on, today)
        there = can_send.available(seller.pk, row.currency)
        why = _ask(row, due, there)
        ScheduleRun.objects.bulk_create(
            [
                *(
                    ScheduleRun(schedule=row, due_date=day, available=there.amount, skipped=MISSED)
                    for day in missed
                ),
                ScheduleRun(schedule=row, due_date=due, available=there.amount, skipped=why),
            ]
        )
        _go_on(row, due, why)
    return not why


def _ask(row: PayoutSchedule, due: dt.date, there: Money) -> str:
    """Asks for the payout of a due date; the reason why there is none, or nothing."""
    _least, most = can_send.limits(row.method, row.currency)
    amount = (
        Money(row.amount, row.currency)
        if row.amount is not None
        else min(there, most, key=lambda one: one.amount)
    )
    if row.amount is None and there.amount <= 0:
        return "insufficient_available"
    if there.amount < row.minimum:
        return "below_minimum"
    try:
        with transaction.atomic():
            request_payout(
                seller_id=row.seller_id,
                method_id=row.method_id,
                amount=amount,
                user_id=None,
                actor=events.SYSTEM,
                schedule=row,
                due_date=due,
            )
    except PayoutRefused as refused:
        return REASONS.get(refused.code, refused.code)
    return ""


def _go_on(row: PayoutSchedule, due: dt.date, why: str) -> None:
    if why:
        data = {"seller": row.seller_id, "due": due, "why": why, "currency": row.currency}
        events.record(events.New("payout_schedule.skipped", row, events.SYSTEM, reason=why, data=data))
    following = rule_of(row).next_after(due)
    if following is None:
        changes.end(row, actor=events.SYSTEM)
        return
    PayoutSchedule.objects.filter(pk=row.pk).update(next_on=following)
