"""Promises about a shop's figures, changed: what its pages show changes with them."""

from __future__ import annotations

import datetime as dt

import pytest

from banibs.core import clock
from marketplace.catalogue import page_views
from marketplace.models import PageViews, SummedShop
from marketplace.sellers import figures, report
from payouts.analytics import overview, sums
from tests import market as scene
from tests.promises.helpers import Change, holds, page
from tests.shopping import buys, tell

pytestmark = pytest.mark.django_db
PAGE = "/seller/analytics/"


@holds("payouts.SHOPS_SUMMED_AT_ONCE")
def test_so_many_shops_are_summed_in_one_run(change: Change) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1), (market.jar, 1))
    change("payouts.SHOPS_SUMMED_AT_ONCE", 1)
    assert (sums.sum_due(), SummedShop.objects.count()) == (1, 1)
    assert (sums.sum_due(), sums.sum_due()) == (1, 0)


@holds(
    *(
        "payouts.CHART_MONTHS",
        "payouts.CHART_PARTS",
        "payouts.CHART_TOTAL_MOST_CHARACTERS",
        "payouts.PERIOD_CHOICES",
    )
)
def test_the_figures_of_earnings_are_as_many_as_they_promise(change: Change) -> None:
    market = scene.opened(wallet=100_000)
    for number in range(4):
        listing = scene.listing(market.kofi, f"Cup {number}", in_category=scene.category(f"Shelf {number}"))
        buys(market, (listing, 1))
    scene.forward(days=65)
    buys(market, (market.basket, 1))
    tell()
    before = overview(market.kofi, "GBP")
    assert len(before.bars) == 6
    assert len(before.choices) >= 3
    first = overview(market.kofi, "GBP", before.choices[-1][0])
    assert [part.label for part in first.parts][-1] == "Delivery, less card fees"
    assert (len(first.parts), first.total) == (5, "£160.68")

    change("payouts.CHART_MONTHS", 3)
    change("payouts.CHART_PARTS", 3)
    change("payouts.CHART_TOTAL_MOST_CHARACTERS", 4)
    change("payouts.PERIOD_CHOICES", 1)
    after = overview(market.kofi, "GBP", before.choices[-1][0])
    assert len(after.bars) == 3
    assert [part.label for part in after.parts][1:] == ["Other categories", "Delivery, less card fees"]
    assert after.total == "£161"
    assert len(after.choices) == 1


@holds("payouts.EXPLAIN_PAGE_ROWS")
def test_entries_come_so_many_on_a_page(change: Change) -> None:
    market = scene.opened(wallet=100_000)
    for _order in range(3):
        buys(market, (market.jar, 1))
    tell()
    change("payouts.EXPLAIN_PAGE_ROWS", 2)
    shown = page(f"/seller/payouts/explain/GBP/{clock.now():%Y-%m}/net/", market.zuri.user)
    assert shown.count("Order paid") == 2
    assert "Next" in shown


@holds(
    *(
        "marketplace.ANALYTICS_PERIODS",
        "marketplace.ANALYTICS_USUAL_PERIOD",
        "marketplace.ANALYTICS_TOP_LISTINGS",
    ),
    "marketplace.ANALYTICS_CHART_MONTHS",
)
def test_a_shops_figures_are_of_the_times_that_are_offered(change: Change) -> None:
    market = scene.opened(wallet=100_000)
    buys(market, (market.jar, 1), (market.zine, 1))
    tell()
    shown = page(PAGE, market.zuri.user)
    assert "6 months 12 months" in shown
    assert market.zine.product.title in shown
    change("marketplace.ANALYTICS_PERIODS", {"this": (0, 1), "9": (0, 9)})
    change("marketplace.ANALYTICS_USUAL_PERIOD", "9")
    change("marketplace.ANALYTICS_TOP_LISTINGS", 1)
    change("marketplace.ANALYTICS_CHART_MONTHS", 1)
    assert len(report.report(market.zuri.pk, "GBP", report.span_of(market.zuri, "")).months) == 9
    shown = page(PAGE, market.zuri.user)
    assert "9 months" in shown
    assert "12 months" not in shown
    assert market.zine.product.title not in shown
    assert "Sales by month" not in shown  # one column says nothing


@holds("marketplace.VIEWS_BY_DAY_FOR")
def test_days_of_views_become_a_month_after_so_long(change: Change) -> None:
    market = scene.opened()
    today = clock.now().date()
    day = figures.before(today, 2).replace(day=9)
    PageViews.objects.create(
        seller=market.kofi, product=market.basket.product, region_id="GB", day=day, views=3
    )
    change("marketplace.VIEWS_BY_DAY_FOR", dt.timedelta(days=120))
    page_views.fold()
    assert PageViews.objects.get().day == day
    assert "After 120 days the days of a month become one number" in page(PAGE, market.kofi.user)
    change("marketplace.VIEWS_BY_DAY_FOR", dt.timedelta(days=1))
    page_views.fold()
    assert PageViews.objects.get().day == day.replace(day=1)
