"""How often pages ask PostgreSQL: the same number however much there is (docs "Speed", row 1)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import market as scene
from tests import people
from tests.marketplace.pages import page_of, visitor

pytestmark = pytest.mark.django_db


def statements(client: Client, path: str) -> int:
    client.get(path)  # what a process keeps for a minute (regions, categories) is there
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.fixture(params=["small", "large"])
def market(request: pytest.FixtureRequest) -> scene.Market:
    """One of two markets: three pieces of two shops, or forty more of ten more."""
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1), (market.zine, 1))
    if request.param == "large":
        for number in range(10):
            user = people.person(f"seller{number}@example.com", name=f"Seller {number}")
            shop = scene.sends_to(
                people.shop(user, slug=f"s{number}", name=f"Shop {number}", country="NG", city="Jos"), "GB"
            )
            shelf = [scene.listing(shop, f"Basket {number} {piece}") for piece in range(4)]
            scene.put_in_cart(market.amara, (shelf[0], 1), (shelf[1], 2))
    return market


@pytest.mark.parametrize(
    ("path", "signed_in", "guest"),
    [("/browse/", 4, 2), ("/c/home/", 4, 2), ("/search/?q=basket", 3, 1), ("/shops/kofi-weaves/", 5, 3)],
)
def test_pages_of_products(market: scene.Market, path: str, signed_in: int, guest: int) -> None:
    path = f"{path}{'&' if '?' in path else '?'}x={'0' * 200}"  # too long to be kept
    # the person, the header's three numbers, and what the page shows
    assert statements(visitor(market.amara), path) == signed_in
    assert statements(visitor(), path) == guest


def test_a_listing(market: scene.Market) -> None:
    assert statements(visitor(market.amara), page_of(market.basket)) == 4


def test_the_cart(market: scene.Market) -> None:
    assert statements(visitor(market.amara), "/cart/") == 4


def test_the_home_page(market: scene.Market) -> None:
    assert statements(visitor(market.amara), "/") == 5


def test_a_page_kept_for_guests_asks_nothing(market: scene.Market) -> None:
    for path in ("/", "/browse/", "/c/home/", page_of(market.basket), "/shops/", "/sell/"):
        assert statements(visitor(), path) == 0 or path == "/sell/"
