"""Kofi is paid out by itself: each due date once, as a payout or with the reason why there was none."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from banibs import periodic_jobs
from banibs.core import clock, events
from banibs.core.money import Money
from marketplace.models import Seller
from payouts import policy
from payouts.models import Payout, PayoutHold, PayoutMethod, PayoutSchedule, ScheduleRun
from payouts.schedules import changes, run
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import today_of
from payouts.sending.refusals import PayoutRefused, waits_text
from tests import market as scene
from tests import people
from tests.payouts.scenes import available, broken, earned, method
from wallet.payout_pause import lift, pause_payouts

pytestmark = pytest.mark.django_db


def sets(
    shop: Seller, to: PayoutMethod, rule: Rule, amount: int | None = None, minimum: int = 0
) -> PayoutSchedule:
    """Kofi sets a schedule in pounds."""
    return changes.create_schedule(
        seller_id=shop.pk,
        wanted=changes.Wanted(
            method_id=to.pk,
            currency="GBP",
            rule=rule,
            amount=Money(amount, "GBP") if amount else None,
            minimum=minimum,
        ),
        user_id=shop.user_id,
        actor=events.Actor.person(shop.user, role="seller"),
    )


def daily_rule(shop: Seller, days: int = 1) -> Rule:
    """Due so many days from today, and every week after."""
    return Rule("weekly", weekday=(today_of(shop) + dt.timedelta(days=days)).weekday())


def reasons() -> list[str]:
    return list(ScheduleRun.objects.order_by("pk").values_list("skipped", flat=True))


def test_a_due_date_asks_for_all_that_is_available_once() -> None:
    market = scene.opened()
    there = earned(market)
    row = sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    due = row.next_on
    assert due == today_of(market.kofi) + dt.timedelta(days=1)
    assert run.run_due() == 0  # its day has not begun
    scene.forward(days=1)
    assert run.run_due() == 1
    assert run.run_due() == 0
    payout = Payout.objects.get()
    assert (payout.money, payout.schedule, payout.due_date) == (there, row, due)
    row.refresh_from_db()
    assert due is not None
    assert row.next_on == due + dt.timedelta(days=7)
    entry = ScheduleRun.objects.get()
    assert (entry.due_date, entry.skipped, entry.available) == (due, "", there.amount)
    assert broken() == []


def test_a_payout_on_one_date_ends_its_schedule() -> None:
    market = scene.opened()
    earned(market)
    day = today_of(market.kofi) + dt.timedelta(days=3)
    row = sets(market.kofi, method(market.kofi), Rule("once", on=day), amount=2_000)
    scene.forward(days=2)
    run.run_due()
    before = Payout.objects.count()
    scene.forward(days=1, hours=1)
    run.run_due()
    row.refresh_from_db()
    assert (before, Payout.objects.get().amount) == (0, 2_000)
    assert (row.state, row.next_on) == (PayoutSchedule.State.ENDED, None)


@pytest.mark.parametrize(
    ("why", "amount", "minimum"),
    [
        ("insufficient_available", 900_000, 0),
        ("below_minimum", None, 900_000),
        ("method_not_verified", None, 0),
        ("method_cooling_off", None, 0),
        ("method_removed", None, 0),
        ("on_hold", None, 0),
        ("account_suspended", None, 0),
        ("currency_not_supported", None, 0),
    ],
)
def test_a_date_on_which_nothing_can_go_keeps_its_reason_and_carries_the_money(
    why: str, amount: int | None, minimum: int
) -> None:
    market = scene.opened()
    there = earned(market)
    to = method(market.kofi, currency="GBP")
    row = sets(market.kofi, to, daily_rule(market.kofi), amount=amount, minimum=minimum)
    changed: dict[str, Any] = {
        "method_not_verified": {"state": PayoutMethod.State.FAILED},
        "method_cooling_off": {"usable_from": clock.now() + dt.timedelta(days=4)},
        "method_removed": {"removed_at": clock.now()},
        "currency_not_supported": {"kind": PayoutMethod.Kind.STRIPE, "currency": "EUR"},
    }.get(why, {})
    PayoutMethod.objects.filter(pk=to.pk).update(**changed)
    if why == "on_hold":
        PayoutHold.objects.create(
            seller=market.kofi, reason="A look", review_on=today_of(market.kofi), placed_by=people.ike()
        )
    if why == "account_suspended":
        Seller.objects.filter(pk=market.kofi.pk).update(status=Seller.Status.SUSPENDED)
    scene.forward(days=1)
    assert run.run_due() == 0
    entry = ScheduleRun.objects.get()
    assert entry.available == there.amount
    # A bank that is set up nowhere in this test is refused before its currency is looked at.
    assert entry.skipped in {why, "provider_not_configured"} if changed.get("kind") else entry.skipped == why
    assert waits_text(entry.skipped)
    assert Payout.objects.count() == 0
    assert available(market.kofi) == there
    row.refresh_from_db()
    assert row.next_on == entry.due_date + dt.timedelta(days=7)
    run.run_due()
    assert ScheduleRun.objects.count() == 1


def test_nothing_is_available_is_no_payout() -> None:
    market = scene.opened()
    sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    scene.forward(days=1)
    assert run.run_due() == 0
    assert reasons() == ["insufficient_available"]


def test_while_all_payouts_are_paused_a_due_date_waits_and_runs_afterwards() -> None:
    market = scene.opened()
    earned(market)
    row = sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    pause = pause_payouts("The books are checked", key="books")
    scene.forward(days=2)
    assert (run.run_due(), ScheduleRun.objects.count(), Payout.objects.count()) == (0, 0, 0)
    lift(pause.pk, actor="ike", note="All is well")
    assert run.run_due() == 1
    assert Payout.objects.get().due_date == row.next_on


def test_after_an_outage_the_newest_date_counts_and_the_older_are_kept_as_missed() -> None:
    market = scene.opened()
    there = earned(market)
    row = sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    first = row.next_on
    assert first is not None
    scene.forward(days=1 + 3 * 7 + 2)
    assert run.run_due() == 1
    days = [first + dt.timedelta(weeks=n) for n in range(4)]
    assert list(ScheduleRun.objects.order_by("due_date").values_list("due_date", "skipped")) == [
        *((day, "missed") for day in days[:3]),
        (days[3], ""),
    ]
    payout = Payout.objects.get()
    assert (payout.due_date, payout.money) == (days[3], there)
    row.refresh_from_db()
    assert row.next_on == days[3] + dt.timedelta(weeks=1)


def test_it_can_be_paused_resumed_and_ended_by_its_shop() -> None:
    market = scene.opened()
    earned(market)
    kofi = events.Actor.person(market.kofi.user, role="seller")
    row = sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    changes.pause_schedule(row.pk, actor=kofi)
    scene.forward(days=9)
    assert (run.run_due(), ScheduleRun.objects.count()) == (0, 0)
    resumed = changes.resume_schedule(row.pk, actor=kofi)
    assert resumed.next_on is not None
    assert resumed.next_on > today_of(market.kofi)  # what went by while it was paused does not come back
    changes.end_schedule(row.pk, actor=kofi)
    changes.end_schedule(row.pk, actor=kofi)
    scene.forward(days=9)
    assert (run.run_due(), Payout.objects.count()) == (0, 0)
    with pytest.raises(PayoutRefused) as refused:
        changes.resume_schedule(row.pk, actor=kofi)
    assert (refused.value.code, refused.value.status) == ("invalid_transition", 409)


def test_what_cannot_be_set_is_refused_with_nothing_written() -> None:
    market = scene.opened()
    to, zuris = method(market.kofi), method(market.zuri)
    today = today_of(market.kofi)
    weekly = Rule("weekly", weekday=0)
    unready = method(market.kofi, state=PayoutMethod.State.CHECKING, verified_at=None)
    for code, status, where, rule, amount in (
        ("destination_invalid", 400, zuris, weekly, None),
        ("method_not_verified", 409, unready, weekly, None),
        ("payout_below_minimum", 400, to, weekly, 5),
        ("payout_above_maximum", 400, to, weekly, policy.PAYOUT_MOST_MAJOR_UNITS * 100 + 1),
        ("invalid_date", 400, to, Rule("once", on=today), None),
        (
            "invalid_date",
            400,
            to,
            Rule("once", on=today + policy.SCHEDULE_FURTHEST + dt.timedelta(days=1)),
            None,
        ),
    ):
        with pytest.raises(PayoutRefused) as refused:
            sets(market.kofi, where, rule, amount=amount)
        assert (refused.value.code, refused.value.status) == (code, status)
    assert PayoutSchedule.objects.count() == 0
    for _ in range(policy.SCHEDULES_OF_A_SHOP):
        sets(market.kofi, to, weekly)
    with pytest.raises(PayoutRefused) as refused:
        sets(market.kofi, to, weekly)
    assert refused.value.code == "too_many_schedules"
    assert PayoutSchedule.objects.count() == policy.SCHEDULES_OF_A_SHOP


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_ask_once() -> None:
    market = scene.opened()
    earned(market)
    sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    scene.forward(days=1)
    asked: list[int] = []

    def work() -> None:
        asked.append(run.run_due())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(asked) == [0, 1]
    assert (Payout.objects.count(), ScheduleRun.objects.count()) == (1, 1)


def test_many_schedules_cost_the_same_statements_each_and_those_not_begun_keep_none_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = scene.opened()
    earned(market)
    monkeypatch.setattr(policy, "SCHEDULES_RUN_AT_ONCE", 1)
    early, late = method(market.kofi), method(market.zuri)
    Seller.objects.filter(pk=market.kofi.pk).update(country="US", timezone="Pacific/Honolulu")
    Seller.objects.filter(pk=market.zuri.pk).update(country="NZ", timezone="Pacific/Auckland")
    market.kofi.refresh_from_db()
    market.zuri.refresh_from_db()
    sets(market.kofi, early, Rule("once", on=today_of(market.kofi) + dt.timedelta(days=1)))
    zuris = sets(market.zuri, late, Rule("once", on=today_of(market.zuri) + dt.timedelta(days=1)))
    on = zuris.next_on
    PayoutSchedule.objects.update(next_on=on)  # the same day, which begins in Auckland a day before Honolulu
    assert on is not None
    begins = dt.datetime.combine(on, dt.time(), tzinfo=dt.UTC) - dt.timedelta(hours=10)
    assert run.due_schedules(begins) == [zuris.pk]


def test_by_hand_and_on_the_timetable() -> None:
    market = scene.opened()
    earned(market)
    sets(market.kofi, method(market.kofi), daily_rule(market.kofi))
    scene.forward(days=1)
    call_command("run_payout_schedules")
    assert Payout.objects.count() == 1
    assert periodic_jobs.TIMETABLE["run_payout_schedules"][0] == "payouts.tasks.run_payout_schedules"
