"""Every page of the desk: whose it is, how many statements it costs, and that others see nothing of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.models import Order
from tests import market as scene
from tests import people
from tests.seller_scene import at_desk, bought

pytestmark = pytest.mark.django_db


def pages(market: scene.Market, order: Order) -> dict[str, str]:
    product = market.basket.product_id
    return {
        "home": reverse("seller:home"),
        "pending": reverse("seller:pending"),
        "orders": reverse("seller:orders"),
        "orders_csv": reverse("seller:orders_csv"),
        "order": reverse("seller:order", args=[order.number]),
        "order_slip": reverse("seller:order_slip", args=[order.number]),
        "cancel_order": reverse("payments:cancel_order", args=[order.number]),
        "listings": reverse("seller:listings"),
        "listing_new": reverse("seller:listing_new"),
        "listing_edit": reverse("seller:listing_edit", args=[product]),
        "listing_quick": reverse("seller:listing_quick", args=[product]),
        "settings": reverse("seller:settings"),
        "delivery": reverse("seller:delivery"),
        "pause": reverse("seller:pause"),
    }


NAMES = [
    *("home", "pending", "orders", "orders_csv", "order", "order_slip", "cancel_order", "listings"),
    *("listing_new", "listing_edit", "listing_quick", "settings", "delivery", "pause"),
]
CHANGED = ("cancel_order", "listing_edit", "listing_quick")
OWN = ("order", "order_slip", "cancel_order", "listing_edit", "listing_quick")


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]
    assert response.status_code == 200, url
    return len(statements)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_costs_the_same_with_one_sale_and_with_many(name: str) -> None:
    market = scene.opened(wallet=5_000_000)
    (first,) = bought(market, (market.basket, 1))
    client = at_desk(market.kofi)
    client.get(reverse("seller:home"))  # looks up what a process keeps for a minute
    once = cost(client, pages(market, first)[name])

    for n in range(6):
        shelf = [scene.listing(market.kofi, f"Piece {n} {m}") for m in range(2)]
        bought(market, (market.basket, 1), *((piece, 1) for piece in shelf))
    client.get(reverse("seller:home"))

    assert cost(client, pages(market, first)[name]) == once
    assert once <= 16


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_asked_to_sign_in_and_who_has_no_shop_is_shown_how_to_open_one(name: str) -> None:
    market = scene.opened()
    (order,) = bought(market, (market.basket, 1))
    url = pages(market, order)[name]

    assert Client().get(url).headers["Location"].startswith(reverse("account_login"))
    client = Client()
    client.force_login(market.amara)
    assert client.get(url).headers["Location"] == reverse("seller:start")


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("who", ["zuri", "ike"])
def test_another_shop_finds_nothing_there(name: str, who: str) -> None:
    market = scene.opened()
    (order,) = bought(market, (market.basket, 1))
    client = at_desk(market.zuri)
    if who == "ike":
        client = Client()
        client.force_login(people.shop(people.ike(), slug="ike", name="Ike", country="NG", city="Lagos").user)

    for method in (client.get, client.post) if name in CHANGED else (client.get,):
        response = method(pages(market, order)[name])
        assert response.status_code == 404
        assert "Bolga" not in response.content.decode()
        assert "Amara" not in response.content.decode()
    order.refresh_from_db()
    assert order.status == "paid"


def test_posting_for_another_shop_moves_nothing() -> None:
    market = scene.opened()
    (order,) = bought(market, (market.basket, 1))

    response = at_desk(market.zuri).post(reverse("seller:order_post", args=[order.number]))

    assert response.status_code == 404
    order.refresh_from_db()
    assert order.status == "paid"


def test_an_order_that_was_never_paid_is_nobodys_to_see() -> None:
    market = scene.opened()
    (order,) = bought(market, (market.basket, 1))
    Order.objects.filter(pk=order.pk).update(paid_at=None, status="created")

    assert at_desk(market.kofi).get(reverse("seller:order", args=[order.number])).status_code == 404
    assert order.number not in at_desk(market.kofi).get(reverse("seller:orders")).content.decode()
