"""Twenty-four months of a shop: each due date exactly once, and no money leaves before its two days are over."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.db.models import Sum

from banibs.core import clock, events
from banibs.core.clock import Now
from marketplace import policy as marketplace_policy
from marketplace.models import Order, Seller
from marketplace.orders import transitions
from payouts import clearing
from payouts.models import Payout, PayoutSchedule, ScheduleRun
from payouts.providers.interface import Progress
from payouts.schedules import run
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import today_of
from payouts.sending import send_payout
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests.payouts.scenes import broken, method
from tests.payouts.schedules.test_run import sets
from tests.shopping import buys

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
DAYS = 24 * 30 + 12
A_SALE_EVERY = 17  # days
# The job runs every five minutes; a look at every third day finds the same dates in a third of the time.
STEP = 1 if os.environ.get("BANIBS_SOAK") else 3  # days


def test_each_due_date_of_two_years_is_once_a_payout_or_a_reason() -> None:
    market = scene.opened(wallet=900_000)
    market.basket.stock = None
    market.basket.save()
    Seller.objects.filter(pk=market.kofi.pk).update(country="US", timezone="America/New_York")
    market.kofi.refresh_from_db()
    to = method(market.kofi)
    weekly = sets(market.kofi, to, Rule("weekly", weekday=4), amount=2_000)
    monthly = sets(market.kofi, to, Rule("monthly", month_day=31))
    began = today_of(market.kofi)
    kofi = events.Actor.person(market.kofi.user, role="seller")
    for day in range(0, DAYS, STEP):
        scene.forward(days=STEP, minutes=7)  # at another time of the day each day
        if day % A_SALE_EVERY < STEP:
            transitions.fulfil(
                buys(market, (market.basket, 1)).orders.get().pk, actor=kofi, carrier="", tracking=""
            )
        clearing.clear_due()
        run.run_due()
        run.run_due()
        send_payout.send_due()
        _never_early(market.kofi)
        for payout in Payout.objects.filter(status=Payout.Status.IN_TRANSIT):
            sync_payout(payout.attempts.get().pk, Progress("paid", external_id=f"0x{payout.pk}"))
    until = today_of(market.kofi)
    for row, rule in ((weekly, Rule("weekly", weekday=4)), (monthly, Rule("monthly", month_day=31))):
        first = rule.next_after(began)
        assert first is not None
        expected = list(rule.due(first, until))
        assert list(row.runs.order_by("due_date").values_list("due_date", flat=True)) == expected
        made = set(row.runs.filter(skipped="").values_list("due_date", flat=True))
        assert set(row.payouts.values_list("due_date", flat=True)) == made
        assert row.payouts.count() == len(made) > 10
    assert not ScheduleRun.objects.filter(skipped="missed").exists()
    assert not Payout.objects.exclude(status__in=[Payout.Status.PAID, Payout.Status.REQUESTED]).exists()
    assert PayoutSchedule.objects.filter(state=PayoutSchedule.State.ACTIVE).count() == 2
    assert broken() == []


def _never_early(shop: Seller) -> None:
    """All that was ever sent out is of orders that were paid two days ago or more."""
    old = Order.objects.filter(seller=shop, paid_at__lte=Now() - marketplace_policy.CLEAR_AFTER)
    earned_by_now = old.aggregate(all=Sum("seller_net"))["all"] or 0
    sent = Payout.objects.filter(seller=shop, sent_at__isnull=False).aggregate(all=Sum("amount"))["all"] or 0
    assert sent <= earned_by_now, f"{sent} had left at {clock.now():%Y-%m-%d %H:%M}, of {earned_by_now}"
    assert dt.timedelta(days=2) == marketplace_policy.CLEAR_AFTER
