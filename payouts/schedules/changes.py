"""A shop's schedules: set, changed, paused, resumed and ended, each in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Seller
from payouts import policy
from payouts.models import PayoutMethod, PayoutSchedule
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import rule_of, today_of
from payouts.sending.refusals import PayoutRefused, waits_text
from payouts.sending.request_payout import check_currency, check_limits, lock_seller

State = PayoutSchedule.State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is paid out when: a fixed amount, or everything that is available on the day (`amount` empty), as soon as it
    is at least `minimum` minor units.
    """

    method_id: int
    currency: str
    rule: Rule
    amount: Money | None = None
    minimum: int = 0


def create_schedule(*, seller_id: int, wanted: Wanted, user_id: int, actor: events.Actor) -> PayoutSchedule:
    """Sets a schedule; its first due date is after today, where the shop is.

    Raises PayoutRefused with nothing written: `destination_invalid`, `payout_below_minimum`, `payout_above_maximum`,
    `currency_not_supported`, `invalid_date` (400), `method_not_verified`, `too_many_schedules` (409).
    """
    with transaction.atomic():
        seller = lock_seller(seller_id)
        method = check(seller, wanted)
        open_ones = PayoutSchedule.objects.filter(seller=seller).exclude(state=State.ENDED).count()
        if open_ones >= policy.SCHEDULES_OF_A_SHOP:
            raise PayoutRefused(
                "too_many_schedules",
                _("A shop has at most %(most)d schedules. End one first.")
                % {"most": policy.SCHEDULES_OF_A_SHOP},
            )
        row = PayoutSchedule.objects.create(
            seller=seller, method=method, created_by_id=user_id, **_columns(seller, wanted)
        )
        _say("created", row, actor)
    return row


def change_schedule(schedule_id: int, *, wanted: Wanted, actor: events.Actor) -> PayoutSchedule:
    """The same for one that is there and has not ended; its next due date is counted from today. Raises PayoutRefused."""
    with transaction.atomic():
        row = _locked(schedule_id)
        method = check(row.seller, wanted)
        PayoutSchedule.objects.filter(pk=row.pk).update(method=method, **_columns(row.seller, wanted))
        row.refresh_from_db()
        _say("changed", row, actor)
    return row


def check(seller: Seller, wanted: Wanted) -> PayoutMethod:
    """The destination of a schedule that could be set now. A new destination that still waits may be chosen: a due date
    before its time is skipped, and says so. Raises PayoutRefused. At most two statements.
    """
    method = PayoutMethod.objects.filter(pk=wanted.method_id, seller=seller, removed_at=None).first()
    if method is None:
        raise PayoutRefused("destination_invalid", _("Choose where it goes."), status=400, field="method")
    if method.state != PayoutMethod.State.VERIFIED:
        raise PayoutRefused("method_not_verified", waits_text("method_not_verified"), field="method")
    check_currency(method, wanted.currency)
    if wanted.amount is not None:
        check_limits(method, wanted.amount)
    today, on = today_of(seller), wanted.rule.on
    if wanted.rule.cadence == "once" and (on is None or not today < on <= today + policy.SCHEDULE_FURTHEST):
        raise PayoutRefused(
            "invalid_date",
            _("Choose a date after today, at most %(days)d days ahead.")
            % {"days": policy.SCHEDULE_FURTHEST.days},
            status=400,
            field="date",
        )
    return method


def _columns(seller: Seller, wanted: Wanted) -> dict[str, object]:
    return {
        "currency": wanted.currency,
        "amount": wanted.amount.amount if wanted.amount else None,
        "minimum": wanted.minimum,
        "cadence": wanted.rule.cadence,
        "weekday": wanted.rule.weekday,
        "month_day": wanted.rule.month_day,
        "next_on": wanted.rule.next_after(today_of(seller)),
    }


def pause_schedule(schedule_id: int, *, actor: events.Actor) -> PayoutSchedule:
    """Pauses it: its due dates go by. Again: nothing. Raises PayoutRefused when it has ended."""
    return _move(schedule_id, to=State.PAUSED, actor=actor)


def resume_schedule(schedule_id: int, *, actor: events.Actor) -> PayoutSchedule:
    """It goes on with the next due date after today. Raises PayoutRefused when it has ended, or its one date is over."""
    return _move(schedule_id, to=State.ACTIVE, actor=actor)


def end_schedule(schedule_id: int, *, actor: events.Actor) -> PayoutSchedule:
    """Ends it for good; payouts that it has made go on. Again: nothing."""
    with transaction.atomic():
        row = PayoutSchedule.objects.select_for_update(of=("self",)).get(pk=schedule_id)
        if row.state != State.ENDED:
            end(row, actor=actor)
    return row


def end(row: PayoutSchedule, *, actor: events.Actor) -> None:
    """The same for a row that the caller holds."""
    PayoutSchedule.objects.filter(pk=row.pk).update(state=State.ENDED, next_on=None, ended_at=Now())
    row.refresh_from_db()
    _say("ended", row, actor)


def _move(schedule_id: int, *, to: PayoutSchedule.State, actor: events.Actor) -> PayoutSchedule:
    with transaction.atomic():
        row = _locked(schedule_id)
        if row.state == to:
            return row
        changes: dict[str, object] = {"state": to}
        if to == State.ACTIVE:
            changes["next_on"] = _next_from_today(row)
        PayoutSchedule.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
        _say("resumed" if to == State.ACTIVE else "paused", row, actor)
    return row


def _next_from_today(row: PayoutSchedule) -> dt.date:
    found = rule_of(row).next_after(today_of(row.seller, clock.now()))
    if found is None:
        raise PayoutRefused("invalid_transition", _("Its date is over. Schedule another payout."))
    return found


def _locked(schedule_id: int) -> PayoutSchedule:
    """The schedule, locked after its shop, as the job takes them. Raises PayoutRefused when it has ended."""
    seller = lock_seller(PayoutSchedule.objects.values_list("seller_id", flat=True).get(pk=schedule_id))
    row = PayoutSchedule.objects.select_for_update(of=("self",)).get(pk=schedule_id)
    row.seller = seller
    if row.state == State.ENDED:
        raise PayoutRefused("invalid_transition", _("This schedule has ended. Set a new one."))
    return row


def _say(what: str, row: PayoutSchedule, actor: events.Actor) -> None:
    data = {
        "seller": row.seller_id,
        "amount": row.amount,
        "currency": row.currency,
        "cadence": row.cadence,
        "next_on": row.next_on,
    }
    events.record(events.New(f"payout_schedule.{what}", row, actor, to_state=row.state, data=data))
