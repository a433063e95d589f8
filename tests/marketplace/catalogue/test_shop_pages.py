"""Shops: all, by country, and one with its three pages."""

import pytest

from marketplace.models import Seller
from tests import market as scene
from tests import people
from tests.marketplace.pages import text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def test_all_shops_and_those_of_a_country(market: scene.Market) -> None:
    everywhere = text(visitor().get("/shops/"))
    assert "2 shops" in everywhere
    assert 'href="/shops/in/GH/"' in everywhere
    ghana = text(visitor().get("/shops/in/gh/"))
    assert "Kofi Weaves" in ghana
    assert "Zuri Sounds" not in ghana


def test_a_country_without_shops_is_an_invitation(market: scene.Market) -> None:
    page = text(visitor().get("/shops/in/FR/"))
    assert "No shop in France yet" in page
    assert 'href="/sell/"' in page


@pytest.mark.parametrize("code", ["XX", "ABC", "1", "G'"])
def test_a_country_that_is_none_is_not_found(market: scene.Market, code: str) -> None:
    assert visitor().get(f"/shops/in/{code}/").status_code == 404


def test_many_shops_are_pages(market: scene.Market) -> None:
    for number in range(30):
        user = people.person(f"s{number}@example.com", name="A Seller")
        people.shop(user, slug=f"s{number}", name=f"Shop {number:02}", country="NG", city="Jos")
    first = text(visitor().get("/shops/"))
    assert "Shop 22" in first
    assert "Zuri Sounds" not in first
    second = text(visitor().get("/shops/?after=Shop 22"))
    assert "Zuri Sounds" in second
    assert "Shop 22" not in second
    assert "Shop 22" in text(visitor().get("/shops/?before=Shop 23"))


def test_a_shop_shows_its_pieces_its_story_and_where_it_sends(market: scene.Market) -> None:
    Seller.objects.filter(pk=market.kofi.pk).update(
        story_html="<p>My mother wove.</p>",
        quote="I sign the base.",
        maker="Kofi Mensah",
        returns_html="<p>Thirty days.</p>",
    )
    products = text(visitor().get("/shops/kofi-weaves/"))
    assert "Bolga market basket" in products
    assert "Shea butter" not in products
    about = text(visitor().get("/shops/kofi-weaves/about/"))
    assert "<p>My mother wove.</p>" in about
    assert "“I sign the base.”" in about
    delivery = text(visitor().get("/shops/kofi-weaves/delivery/"))
    for words in ("United Kingdom", "£5.00", "$5.00", "£1.00", "3–7", "<p>Thirty days.</p>"):
        assert words in delivery


def test_a_shop_without_pieces_here_says_so(market: scene.Market) -> None:
    page = text(visitor(language="sw").get("/shops/kofi-weaves/"))
    assert "Nothing for Kenya yet" in page


def test_doors(market: scene.Market) -> None:
    statuses = {"paused": 200, "suspended": 410, "draft": 404}
    for status, expected in statuses.items():
        Seller.objects.filter(pk=market.kofi.pk).update(status=status)
        for tab in ("", "about/", "delivery/"):
            assert visitor(market.amara).get(f"/shops/kofi-weaves/{tab}").status_code == expected
    assert visitor().get("/shops/nobody/").status_code == 404


def test_a_cloth_is_the_same_for_ever(market: scene.Market) -> None:
    square, strip = (
        visitor().get("/shops/kofi-weaves/cloth.svg"),
        visitor().get("/shops/kofi-weaves/cloth.svg?shape=band"),
    )
    assert square["Content-Type"] == "image/svg+xml"
    assert "immutable" in square["Cache-Control"]
    assert square.content == visitor().get("/shops/kofi-weaves/cloth.svg").content
    assert square.content != strip.content != visitor().get("/shops/zuri-sounds/cloth.svg?shape=band").content
    assert (
        visitor().get("/shops/no-such-shop/cloth.svg").status_code == 200
    )  # a shop that is being named sees its cloth
