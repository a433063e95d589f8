"""Finding products and shops by words."""

import pytest
from rest_framework.test import APIClient

from marketplace import policy as marketplace_policy
from marketplace.catalogue import offer_index
from marketplace.models import Product, SearchWord, Seller
from tests import market as scene
from tests.marketplace.pages import HTMX, text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened()
    scene.listing(market.kofi, "Straw hat", summary="As wide as a basket")
    return market


def test_a_word_in_the_title_counts_more_than_one_in_the_text(market: scene.Market) -> None:
    page = text(visitor().get("/search/?q=baskets"))  # the plural finds the singular
    assert page.index("Bolga market basket") < page.index("Straw hat")
    assert "2 items for “baskets”" in page


def test_the_beginning_of_a_word_finds_it_where_nothing_else_does(market: scene.Market) -> None:
    assert "Bolga market basket" in text(visitor().get("/search/?q=bask"))


def test_only_what_is_sold_here_is_found(market: scene.Market) -> None:
    assert "0 items" in text(visitor(language="sw").get("/search/?q=basket"))


def test_filters_and_sorting_work_on_what_was_found(market: scene.Market) -> None:
    scene.listing(market.zuri, "Bread basket", price=900)
    page = text(visitor().get("/search/?q=basket&country=KE"))
    assert "1 item for" in page
    assert "Bread basket" in page
    by_price = text(visitor().get("/search/?q=basket&sort=price"))
    assert by_price.index("Bread basket") < by_price.index("Bolga market basket")


def test_pages_of_results_hold_each_once(market: scene.Market) -> None:
    for number in range(40):
        scene.listing(market.kofi, f"Basket {number}")
    client, seen, url = visitor(), "", "/search/?q=basket"
    for _page in range(2):
        page = text(client.get(url))
        seen += page
        if 'rel="next"' in page:
            url = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert all(seen.count(f">Basket {number}<") == 1 for number in range(40))


def test_shops_have_a_tab_of_their_own(market: scene.Market) -> None:
    page = text(visitor().get("/search/?q=accra"))
    assert 'href="/search/?q=accra&amp;show=shops"' in page
    tab = text(visitor().get("/search/?q=accra&show=shops"))
    assert "Kofi Weaves" in tab
    assert "1 shop" in tab


def test_nothing_found_says_so_and_leads_on(market: scene.Market) -> None:
    for query in ("q=zzzz", "q=zzzz&show=shops"):
        page = text(visitor().get(f"/search/?{query}"))
        assert "Nothing found for “zzzz”" in page
        assert 'href="/c/home/"' in page


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Médina Nights", "medina"),
        ("Medina Nights", "Médina"),
        ("Médina Nights", "Me\u0301dina"),
        ("Adire cushion cover, Oṣù", "osu"),
        ("Adire cushion cover, Oṣù", "osù"),
        ("Adire silk scarf", "àdìrẹ"),
        ("Ìbejì candle holders", "ibeji"),
        ("Abɔdwe bowls", "abodwe"),
        ("Abodwe bowls", "Abɔdwe"),
        ("Straßenmusik", "strassenmusik"),
    ],
)
def test_a_word_is_found_in_every_spelling(title: str, typed: str) -> None:
    market = scene.opened()
    scene.listing(market.kofi, title)
    assert title in text(visitor().get("/search/", {"q": typed}))
    assert title in text(visitor().get("/search/suggestions/", {"q": title[:4].lower()}))
    found = APIClient().get("/api/v1/products/", {"q": typed, "region": "GB"}).json()["results"]
    assert [one["title"] for one in found] == [title]


def test_a_shop_is_found_in_every_spelling(market: scene.Market) -> None:
    Seller.objects.filter(pk=market.kofi.pk).update(name="Ṣadé Metalwork")
    for typed in ("sade", "Ṣadé"):
        assert "Ṣadé Metalwork" in text(visitor().get("/search/", {"q": typed, "show": "shops"}))
        assert "Ṣadé Metalwork" in text(visitor().get("/search/suggestions/", {"q": typed}))


