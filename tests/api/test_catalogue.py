"""Anybody's program looks around: regions, categories, listings and shops, as the pages show them."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from marketplace.models import ProductImage
from marketplace.regions import lookup as regions
from tests import market as scene

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products/"


def titles(stranger: APIClient, query: str) -> list[str]:
    answer = stranger.get(f"{PRODUCTS}?region=GB{query}")
    assert answer.status_code == 200, answer.json()
    return [one["title"] for one in answer.json()["results"]]


def test_a_listing_in_a_list_has_the_shape_of_the_contract(stranger: APIClient) -> None:
    market = scene.opened()
    (found,) = stranger.get(f"{PRODUCTS}?region=GB&seller=kofi-weaves").json()["results"]
    assert found == {
        "slug": f"bolga-market-basket-{market.basket.product_id}",
        "title": "Bolga market basket",
        "kind": "physical",
        "seller": {"slug": "kofi-weaves", "name": "Kofi Weaves", "country": "GH"},
        "category": {"path": "home", "name": "Home"},
        "price": {"amount": 4800, "currency": "GBP", "display": "£48.00"},
        "compare_at": None,
        "image": "http://testserver/shops/kofi-weaves/cloth.svg",
        "rating": None,
        "in_stock": True,
    }


def test_the_detail_says_what_each_variant_costs_and_how_it_arrives(stranger: APIClient) -> None:
    market = scene.opened()
    product = market.basket.product
    product.description_html = "<p>Woven of veta vera.</p>"
    product.save()
    ProductImage.objects.create(product=product, path="listings/1/a", alt="A basket", width=900, height=900)

    found = stranger.get(f"{PRODUCTS}bolga-market-basket-{product.pk}/?region=GB").json()

    assert found["description_html"] == "<p>Woven of veta vera.</p>"
    assert found["images"] == [{"url": "http://testserver/media/listings/1/a-1440.webp", "alt": "A basket"}]
    (variant,) = found["variants"]
    assert (variant["id"], variant["stock"], variant["price"]["amount"]) == (market.basket.pk, 10, 4800)
    assert found["shipping"]["price"]["amount"] == 500
    assert found["shipping"]["each_more"]["amount"] == 100
    zine = stranger.get(f"{PRODUCTS}night-market-issue-4-{market.zine.product_id}/?region=GB").json()
    assert zine["shipping"] is None
    assert zine["variants"][0]["stock"] is None


def test_an_old_slug_still_leads_there_and_no_listing_is_404(stranger: APIClient) -> None:
    market = scene.opened()
    pk = market.basket.product_id
    assert stranger.get(f"{PRODUCTS}an-older-name-{pk}/").json()["slug"] == f"bolga-market-basket-{pk}"
    for slug in ("bolga-market-basket", f"x-{pk + 999}", "x-999999999999999999", "x-0"):
        assert stranger.get(f"{PRODUCTS}{slug}/").json()["error"]["code"] == "not_found"


def test_a_draft_is_404_and_what_was_taken_down_is_410(stranger: APIClient) -> None:
    market = scene.opened()
    product = market.basket.product
    product.status = "archived"
    product.save()
    gone = stranger.get(f"{PRODUCTS}bolga-market-basket-{product.pk}/")
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "product_gone")
    product.status = "draft"
    product.save()
    assert stranger.get(f"{PRODUCTS}bolga-market-basket-{product.pk}/").status_code == 404


def test_where_it_is_not_sold_there_is_no_price(stranger: APIClient) -> None:
    market = scene.opened()
    found = stranger.get(f"{PRODUCTS}bolga-market-basket-{market.basket.product_id}/?region=KE").json()
    assert (found["price"], found["in_stock"], found["shipping"]) == (None, False, None)
    assert found["variants"][0]["price"] is None


def test_lists_are_narrowed_sorted_and_searched(stranger: APIClient) -> None:
    market = scene.opened()
    baskets = scene.category("Baskets", parent=market.basket.product.category)
    scene.listing(market.kofi, "Round basket", price=900, stock=0, in_category=baskets)

    assert titles(stranger, "") == [
        "Round basket",
        "Night Market issue 4",
        "Shea butter",
        "Bolga market basket",
    ]
    assert titles(stranger, "&ordering=price") == [
        "Night Market issue 4", "Round basket", "Shea butter", "Bolga market basket",
    ]  # fmt: skip
    assert titles(stranger, "&ordering=-price&kind=physical")[0] == "Bolga market basket"
    assert titles(stranger, "&min_price=901&max_price=1400") == ["Shea butter"]
    assert "Round basket" not in titles(stranger, "&in_stock=true")
    assert titles(stranger, "&category=home/baskets") == ["Round basket"]
    assert len(titles(stranger, "&category=home")) == 4
    assert set(titles(stranger, "&q=basket")) == {"Round basket", "Bolga market basket"}
    assert titles(stranger, "&q=basket&category=home/baskets") == ["Round basket"]
    assert titles(stranger, "&q=basket&seller=zuri-sounds") == []
    assert len(titles(stranger, "&ordering=rating")) == 4


def test_the_region_is_the_one_asked_for_else_the_visitors(stranger: APIClient) -> None:
    scene.opened()
    assert stranger.get(PRODUCTS).json()["results"][0]["price"]["currency"] == "USD"
    british = stranger.get(PRODUCTS, headers={"Accept-Language": "en-GB"}).json()
    assert british["results"][0]["price"]["currency"] == "GBP"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("user=2", "unknown_filter"),
        ("seller__user=2", "unknown_filter"),
        ("limit=5", "unknown_filter"),
        ("expand=seller", "unknown_filter"),
        ("region=XX", "unknown_region"),
        ("kind=both", "invalid_filter"),
        ("category=nowhere", "invalid_filter"),
        ("seller=nobody", "invalid_filter"),
        ("ordering=user__password", "invalid_filter"),
        ("min_price=12.50", "invalid_amount"),
        ("min_price=-1", "invalid_amount"),
        ("max_price=9007199254740992", "invalid_amount"),
        ("in_stock=1", "invalid_filter"),
        ("cursor=after:x", "invalid_cursor"),
        ("cursor=7", "invalid_cursor"),
        ("q=a%00b", "invalid_request"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(stranger: APIClient, query: str, code: str) -> None:
    scene.opened()
    answer = stranger.get(f"{PRODUCTS}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize("query", ["", "&ordering=price", "&q=pot", "&ordering=-price&q=pot"])
def test_pages_turn_by_their_own_links_there_and_back(stranger: APIClient, query: str) -> None:
    market = scene.opened()
    for number in range(50):
        scene.listing(market.kofi, f"Clay pot {number}", price=1000 + number % 7)
    seen, pages, link = [], [], f"{PRODUCTS}?region=GB{query}"
    while link:
        page = stranger.get(link).json()
        pages.append([one["slug"] for one in page["results"]])
        seen += pages[-1]
        assert (page["previous"] is None) == (len(pages) == 1)
        last, link = page, page["next"]
    assert len(seen) == len(set(seen)) == (50 if "q=" in query else 53)
    assert urlsplit(last["previous"]).netloc == "testserver"
    back = stranger.get(last["previous"]).json()
    assert [one["slug"] for one in back["results"]] == pages[-2]


def test_a_page_costs_the_same_however_much_there_is(stranger: APIClient) -> None:
    market = scene.opened()
    stranger.get(f"{PRODUCTS}?region=GB")  # keeps regions and categories

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as statements:
            assert stranger.get(path).status_code == 200
        return len(statements)

    paths = [f"{PRODUCTS}?region=GB", f"{PRODUCTS}?region=GB&q=market", "/api/v1/sellers/"]
    before = [asked(path) for path in paths]
    for number in range(30):
        scene.listing(market.kofi, f"Market bag {number}")
    stranger.get(f"{PRODUCTS}?region=GB")
    assert [asked(path) for path in paths] == before
    assert before == [1, 1, 1]


def test_regions_categories_and_shops(stranger: APIClient) -> None:
    market = scene.opened()
    scene.category("Baskets", parent=market.basket.product.category)
    found = stranger.get("/api/v1/regions/").json()["results"]
    assert {one["code"] for one in found} == set(regions.places())
    (home,) = stranger.get("/api/v1/categories/").json()["results"]
    assert (home["path"], home["children"][0]["path"]) == ("home", "home/baskets")
    shops = stranger.get("/api/v1/sellers/").json()["results"]
    assert [one["slug"] for one in shops] == ["kofi-weaves", "zuri-sounds"]
    assert [one["slug"] for one in stranger.get("/api/v1/sellers/?country=KE").json()["results"]] == [
        "zuri-sounds"
    ]
    kofi = stranger.get("/api/v1/sellers/kofi-weaves/").json()
    assert kofi["status"] == "active"
    assert kofi["delivery"][0]["price"]["amount"] == 500
    market.kofi.status = "suspended"
    market.kofi.save()
    assert stranger.get("/api/v1/sellers/kofi-weaves/").status_code == 404
