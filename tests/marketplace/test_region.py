"""Choosing where things go, and light or dark."""

from typing import Any

import pytest

from marketplace.models import CartItem
from tests import market as scene
from tests.marketplace.pages import text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def test_a_choice_is_remembered_and_prices_follow(market: scene.Market) -> None:
    guest = visitor()
    answer = guest.post("/region/", {"region": "US", "next": "/browse/?kind=physical"})
    assert (answer.status_code, answer["Location"]) == (302, "/browse/?kind=physical")
    assert "$48.00" in text(guest.get("/browse/"))
    assert answer.cookies["region"]["httponly"]


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""]
)
def test_the_way_back_is_never_to_somebody_else(market: scene.Market, next_page: str) -> None:
    for path in ("/region/", "/theme/"):
        assert visitor().post(path, {"region": "US", "theme": "dark", "next": next_page})["Location"] == "/"


@pytest.mark.parametrize("region", ["", "XX", "gb", "G\x00", "GB'--"])
def test_a_region_that_is_none_changes_nothing(market: scene.Market, region: str) -> None:
    guest = visitor()
    answer = guest.post("/region/", {"region": region})
    assert "region" not in answer.cookies
    assert "We do not send there yet" in text(guest.get("/cart/"))


def test_what_leaves_the_cart_is_named_and_stays_marked(market: scene.Market) -> None:
    only_gb = scene.listing(market.kofi, "Quilt", sold_in=("GB",))
    scene.put_in_cart(market.amara, (market.basket, 1), (only_gb, 1))
    amara = visitor(market.amara)
    amara.post("/region/", {"region": "US", "next": "/cart/"})
    page = text(amara.get("/cart/"))
    assert "Quilt in your cart is not sold in United States." in page
    assert "Not sold in United States. It is not counted" in page
    assert "$48.00" in page
    assert CartItem.objects.count() == 2


def test_a_forged_cookie_is_as_good_as_none(market: scene.Market) -> None:
    guest = visitor()
    guest.cookies["region"] = "'; DROP TABLE"
    guest.cookies["theme"] = '"><script>'
    page = text(guest.get("/browse/"))
    assert "£48.00" in page
    assert "<script>" not in page.replace("<script src=", "")


def test_light_or_dark_is_in_the_page_before_it_is_painted(market: scene.Market) -> None:
    guest = visitor()
    guest.post("/theme/", {"theme": "dark"})
    assert '<html lang="en-gb" dir="ltr" data-theme="dark">' in text(guest.get("/browse/"))
    guest.post("/theme/", {"theme": ""})
    assert "data-theme" not in text(guest.get("/browse/"))


def test_the_region_menu_says_where_cards_are_not_taken(market: scene.Market) -> None:
    page = text(visitor().get("/browse/"))
    assert "Nigeria, NGN ₦, no cards" in page
    assert "United Kingdom, GBP £, no cards" not in page
    assert "cards are not taken in that currency yet" in page


def test_a_cart_says_where_it_cannot_be_paid_by_card(market: scene.Market, settings: Any) -> None:
    guest = visitor()
    guest.post("/cart/add/", {"variant": market.zine.pk, "quantity": "1"})
    said = "Cards are not taken in GBP yet: this cart is paid from your wallet"
    assert said not in text(guest.get("/cart/"))
    settings.STRIPE_SETTLEMENT_CURRENCIES = ["USD"]
    assert said in text(guest.get("/cart/"))
