"""A seller reads the shop's clock, a buyer their own, and every hour says whose it is."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from banibs.core import clock
from banibs.core.page_cache.cache_page import cache_page_for_all, cache_page_for_guests
from marketplace.models import Checkout, Order, Seller
from marketplace.regions import lookup as regions
from marketplace.sellers import time_zones
from tests import market as scene
from tests import people
from tests.marketplace.pages import HTMX, text, visitor
from tests.shopping import buys

pytestmark = pytest.mark.django_db
PLACE = {"name": "Ama Shea", "city": "Atlanta", "tagline": "Shea, whipped by hand", "story": ""}


def sold_at(market: scene.Market, moment: dt.datetime) -> Order:
    """An order of Kofi's that was paid at this moment."""
    order = buys(market, (market.basket, 1)).orders.get()
    Order.objects.filter(pk=order.pk).update(paid_at=moment)
    Checkout.objects.filter(pk=order.checkout_id).update(paid_at=moment, placed_at=moment)
    return order


def last_of_month() -> dt.datetime:
    """Half an hour past midnight UTC on the first of this month: in Kingston it is still the month before."""
    return clock.now().replace(day=1, hour=0, minute=30, second=0, microsecond=0)


def test_a_seller_reads_the_shops_clock_and_a_buyer_their_own() -> None:
    market = scene.opened()
    Seller.objects.filter(pk=market.kofi.pk).update(country="NG")
    order = sold_at(market, dt.datetime(2026, 11, 27, 5, 45, tzinfo=dt.UTC))

    desk = visitor(market.kofi.user)
    assert "27 November 2026, 06:45 WAT" in text(desk.get(f"/seller/orders/{order.number}/"))
    rows = list(csv.DictReader(io.StringIO(b"".join(desk.get("/seller/orders/sales.csv")).decode())))  # type: ignore[call-overload]  # a streamed answer
    assert [row["Paid (Africa/Lagos)"] for row in rows] == ["2026-11-27 06:45"]

    amara = visitor(market.amara)
    notices = "/account/wallet/"
    assert "UTC" in text(amara.get(notices))
    amara.cookies["time_zone"] = "America/New_York"
    page = text(amara.get(notices))
    assert "UTC" not in page.split("<table")[1]
    assert " EST</time>" in page or " EDT</time>" in page
    amara.cookies["time_zone"] = "../../etc/passwd"
    assert "UTC" in text(amara.get(notices))


def test_programs_read_utc_whatever_the_browser_says() -> None:
    market = scene.opened()
    client = APIClient()
    client.force_login(market.amara)
    client.cookies["time_zone"] = "Asia/Tokyo"
    buys(market, (market.basket, 1))
    assert "+09:00" not in client.get("/api/v1/orders/").content.decode()


def test_a_kept_page_is_drawn_in_utc_for_everybody() -> None:
    market = scene.opened()
    drawn = []

    def view(request: HttpRequest) -> HttpResponse:
        drawn.append(timezone.get_current_timezone_name())
        return HttpResponse("x")

    request: Any = RequestFactory().get(f"/shops/{market.kofi.slug}/")
    request.htmx, request.place = False, regions.place("GB")
    for keeps in (cache_page_for_all, cache_page_for_guests):
        with timezone.override("Asia/Tokyo"):
            keeps(view)(request)
    assert drawn == ["UTC"] * len(drawn) != []


def test_a_month_begins_at_the_shops_midnight() -> None:
    market = scene.opened()
    moment = last_of_month()
    sold_at(market, moment)
    before = (moment - dt.timedelta(days=1)).strftime("%Y-%m")
    found = {}
    for country in ("GH", "JM"):
        Seller.objects.filter(pk=market.kofi.pk).update(country=country, timezone="")
        desk = visitor(market.kofi.user)
        listed = [
            month
            for month in (before, f"{moment:%Y-%m}")
            if "-1</a>" in text(desk.get(f"/seller/orders/?period={month}"))
        ]
        found[country] = listed
    assert found == {"GH": [f"{moment:%Y-%m}"], "JM": [before]}


@pytest.mark.parametrize(("zone", "status"), [("", 400), ("Africa/Accra", 400), ("America/Chicago", 302)])
def test_the_zone_is_asked_where_the_country_has_several(client: Client, zone: str, status: int) -> None:
    client.force_login(people.person("ama@example.com", name="Ama"))

    answer = client.post("/seller/start/", {**PLACE, "country": "US", "timezone": zone})

    assert answer.status_code == status
    if status == 302:
        assert time_zones.zone_name(Seller.objects.get()) == zone
    else:
        assert "Choose the time zone of your shop." in text(answer)
        assert 'value="Ama Shea"' in text(answer)
        assert not Seller.objects.exists()


def test_the_zone_is_asked_before_the_first_send_with_and_without_script(client: Client) -> None:
    client.force_login(people.person("ama@example.com", name="Ama"))
    page = text(client.get("/seller/start/"))
    assert 'name="timezone"' not in page
    assert '<noscript><button class="btn ghost small" name="change" value="1">' in page
    assert 'hx-target="#zone"' in page

    asked = text(client.post("/seller/start/", {"name": "Ama Shea", "country": "US", "change": "1"}))
    assert 'name="timezone"' in asked
    assert "America/Chicago" in asked
    assert 'value="Ama Shea"' in asked
    assert "error-summary" not in asked
    part = text(client.post("/seller/start/", {"country": "US", "change": "1"}, headers=HTMX))
    assert part.strip().startswith('<div id="zone">')
    assert not Seller.objects.exists()

    client.post("/seller/start/", {**PLACE, "country": "GH"})
    settings = "/seller/settings/"
    moved = text(client.post(settings, {**PLACE, "country": "AU", "change": "1"}))
    assert "Australia/Perth" in moved
    assert "Australia/Perth" in text(client.post(settings, {"country": "AU", "change": "1"}, headers=HTMX))
    assert Seller.objects.get().country == "GH"


def test_nobody_is_asked_where_there_is_one(client: Client) -> None:
    client.force_login(people.person("ama@example.com", name="Ama"))
    assert client.post("/seller/start/", {**PLACE, "country": "GH"}).status_code == 302
    assert Seller.objects.get().timezone == "Africa/Accra"


def test_every_zone_that_is_offered_is_known() -> None:
    for country in ("US", "GB", "NG", "JM", "ES", "XX", ""):
        assert time_zones.choices(country)
        assert all(zone for zone, _name in time_zones.choices(country))
    assert time_zones.zones_of("US")[0] == "America/New_York"
    assert len(time_zones.zones_of("DE")) == 1