@pytest.mark.parametrize(
    ("typed", "meant", "title"),
    [
        ("baskit", "basket", "Bolga market basket"),
        ("kaftn", "kaftan", "Indigo kaftan"),
        ("candel", "candle", "Ìbejì candle holders"),
        ("cnadle", "candle", "Ìbejì candle holders"),
        ("kfatan", "kaftan", "Indigo kaftan"),
        ("bsaket", "basket", "Bolga market basket"),
        ("shea buter", "shea butter", "Shea butter"),
    ],
)
def test_a_misspelt_word_finds_what_was_meant_and_says_so(typed: str, meant: str, title: str) -> None:
    market = scene.opened()
    scene.listing(market.kofi, "Indigo kaftan")
    scene.listing(market.kofi, "Ìbejì candle holders")

    page = text(visitor().get("/search/", {"q": typed}))

    assert title in page
    assert f"Nothing found for “{typed}”. These are for <strong>{meant}</strong>." in page
    narrowed = text(visitor().get("/search/", {"q": typed, "kind": "physical"}))
    assert title in narrowed
    assert f'name="q" value="{meant}"' in page  # filters go on with what was found
    found = APIClient().get("/api/v1/products/", {"q": typed, "region": "GB"}).json()["results"]
    assert [one["title"] for one in found] == [title]
    assert "Kofi Weaves" in text(visitor().get("/search/?q=weavs&show=shops"))


def test_a_word_of_a_listing_that_is_not_on_sale_is_never_meant(market: scene.Market) -> None:
    hidden = scene.listing(market.kofi, "Secret zebrawood")
    SearchWord.objects.all().delete()
    Product.objects.filter(pk=hidden.product_id).update(status="draft")
    offer_index.refresh_products([hidden.product_id])
    assert not SearchWord.objects.exists()


def test_an_empty_search_asks_what_for(market: scene.Market) -> None:
    for query in ("", "?q=", "?q=%20%00"):
        assert "What are you looking for?" in text(visitor().get(f"/search/{query}"))


@pytest.mark.parametrize(
    "q",
    [
        "'",
        '"',
        '"bas',
        "a & b | !c",
        "<->",
        "(((",
        "\\",
        "%",
        "_",
        "bas:*",
        "- -",
        "the",
        "🧺",
        "ọ̀gún",
        "x" * 5000,
        "a\x00b",
        "'; DROP",
    ],
)
def test_no_words_break_it(market: scene.Market, q: str) -> None:
    for more in ({}, {"show": "shops"}, {"sort": "price", "after": "1.1.1"}):
        assert visitor().get("/search/", {"q": q} | more).status_code == 200
    assert visitor().get("/search/suggestions/", {"q": q}).status_code == 200


def test_suggestions_begin_with_the_letters_typed(market: scene.Market) -> None:
    found = text(visitor().get("/search/suggestions/?q=bo", headers=HTMX))
    assert 'role="listbox"' in found
    assert "Bolga market basket" in found
    assert "Kofi Weaves" in text(visitor().get("/search/suggestions/?q=kof"))
    assert "role" not in text(visitor().get("/search/suggestions/?q=b"))
    assert "role" not in text(visitor().get("/search/suggestions/?q=%25%25"))


def test_at_most_a_thousand_matches_are_ranked(market: scene.Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marketplace_policy, "SEARCH_MOST_RANKED", 3)
    for number in range(6):
        scene.listing(market.kofi, f"Basket {number}")
    page = text(visitor().get("/search/?q=basket"))
    assert "3+" in page
    assert "Basket 5" in page
    assert ">Basket 2<" not in page


def test_a_search_is_not_for_search_engines(market: scene.Market) -> None:
    assert 'name="robots" content="noindex' in text(visitor().get("/search/?q=basket"))
