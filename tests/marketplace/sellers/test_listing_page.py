"""Kofi and Zuri write listings; whatever is wrong, nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from marketplace.models import Offer, Product, Variant
from tests import market as scene
from tests.marketplace.sellers import uploads
from tests.seller_scene import at_desk

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def form(product: Product, **changed: Any) -> dict[str, Any]:
    """The form of a listing with one choice, as its page sends it."""
    product.refresh_from_db()
    variant = product.variants.filter(active=True).get()
    stock = "" if variant.stock is None else str(variant.stock)
    return {
        "version": product.updated_at.isoformat(),
        "do": "save",
        "title": product.title,
        "category": product.category_id,
        "tax_class": "standard",
        "description": "Woven by hand.",
        "price_GB": "48.00",
        "c-TOTAL_FORMS": "1",
        "c-INITIAL_FORMS": "1",
        "c-0-pk": variant.pk,
        "c-0-seen": stock,
        "c-0-stock": stock,
        **changed,
    }


def test_a_listing_begins_with_three_things_and_is_published_when_whole() -> None:
    market = scene.opened()
    client = at_desk(market.kofi)
    begun = client.post(
        reverse("seller:listing_new"),
        {"title": "Kente strip", "kind": "physical", "category": market.basket.product.category_id},
    )
    product = Product.objects.get(title="Kente strip")
    url = reverse("seller:listing_edit", args=[product.pk])
    assert begun.headers["Location"] == url

    lacking = client.post(url, form(product, do="publish", price_GB="", description="Four metres."))
    assert lacking.status_code == 400
    assert '<a href="#pictures-in">Add at least one picture</a>' in text(lacking)
    assert '<a href="#id_price_' in text(lacking).partition("Add at least one picture")[2][:40]
    assert "Give it a price" in text(lacking)
    assert "Four metres." in text(lacking)

    done = client.post(url, form(product, do="publish", price_GB="£1,048.50", pictures=uploads.picture()))

    assert done.headers["Location"] == reverse("seller:listings")
    product.refresh_from_db()
    assert (product.status, product.slug, product.description_html) == (
        "active",
        "kente-strip",
        "<p>Woven by hand.</p>",
    )
    assert product.cover.startswith(f"listings/{product.pk}/")
    assert Offer.objects.get(product=product, lead=True).amount == 104_850


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Title"),
        ({"title": "x" * 121}, "120"),
        ({"title": "Basket \u202egnp.exe"}, "turns the direction of writing (U+202E)"),
        ({"price_GB": "12,00,0"}, "Enter an amount like 12.50"),
        ({"price_GB": "0.001"}, "Enter an amount like 12.50"),
        ({"price_GB": "-4"}, "Enter an amount like 12.50"),
        ({"price_GB": "NaN"}, "Enter an amount like 12.50"),
        ({"price_GB": "0"}, "Enter at least"),
        ({"price_SN": "10.50"}, "Enter an amount like 1250"),
        ({"before_GB": "40"}, "higher than the price"),
        ({"before_KE": "40"}, "Say what it costs now"),
        ({"c-0-stock": "-1"}, "Enter 0 at least"),
        ({"c-0-stock": "1e3"}, "whole number"),
        ({"category": "999999"}, "Category"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_kept(
    changed: dict[str, Any], said: str
) -> None:
    market = scene.opened()
    product = market.basket.product
    before = list(Offer.objects.filter(product=product).values_list("amount", flat=True))

    response = at_desk(market.kofi).post(
        reverse("seller:listing_edit", args=[product.pk]),
        form(product, description="My long words.", **changed),
    )

    assert response.status_code == 400
    assert said in text(response)
    assert "My long words." in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert "needs your attention" in text(response)
    assert list(Offer.objects.filter(product=product).values_list("amount", flat=True)) == before


def test_a_refused_picture_loses_no_word_and_a_good_one_beside_it_is_kept() -> None:
    market = scene.opened()
    product = market.basket.product
    svg = uploads.file(b"<svg onload=alert(1)>", "logo.svg")

    response = at_desk(market.kofi).post(
        reverse("seller:listing_edit", args=[product.pk]),
        form(
            product, do="pictures", title="", description="Unsaved words", pictures=[svg, uploads.picture()]
        ),
    )

    assert response.status_code == 400
    beside = text(response).partition('id="pictures-error"')[2].partition("</div>")[0]
    assert "logo.svg: Only JPEG, PNG, WebP and HEIC" in beside
    assert "Unsaved words" in text(response)
    # a title is missing, but nothing was sent to be saved
    assert text(response).count("aria-invalid") == 1
    assert product.images.count() == 1


def test_pictures_are_put_in_order_described_and_taken_away() -> None:
    market = scene.opened()
    product = market.basket.product
    client, url = at_desk(market.kofi), reverse("seller:listing_edit", args=[product.pk])
    client.post(url, form(product, do="pictures", pictures=[uploads.picture(), uploads.picture()]))
    first, second = product.images.all()

    client.post(url, form(product, do=f"up:{second.pk}", **{f"alt_{second.pk}": "A basket on a table"}))
    assert [row.pk for row in product.images.all()] == [second.pk, first.pk]
    product.refresh_from_db()
    assert (product.cover, product.cover_alt) == (second.path, "A basket on a table")

    asked = client.post(url, form(product, do=f"ask-remove:{second.pk}", title="Typed, not saved"))
    assert "Remove this picture for good?" in text(asked)
    assert "Typed, not saved" in text(asked)
    assert product.images.filter(pk=second.pk).exists()
    client.post(url, form(product, do=f"remove:{second.pk}"))
    product.refresh_from_db()
    assert product.cover == first.path
    for unknown in ("up:0", "remove:999999", "down:abc", "file:1", "nonsense"):
        assert client.post(url, form(product, do=unknown)).status_code == 200
    assert product.images.count() == 1


def test_the_pictures_of_another_shop_are_out_of_reach() -> None:
    market = scene.opened()
    at_desk(market.kofi).post(
        reverse("seller:listing_edit", args=[market.basket.product_id]),
        form(market.basket.product, do="pictures", pictures=uploads.picture()),
    )
    picture = market.basket.product.images.get()

    at_desk(market.zuri).post(
        reverse("seller:listing_edit", args=[market.jar.product_id]),
        form(market.jar.product, do=f"remove:{picture.pk}", **{f"alt_{picture.pk}": "mine now"}),
    )

    picture.refresh_from_db()
    assert picture.alt == ""


def test_another_choice_is_added_without_losing_a_word() -> None:
    market = scene.opened()
    product = market.basket.product
    client, url = at_desk(market.kofi), reverse("seller:listing_edit", args=[product.pk])

    asked = client.post(url, form(product, do="choice", description="Kept", **{"c-0-value1": "Small"}))

    assert asked.status_code == 200
    assert 'name="c-1-value1"' in text(asked)
    assert 'value="Small"' in text(asked)
    assert "Kept" in text(asked)
    saved = client.post(
        url,
        form(
            product,
            option1="Size",
            **{
                "c-TOTAL_FORMS": "2",
                "c-0-value1": "Small",
                "c-1-value1": "Large",
                "c-1-stock": "",
                "c-1-own_GB": "56",
            },
        ),
    )
    assert saved.status_code == 302
    large = Variant.objects.get(product=product, name="Large")
    assert (large.options, large.stock, large.offers.get().amount) == ({"Size": "Large"}, None, 5600)


def test_two_choices_never_look_the_same() -> None:
    market = scene.opened()
    product = market.basket.product

    response = at_desk(market.kofi).post(
        reverse("seller:listing_edit", args=[product.pk]),
        form(
            product, **{"c-TOTAL_FORMS": "2", "c-0-value1": "Small", "c-1-value1": "small", "c-1-stock": "1"}
        ),
    )

    assert response.status_code == 400
    assert "This variant is listed twice" in text(response)
    assert product.variants.count() == 1


def test_a_row_that_was_announced_and_not_sent_is_no_variant() -> None:
    market = scene.opened()
    product = market.basket.product
    sent = form(product, **{"c-TOTAL_FORMS": "٣", "c-0-value1": "Small"})
    response = at_desk(market.kofi).post(reverse("seller:listing_edit", args=[product.pk]), sent)
    assert response.status_code == 302
    assert [one.options for one in product.variants.filter(active=True)] == [{"Option": "Small"}]


def test_what_was_changed_elsewhere_is_said_and_mine_stays_on_the_page() -> None:
    market = scene.opened()
    product = market.basket.product
    client, url = at_desk(market.kofi), reverse("seller:listing_edit", args=[product.pk])
    old = form(product, title="My title")
    client.post(url, form(product, title="Their title"))

    response = client.post(url, old)

    assert response.status_code == 409
    assert "changed elsewhere" in text(response)
    assert 'value="My title"' in text(response)
    product.refresh_from_db()
    assert product.title == "Their title"
    again = client.post(url, {**old, "version": product.updated_at.isoformat()})
    assert again.status_code == 302
    for bad in ("", "yesterday", "2026-99-99T00:00:00"):
        assert client.post(url, {**old, "version": bad}).status_code == 409


def test_pieces_sold_while_the_page_was_open_are_not_sold_twice() -> None:
    market = scene.opened()
    product = market.basket.product
    client, url = at_desk(market.kofi), reverse("seller:listing_edit", args=[product.pk])
    sent = form(product, **{"c-0-stock": "15"})
    Variant.objects.filter(pk=market.basket.pk).update(stock=7)

    response = client.post(url, sent)

    assert response.status_code == 409
    assert "7 are there now" in text(response)
    assert 'name="c-0-seen" value="7"' in text(response)
    market.basket.refresh_from_db()
    assert market.basket.stock == 7


def test_zuris_files_are_kept_limited_and_taken_away() -> None:
    market = scene.opened()
    product = market.zine.product
    client, url = at_desk(market.zuri), reverse("seller:listing_edit", args=[product.pk])
    client.post(url, form(product, do="files", files=uploads.file(b"%PDF-1.7 night", "../Night.pdf")))
    row = product.files.get()
    assert (row.name, row.limit, row.days) == ("Night.pdf", 5, 365)

    client.post(url, form(product, **{f"limit_{row.pk}": "2", f"days_{row.pk}": ""}))
    row.refresh_from_db()
    assert (row.limit, row.days) == (2, None)
    refused = client.post(url, form(product, **{f"limit_{row.pk}": "0", f"days_{row.pk}": "x"}))
    assert refused.status_code == 400
    row.refresh_from_db()
    assert row.limit == 2

    assert "for good?" in text(client.post(url, form(product, do=f"ask-file:{row.pk}")))
    assert product.files.filter(pk=row.pk).exists()
    stays = client.post(url, form(product, do=f"file:{row.pk}"))
    assert "This is all that buyers get, and it is on sale" in text(stays)
    assert product.files.exists()
    client.post(url, form(product, do="draft"))
    client.post(url, form(product, do=f"file:{row.pk}"))
    assert not product.files.exists()


def test_stock_and_price_are_changed_where_the_listing_stands() -> None:
    market = scene.opened()
    client, url = at_desk(market.kofi), reverse("seller:listing_quick", args=[market.basket.product_id])
    row = client.get(url, headers={"HX-Request": "true"})
    assert text(row).lstrip().startswith("<tr")
    pk = market.basket.pk
    sent = {f"seen_{pk}": "10", f"stock_{pk}": "25", f"amount_{pk}": "52.00"}

    saved = client.post(url, sent, headers={"HX-Request": "true"})

    assert saved.status_code == 200
    assert "25 items" in text(saved)
    market.basket.refresh_from_db()
    assert market.basket.stock == 25
    assert (
        Offer.objects.get(variant=market.basket, region="US").amount == 5200
    )  # the region that the list shows
    wrong = client.post(url, {**sent, f"amount_{pk}": "abc"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "abc" in text(wrong)
    moved = client.post(url, {**sent, f"seen_{pk}": "10", f"stock_{pk}": "9"})
    assert moved.status_code == 409
    assert "25 are there now" in text(moved)
    plain = client.post(url, {**sent, f"seen_{pk}": "25", f"stock_{pk}": ""})
    assert plain.headers["Location"] == reverse("seller:listings")
    market.basket.refresh_from_db()
    assert market.basket.stock is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?status=draft", 1),
        ("?status=low", 1),
        ("?status=sold-out", 1),
        ("?q=strip", 1),
        ("?q=BB-7", 1),
    ],
)
def test_a_listing_is_found_by_state_title_and_code(query: str, found: int) -> None:
    market = scene.opened()
    scene.listing(market.kofi, "Kente strip", stock=0)
    draft = scene.listing(market.kofi, "Shea")
    Product.objects.filter(pk=draft.product_id).update(status="draft")
    Variant.objects.filter(pk=market.basket.pk).update(sku="BB-7")

    response = at_desk(market.kofi).get(reverse("seller:listings") + query)

    assert len(response.context["rows"]) == found


def test_many_pieces_are_no_alarm_and_a_choice_that_runs_out_is_told(market_of_chairs: scene.Market) -> None:
    shown = at_desk(market_of_chairs.kofi).get(reverse("seller:listings")).content.decode()
    assert '<strong class="late">55 items' not in shown
    assert "55 items" in shown
    assert '<small class="late">1 variant nearly sold out</small>' in shown
    assert '<strong class="late">2 items</strong>' in shown  # all that there is
    assert shown.count('class="late"') == 2


@pytest.fixture
def market_of_chairs() -> scene.Market:
    """A chair in two colours, one of them nearly sold out; two baskets; a rug that is well in stock."""
    market = scene.opened()
    Variant.objects.filter(pk=market.basket.pk).update(stock=2)
    chair = scene.listing(market.kofi, "Chair", stock=54)
    Variant.objects.create(product=chair.product, stock=1, name="Red", position=1)
    scene.listing(market.kofi, "Rug", stock=3)
    return market


def test_a_price_says_what_is_kept_of_it_while_it_is_typed() -> None:
    market = scene.opened()
    client = at_desk(market.kofi)
    asked = {"region": "GB", "kind": "physical", "tax_class": "standard"}

    said = client.get(reverse("seller:listing_keep"), {**asked, "price_GB": "48"})

    assert "You keep £36.00" in text(said)
    for bad in (
        {**asked, "price_GB": "x"},
        {**asked, "region": "XX"},
        {"price_GB": "1"},
        {**asked, "kind": "<b>"},
    ):
        assert text(client.get(reverse("seller:listing_keep"), bad)) == ""
