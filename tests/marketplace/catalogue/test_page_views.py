"""Views of listings and shops: what counts, from the page cache too; made rows once, whenever a job dies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisAway

from banibs.core.clock import now
from marketplace.catalogue import page_views
from marketplace.models import PageViews
from tests import market as scene
from tests.seller_scene import at_desk

pytestmark = pytest.mark.django_db(transaction=True)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=0)


def looks(path: str, client: Client | None = None, *, ok: int = 200, **headers: str) -> None:
    browser = client or Client()
    browser.cookies["region"] = "GB"
    response = browser.get(path, headers={"User-Agent": BROWSER, **headers})
    assert response.status_code == ok, (path, response.status_code)


def seen() -> dict[tuple[str, str | None], int]:
    """(shop, listing or None) → views, once they are rows."""
    page_views.move()
    rows = PageViews.objects.select_related("seller", "product")
    return {(row.seller.name, row.product.title if row.product else None): row.views for row in rows}


def test_a_page_that_is_shown_is_a_view_whether_drawn_or_kept(market: scene.Market) -> None:
    page = reverse("marketplace:product", args=[market.basket.product.slug, market.basket.product_id])
    shop = reverse("marketplace:shop", args=[market.kofi.slug])
    for _time in range(3):
        looks(page)
    looks(shop)
    assert seen() == {
        (market.kofi.name, market.basket.product.title): 3,
        (market.kofi.name, None): 1,
    }
    row = PageViews.objects.get(product=market.basket.product_id)
    assert (row.region_id, row.day) == ("GB", now().date())
    looks(page)
    assert seen()[market.kofi.name, market.basket.product.title] == 4


def test_what_is_no_view_is_not_counted(market: scene.Market) -> None:
    page = reverse("marketplace:product", args=[market.basket.product.slug, market.basket.product_id])
    Client().head(page, headers={"User-Agent": BROWSER})
    for program in (
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "curl/8.5.0",
        "",
        "python-requests/2.32",
    ):
        looks(page, **{"User-Agent": program})
    looks(page, **{"HX-Request": "true", "HX-Target": "gallery"})
    looks(page, **{"Sec-Purpose": "prefetch;prerender"})
    looks(page, Referer=f"https://banibs.example{page}")  # another size chosen on the page itself
    looks(page.replace(market.basket.product.slug, "an-old-name"), ok=301)
    looks(reverse("marketplace:product", args=["gone", 999_999]), ok=404)
    looks(page, at_desk(market.kofi))
    looks(reverse("marketplace:shop", args=[market.kofi.slug]), at_desk(market.kofi))
    assert seen() == {}
    looks(page, at_desk(market.zuri))  # another shop's person is a visitor like others
    assert seen() == {(market.kofi.name, market.basket.product.title): 1}


def test_counting_is_one_command_of_redis_and_no_statement(market: scene.Market) -> None:
    redis = cache.client.get_client(write=True)  # type: ignore[attr-defined]  # django-redis's own
    before = redis.info("commandstats").get("cmdstat_hincrby", {}).get("calls", 0)
    with CaptureQueriesContext(connection) as asked:
        page_views.count_product(market.basket.product_id, "GB")
    assert len(asked) == 0
    assert redis.info("commandstats")["cmdstat_hincrby"]["calls"] == before + 1
    (field,) = redis.hgetall(page_views.COUNTING)
    assert (
        field.decode() == f"p:{market.basket.product_id}:GB:{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    )  # and no more


def test_without_redis_the_page_is_shown_and_not_counted(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def hincrby(self, *_what: object) -> None:
            raise RedisAway

    monkeypatch.setattr(page_views, "_redis", Away)
    page_views.count_product(market.basket.product_id, "GB")
    monkeypatch.undo()
    assert seen() == {}


class Killed(BaseException):
    """The job is killed here."""


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_a_job_that_is_killed_loses_nothing_and_adds_nothing_twice(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    page_views.count_product(market.basket.product_id, "GB")
    real = page_views._redis()

    class Dying:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def hgetall(self, key: str) -> Any:
            if moment == "before the commit":
                raise Killed
            return real.hgetall(key)

        def delete(self, key: str) -> None:
            if moment == "after the commit" and real.exists(key):
                raise Killed
            real.delete(key)

    monkeypatch.setattr(page_views, "_redis", Dying)
    with pytest.raises(Killed):
        page_views.move()
    monkeypatch.undo()
    page_views.count_product(market.basket.product_id, "GB")  # while it lay there
    assert seen()
    assert seen() == {(market.kofi.name, market.basket.product.title): 2}
    assert not real.keys("views:*")


def test_what_is_no_more_is_left_out_and_the_rest_is_kept(market: scene.Market) -> None:
    for page in ("p:999999", f"p:{market.jar.product_id}", "s:no-such-shop", "nonsense"):
        page_views._count(page, "GB")
    assert seen() == {(market.zuri.name, market.jar.product.title): 1}


def test_days_of_months_long_over_become_one_row_with_the_same_sum(market: scene.Market) -> None:
    today = now().date()
    long_ago = (today - dt.timedelta(days=200)).replace(day=10)
    for day in (long_ago, long_ago + dt.timedelta(days=1), long_ago.replace(day=1), today):
        PageViews.objects.create(
            seller=market.kofi, product=market.basket.product, region_id="GB", day=day, views=5
        )
    page_views.fold()
    page_views.fold()
    rows = dict(PageViews.objects.values_list("day", "views"))
    assert rows == {long_ago.replace(day=1): 15, today: 5}
