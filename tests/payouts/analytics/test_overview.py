"""The figures of earnings: they add up, each opens to the entries that make it, and cost the same however much was sold."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from banibs.core import clock, events
from marketplace.catalogue import page_views
from marketplace.models import Order, PageViews, Seller, Variant
from marketplace.sellers import time_zones
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts.analytics import explain, overview, sums
from payouts.analytics.overview import Overview
from tests import market as scene
from tests.payouts.analytics.scenes import by_ledger, told
from tests.seller_scene import at_desk
from tests.shopping import buys, warm

pytestmark = pytest.mark.django_db(transaction=True)


def refunds(order: Order, amount: int) -> None:
    order_refunds.refund_order(
        order.pk, Wanted(amount=amount), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )


@pytest.fixture
def market() -> scene.Market:
    """Zuri sold jars and zines over three months, and gave some back."""
    market = scene.opened(wallet=500_000)
    throw = scene.listing(market.zuri, "Throw", price=9_900, in_category=scene.category("Textiles"))
    Variant.objects.update(stock=None)
    buys(market, (throw, 1))
    for month in range(3):
        for _time in range(month + 1):
            order = Order.objects.get(checkout=buys(market, (market.jar, 2), (market.zine, 1)))
        refunds(order, 500 + month)
        if month < 2:
            scene.forward(days=31)
    told()
    return market


def shown(market: scene.Market, period: str = "") -> Overview:
    with timezone.override(time_zones.zone(market.zuri)):
        return overview(market.zuri, "GBP", period)


def test_lines_add_up_to_what_is_kept_and_parts_of_the_ring_too(market: scene.Market) -> None:
    seen = shown(market)
    assert sum(line.money.amount for line in seen.lines) == seen.kept.money.amount > 0
    month = f"{seen.month:%Y-%m}"
    assert by_ledger(market.zuri)[month, "GBP"] == seen.kept.money.amount
    this, last, year, ever = (line.money.amount for line in seen.earned)
    assert ever == sum(by_ledger(market.zuri).values())
    assert (this, last) == (seen.months[-1].money.amount, seen.months[-2].money.amount)
    assert year <= ever
    assert [bar.text for bar in seen.bars] == [str(line.money) for line in seen.months]
    assert seen.digital
    assert sum(seen.bars[-1].sizes) == this


def test_average_conversion_and_refund_rate(market: scene.Market) -> None:
    for _view in range(100):
        page_views.count_product(market.jar.product_id, "GB")
    page_views.move()
    PageViews.objects.update(day=clock.now().date())
    average, conversion, refunded, year = shown(market).cards
    orders = Order.objects.filter(seller=market.zuri).order_by("-pk")[:3]
    paid = sum(order.total for order in orders)
    assert average.text == str(orders[0].money(round(paid / 3)))
    assert average.change.startswith("0.0%")
    assert (conversion.text, conversion.change) == ("3.0%", "")  # nobody looked the month before
    assert refunded.text == f"{100 * 502 / paid:.1f}%"
    assert refunded.good is True
    assert year.label.endswith("so far")


def addresses(seen: Overview) -> Iterator[tuple[str, str]]:
    """The address of each figure that is a sum, and what it shows."""
    for line in (*seen.months, *seen.lines, *seen.earned, seen.kept):
        yield line.url, str(line.money)
    for part in seen.parts:
        yield part.url, part.text


def test_every_figure_opens_to_entries_that_add_up_to_it(market: scene.Market) -> None:
    desk = at_desk(market.zuri)
    seen = shown(market)
    urls = dict(addresses(seen))
    assert len(urls) > 12
    for url, figure in urls.items():
        html = desk.get(url).content.decode()
        assert f'<p class="stat-value">{figure}</p>' in html, url
        for month in re.findall(r'href="(/seller/payouts/explain/[^"]+)"', html):
            assert desk.get(month.replace("&amp;", "&")).status_code == 200
    for card in seen.cards[:3]:
        assert (card.text or "nothing yet") in desk.get(card.url).content.decode()


def test_the_entries_are_the_ledgers_and_pages_of_them_are_whole(market: scene.Market) -> None:
    zone = time_zones.zone(market.zuri)
    month = f"{shown(market).month:%Y-%m}"
    figure = explain.read("GBP", month, "net", {})
    whole = explain.entries(market.zuri.pk, figure, zone)
    assert [entry.amount for entry in whole.entries.rows] == [entry.moved for entry in whole.entries.rows]
    assert sum(entry.moved.amount for entry in whole.entries.rows) == whole.total.amount
    assert whole.count == len(whole.entries.rows) == 4
    first = explain.entries(market.zuri.pk, figure, zone, size=3)
    assert first.total == whole.total
    assert first.entries.next
    second = explain.entries(market.zuri.pk, figure, zone, size=3, older_than=first.entries.next.place)
    assert [*first.entries.rows, *second.entries.rows] == list(whole.entries.rows)
    assert second.entries.previous
    back = explain.entries(market.zuri.pk, figure, zone, size=3, newer_than=second.entries.previous.place)
    assert list(back.entries.rows) == list(first.entries.rows)


def test_every_measure_of_the_entries_is_that_of_the_sums(market: scene.Market) -> None:
    narrowed = (
        {},
        {"kind": "digital"},
        {"region": "GB"},
        {"category": "none"},
        {"product": str(market.jar.product_id)},
    )
    for measure, which in itertools.product(explain.MEASURES, narrowed):
        for month, money in explain.by_month(market.zuri.pk, explain.read("GBP", "all", measure, which)):
            figure = explain.read("GBP", f"{month:%Y-%m}", measure, which)
            found = explain.entries(market.zuri.pk, figure, time_zones.zone(market.zuri))
            assert found.total == money, (measure, month, which)


def test_one_shops_figures_are_not_anothers(market: scene.Market) -> None:
    month = f"{shown(market).month:%Y-%m}"
    html = at_desk(market.kofi).get(f"/seller/payouts/explain/GBP/{month}/net/").content.decode()
    assert "0 entries" in html
    assert Client().get(f"/seller/payouts/explain/GBP/{month}/net/").status_code == 302


STRANGE = (
    "gbp/2026-11/net/", "GBPP/2026-11/net/", "GBP/2026-13/net/", "GBP/9999/net/", "GBP/0001-01/net/",
    "GBP/2026-11/profit/", "GBP/2026-11-01/net/", "GBP/2026-11/net/?kind=air", "GBP/2026-11/net/?category=x",
    "GBP/2026-11/net/?product=99999999999999999999", "GBP/2026-11/net/?older=yesterday",
)  # fmt: skip


def test_an_address_that_names_no_figure_is_no_page(market: scene.Market) -> None:
    desk = at_desk(market.zuri)
    for address in STRANGE:
        assert desk.get(f"/seller/payouts/explain/{address}").status_code == 404, address


def test_another_month_and_one_that_is_none(market: scene.Market) -> None:
    current = shown(market)
    earlier = shown(market, f"{current.months[-2].url.split('/')[5]}")
    assert earlier.month == current.month.replace(day=1) - (current.month - earlier.month)
    assert earlier.kept.money == current.months[-2].money
    assert earlier.earned == current.earned
    for strange in ("2999-01", "0001-01", "x", "2026-13", "\x00"):
        assert shown(market, strange).month == current.month


def test_a_shop_without_a_sale_reads_what_will_stand_there() -> None:
    market = scene.opened()
    seen = overview(market.kofi, "GBP")
    assert not seen.sold
    html = render_to_string("seller/payouts/_earnings.html", {"earnings": seen, "shop": market.kofi})
    assert "Your first sale starts the figures" in html


def test_a_month_in_which_more_went_back_than_came_in_has_no_column_and_says_so(market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.zuri).latest("pk")
    scene.forward(days=31)
    refunds(order, 1_000)
    told()
    seen = shown(market)
    assert seen.months[-1].money.amount < 0
    assert sum(seen.bars[-1].sizes) == 0
    assert seen.bars[-1].text.startswith("−")
    html = render_to_string("seller/payouts/_earnings.html", {"earnings": seen, "shop": market.zuri})
    assert "<svg" in html


def statements(shop: Seller) -> int:
    with CaptureQueriesContext(connection) as asked:
        overview(shop, "GBP")
    return len(asked)


def test_the_figures_ask_the_same_number_of_statements_however_much_was_sold(market: scene.Market) -> None:
    warm()
    few = statements(market.zuri)
    for _time in range(8):
        buys(market, (market.jar, 1))
    told()
    sums.sum_again(market.zuri)
    assert statements(market.zuri) == few == 4
