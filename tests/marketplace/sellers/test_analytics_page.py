"""Zuri's figures: what was sold and seen, where and of what, over a time; as a page and as a file."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from banibs.core import clock
from marketplace.catalogue import page_views
from marketplace.models import PageViews, Variant
from marketplace.sellers import figures, report
from tests import market as scene
from tests import screens
from tests.payouts.analytics.scenes import told
from tests.seller_scene import at_desk
from tests.servers import Servers
from tests.shopping import buys, warm

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/seller/analytics/"


def sold_and_seen() -> scene.Market:
    """Three orders of Zuri's jar and one of the zine, over two months; 40 views."""
    market = scene.opened(wallet=500_000)
    Variant.objects.update(stock=None)
    buys(market, (market.jar, 2))
    scene.forward(days=31)
    buys(market, (market.jar, 1), (market.zine, 3))
    buys(market, (market.jar, 1))
    told()
    for _view in range(40):
        page_views.count_product(market.jar.product_id, "GB")
    page_views.count_product(market.zine.product_id, "US")
    page_views.count_shop(market.zuri.slug, "GB")
    page_views.move()
    PageViews.objects.update(day=clock.now().date())
    return market


def test_the_figures_of_a_time_and_of_another() -> None:
    market = sold_and_seen()
    desk = at_desk(market.zuri)
    half_a_year = desk.get(PAGE).context["report"]
    assert (half_a_year.sums.orders, half_a_year.sums.units) == (3, 7)
    assert (half_a_year.views.listings, half_a_year.views.shop) == (40, 1)
    assert half_a_year.conversion == pytest.approx(7.5)
    assert len(half_a_year.months) == 6
    this = desk.get(f"{PAGE}?period=this").context["report"]
    assert (this.sums.orders, this.sums.units) == (2, 5)
    last = desk.get(f"{PAGE}?period=last").context["report"]
    assert (last.sums.orders, last.views.listings, last.conversion) == (1, 0, None)
    ever = desk.get(f"{PAGE}?period=all").context["report"]
    assert (ever.sums, len(ever.months)) == (half_a_year.sums, 2)
    assert desk.get(f"{PAGE}?period=century&currency=xx").context["report"].sums == half_a_year.sums


def test_best_listings_and_regions() -> None:
    market = sold_and_seen()
    shown = at_desk(market.zuri).get(PAGE)
    assert [(row["name"], row["units"], row["views"]) for row in shown.context["listings"]] == [
        (market.jar.product.title, 4, 40),
        (market.zine.product.title, 3, 0),  # it was seen where nobody pays in pounds
    ]
    assert [(row["name"], row["orders"], row["views"]) for row in shown.context["regions"]] == [
        ("United Kingdom", 3, 40)
    ]
    html = shown.content.decode()
    assert "Whoever comes twice counts twice" in html
    assert "Sales by month" in html


def test_the_file_adds_up_to_the_page() -> None:
    market = sold_and_seen()
    desk = at_desk(market.zuri)
    answer = desk.get(f"{PAGE}analytics.csv?period=all")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]  # a streaming answer
    rows = list(csv.DictReader(io.StringIO(text)))
    found = desk.get(f"{PAGE}?period=all").context["report"]
    assert sum(int(row["Orders"]) for row in rows) == found.sums.orders
    assert sum(int(row["Units"]) for row in rows) == found.sums.units
    assert sum(int(row["Views"]) for row in rows) == found.views.listings
    assert round(100 * sum(float(row["You keep"]) for row in rows)) == found.sums.net
    assert rows[0]["Month"] >= rows[-1]["Month"]


def test_a_new_shop_reads_what_will_count() -> None:
    market = scene.opened()
    html = at_desk(market.kofi).get(PAGE).content.decode()
    assert "Nothing to count in this time" in html
    assert 'aria-label="Analytics' not in html
    answer = at_desk(market.kofi).get(f"{PAGE}analytics.csv")
    assert len(b"".join(answer.streaming_content).splitlines()) == 1  # type: ignore[arg-type]  # as above
    stranger = Client()
    assert stranger.get(PAGE).status_code == 302
    stranger.force_login(market.amara)
    assert stranger.get(PAGE).headers["Location"] == "/seller/start/"


def test_the_page_asks_the_same_number_of_statements_however_much_was_sold() -> None:
    market = sold_and_seen()
    desk = at_desk(market.zuri)

    def statements() -> int:
        warm()
        desk.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            desk.get(PAGE)
        return len(asked)

    few = statements()
    for number in range(6):
        listing = scene.listing(market.zuri, f"Bowl {number}", stock=None)
        buys(market, (listing, 1), (market.jar, 1))
        page_views.count_product(listing.product_id, "GB")
    told()
    page_views.move()
    assert statements() == few <= 12


def test_a_listing_that_is_gone_keeps_its_sales() -> None:
    market = sold_and_seen()
    span = figures.Span()
    before = figures.by_product(market.zuri.pk, "GBP", span, most=10)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM marketplace_product WHERE id = %s", [market.zine.product_id])
        cursor.execute("SET session_replication_role = DEFAULT")
    after = figures.by_product(market.zuri.pk, "GBP", span, most=10)
    assert {key: sums for key, (_title, sums) in before.items()} == {
        key: sums for key, (_title, sums) in after.items()
    }
    found = report.report(market.zuri.pk, "GBP", report.span_of(market.zuri, "all"))
    assert [row.name for row in found.listings] == [market.jar.product.title, ""]


@pytest.mark.browser
@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_as_it_is_seen_and_heard(browser: Browser, servers: Servers, look: screens.Look) -> None:
    market = sold_and_seen()
    with screens.screen(browser, servers, look) as page:
        screens.sign_in(page, servers, market.zuri.user)
        for path in (PAGE, f"{PAGE}?period=last", f"/seller/payouts/explain/GBP/{clock.now():%Y-%m}/net/"):
            page.goto(path)
            assert screens.axe(page) == []
            assert not screens.scrolls_sideways(page)
