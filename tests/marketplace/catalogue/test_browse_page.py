"""Everything, and each part of the tree, as pages."""

import pytest

from marketplace.catalogue import categories
from tests import market as scene
from tests.marketplace.pages import HTMX, text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def test_everybody_sees_the_pieces_sold_where_they_are(market: scene.Market) -> None:
    for client in (visitor(), visitor(market.amara)):
        page = text(client.get("/browse/"))
        assert "3 items sold in United Kingdom" in page
        assert "Bolga market basket" in page
    assert "0 items sold in Senegal" in text(visitor(language="wo").get("/browse/"))
    assert "Nothing is sold here yet" in text(visitor(language="wo").get("/browse/"))


def test_filters_are_in_the_address_and_each_can_be_taken_away(market: scene.Market) -> None:
    page = text(visitor().get("/browse/?kind=physical&country=GH&max_price=50"))
    assert "1 item sold" in page
    assert 'href="/browse/?kind=physical&amp;max_price=50.00"' in page  # without Ghana
    assert "Up to £50.00" in page


def test_nothing_left_leads_back_to_everything(market: scene.Market) -> None:
    page = text(visitor().get("/browse/?kind=digital&country=GH"))
    assert "No items match all filters" in page
    assert "Clear all filters" in page


@pytest.mark.parametrize(
    "query",
    [
        "min_price=abc",
        "max_price=" + "9" * 99,
        "sort=user__password",
        "after=x",
        "after=1.2.3.4",
        "before=99999999999999999999.1",
        "kind=%00",
        "country=%F0%9F%92%A9",
        "after=1.1&before=1.1",
        "seller=1&user=2&status=draft",
        "expand=seller.user",
        "in_stock[]=1",
    ],
)
def test_no_address_breaks_the_page(market: scene.Market, query: str) -> None:
    for path in ("/browse/", "/c/home/", "/shops/kofi-weaves/", "/search/?q=basket&"):
        answer = visitor().get(f"{path}{'' if path.endswith('&') else '?'}{query}")
        assert answer.status_code == 200
        assert "Bolga market basket" in text(answer) or "kind=" in query


def test_a_price_that_cannot_be_read_is_said_and_left_out(market: scene.Market) -> None:
    page = text(visitor().get("/browse/?min_price=ten"))
    assert "We could not read that price" in page
    assert "3 items" in page


def test_htmx_gets_results_counts_and_a_clean_address(market: scene.Market) -> None:
    answer = visitor().get("/browse/?kind=&country=GH&min_price=&max_price=", headers=HTMX)
    assert answer["HX-Push-Url"] == "/browse/?country=GH"
    page = text(answer)
    assert "<html" not in page
    assert 'id="facets"' in page
    assert 'hx-swap-oob="true"' in page
    assert "HX-Request" in answer["Vary"]


def test_the_second_page_can_be_reached_and_left_without_script(market: scene.Market) -> None:
    for number in range(30):
        scene.listing(market.kofi, f"Thing {number}")
    first = text(visitor().get("/browse/"))
    assert "1 to 24 of 33" in first
    next_url = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = text(visitor().get(next_url))
    assert "25 to 33 of 33" in second
    previous_url = second.split('rel="prev"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "1 to 24 of 33" in text(visitor().get(previous_url))


def test_a_department_and_its_category(market: scene.Market) -> None:
    home = scene.category("Home")
    baskets = scene.category("Baskets", home)
    scene.listing(market.kofi, "Bread basket", in_category=baskets)
    department = text(visitor().get("/c/home/"))
    assert "4 items" in department
    assert 'href="/c/home/baskets/"' in department
    category = text(visitor().get("/c/home/baskets/"))
    assert "1 item sold" in category
    assert "Baskets, Home · BANIBS" in category


def test_an_empty_category_leads_to_its_neighbours(market: scene.Market) -> None:
    home = scene.category("Home")
    scene.category("Baskets", home)
    scene.category("Pots", home)
    page = text(visitor().get("/c/home/pots/"))
    assert "Nothing here yet" in page
    assert 'href="/c/home/baskets/"' in page


@pytest.mark.parametrize(
    "path", ["/c/nowhere/", "/c/home/nowhere/", "/c/..%2f..%2fetc/", "/c/home'/", "/c/%00/"]
)
def test_a_category_that_is_none_is_not_found(market: scene.Market, path: str) -> None:
    categories.forget()
    assert visitor().get(path).status_code == 404
