"""Sales by month: as the ledger moved them, once each, and the same when all are summed anew."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection

from banibs.core import events
from banibs.core.models import Delivery, Event
from marketplace.models import CountedSale, Order, SalesMonth, SummedShop
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts.analytics import sums
from tests import market as scene
from tests.payments.disputes import scenes as bank
from tests.payouts.analytics.scenes import by_ledger, by_months, months, told
from tests.shopping import buys
from tests.soak.money_back.trader import Trader
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def _of(shop: object, **which: object) -> SalesMonth:
    return SalesMonth.objects.get(seller=shop, **which)


def test_a_sale_stands_in_the_month_in_which_it_was_paid_listing_by_listing() -> None:
    market = scene.opened()
    checkout = buys(market, (market.jar, 2), (market.zine, 1))
    told()
    order = Order.objects.get(checkout=checkout)
    jar, zine = (_of(market.zuri, product=one.product_id) for one in (market.jar, market.zine))
    whole = _of(market.zuri, part="order")
    assert (jar.units, jar.gross, jar.kind, jar.orders) == (2, 2_800, "physical", 0)
    assert (zine.units, zine.gross, zine.kind) == (1, 700, "digital")
    assert (whole.orders, whole.kind, whole.units) == (1, "physical", 0)
    assert whole.shipping == order.total - 3_500
    assert jar.net + zine.net + whole.net == order.seller_net
    assert jar.region_id == "GB"
    assert jar.month == order.paid_at.date().replace(day=1)  # type: ignore[union-attr]
    assert by_months(market.zuri) == by_ledger(market.zuri)


def test_an_order_that_cost_nothing_is_an_order_all_the_same() -> None:
    market = scene.opened()
    market.zine.offers.update(amount=0)
    buys(market, (market.zine, 1))
    told()
    assert _of(market.zuri, part="order").orders == 1
    assert CountedSale.objects.get().movement is None


def test_a_refund_lowers_the_month_in_which_it_was_given_and_leaves_the_month_of_the_sale() -> None:
    market = scene.opened()
    order = Order.objects.get(checkout=buys(market, (market.basket, 1)))
    told()
    sold = months(market.kofi)
    scene.forward(days=40)
    order_refunds.refund_order(
        order.pk, Wanted(amount=1_000), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )
    told()
    later = {key: value for key, value in months(market.kofi).items() if key not in sold}
    assert {key: value for key, value in months(market.kofi).items() if key in sold} == sold
    assert later
    assert sum(row.refunds for row in SalesMonth.objects.filter(seller=market.kofi)) == 1_000
    assert by_months(market.kofi) == by_ledger(market.kofi)


def test_a_dispute_counts_when_it_is_lost_and_its_fee_when_it_is_taken(local_stripe: LocalStripe) -> None:
    market = bank.two_shops()
    row = bank.paid(local_stripe, market)
    case = bank.Bank(row)
    bank.takes_in(case.takes(fee=1_500))
    told()
    kofi = SalesMonth.objects.filter(seller=market.kofi)
    assert sum(one.charges for one in kofi) == 1_000
    assert sum(one.refunds for one in kofi) == 0
    assert by_months(market.kofi) == by_ledger(market.kofi)
    bank.takes_in(case.says("lost"))
    told()
    assert sum(one.refunds for one in kofi.all()) == 6_000
    assert by_months(market.kofi) == by_ledger(market.kofi)
    assert by_months(market.zuri) == by_ledger(market.zuri)
    before = months(market.kofi)
    sums.sum_again(market.kofi)
    assert months(market.kofi) == before


def test_told_twice_it_is_counted_once() -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    told()
    before = months(market.kofi)
    Delivery.objects.filter(subscriber="sales").update(status="pending")
    told()
    assert months(market.kofi) == before
    for event in Event.objects.filter(kind="order.paid"):
        sums.hear(event)
    assert months(market.kofi) == before


def test_summed_anew_before_the_event_was_told_it_is_counted_once() -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    sums.sum_again(market.kofi)
    before = months(market.kofi)
    assert before
    told()
    assert months(market.kofi) == before


def test_what_was_sold_before_months_were_summed_is_found_by_the_timetable() -> None:
    market = scene.opened()
    buys(market, (market.basket, 1), (market.jar, 1))
    assert sums.sum_due() == 2
    assert by_months(market.kofi) == by_ledger(market.kofi) != {}
    assert sums.sum_due() == 0


def test_months_are_cut_by_the_shops_clock_and_again_when_it_changes() -> None:
    market = scene.opened()
    market.kofi.country, market.kofi.timezone = "US", "Pacific/Honolulu"
    market.kofi.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT banibs_now()")
        moment: dt.datetime = cursor.fetchone()[0]
    first = (moment.replace(day=1) + dt.timedelta(days=32)).replace(day=1, hour=4, minute=0)
    scene.forward(seconds=(first - moment).total_seconds())  # past midnight in London, evening in Honolulu
    buys(market, (market.basket, 1))
    told()
    here = {row.month for row in SalesMonth.objects.filter(seller=market.kofi)}
    assert here == {moment.date().replace(day=1)}
    market.kofi.country, market.kofi.timezone = "GB", ""
    market.kofi.save()
    assert sums.sum_due() == 1
    assert {row.month for row in SalesMonth.objects.filter(seller=market.kofi)} == {first.date()}
    assert SummedShop.objects.get(pk=market.kofi.pk).zone == "Europe/London"


@pytest.mark.soak
@pytest.mark.timeout(1_200)
def test_at_random_the_months_are_the_ledgers_and_the_same_when_summed_anew(
    local_stripe: LocalStripe,
) -> None:
    """Purchases, refunds, their ends, disputes won, lost and reinstated, over months; told now, later or never."""
    trader = Trader(local_stripe, 11)
    dice = random.Random(5)
    shops = (trader.market.kofi, trader.market.zuri)
    for step in range(1, 241):
        trader.step()
        if dice.random() < 0.3:
            told()
        if step % 40 == 0:
            trader.settle()
            told()
            for shop in shops:
                assert by_months(shop) == by_ledger(shop)
                kept = months(shop)
                sums.sum_again(shop)
                assert months(shop) == kept
            scene.forward(days=17)
    what = set(CountedSale.objects.values_list("what", flat=True))
    assert {"paid", "refunded", "lost", "dispute_fee"} <= what
