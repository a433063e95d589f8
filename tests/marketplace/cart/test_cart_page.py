"""The cart: filling it, changing it, being told what has changed meanwhile."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.cart import contents as carts
from marketplace.models import Cart, CartItem, Coupon, Offer, Variant
from tests import market as scene
from tests.marketplace.pages import HTMX, text, visitor
from tests.shopping import warm

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def add(client: Client, variant: Variant, quantity: object = "1", **more: object) -> object:
    return client.post("/cart/add/", {"variant": variant.pk, "quantity": quantity}, **more)  # type: ignore[arg-type]


def test_an_empty_cart_says_so_and_leads_on(market: scene.Market) -> None:
    for client in (visitor(), visitor(market.amara)):
        page = text(client.get("/cart/"))
        assert "Nothing in your cart yet" in page
        assert "/browse/" in page
    assert not Cart.objects.exists()  # looking makes nothing


def test_a_guest_fills_a_cart_and_pays_for_nothing_yet(market: scene.Market) -> None:
    guest = visitor()
    assert add(guest, market.basket, "2").status_code == 302  # type: ignore[attr-defined]
    add(guest, market.zine)
    page = text(guest.get("/cart/"))
    for words in (
        "Kofi Weaves",
        "Zuri Sounds",
        "£96.00",
        "Delivery £6.00",
        "£109.00",
        "Check out",
        "Cart, 3 items",
    ):
        assert words in page
    assert guest.session[carts.SESSION_COUNT] == 3


def test_adding_again_adds_up(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket, "2")
    add(amara, market.basket, "3")
    assert CartItem.objects.get().quantity == 5


def test_htmx_hears_how_many_there_are(market: scene.Market) -> None:
    guest = visitor()
    answer = add(guest, market.basket, "4", headers=HTMX)
    assert 'id="cart-count" hx-swap-oob="true"' in text(answer)  # type: ignore[arg-type]
    toast = json.loads(answer["HX-Trigger"])["toast"]  # type: ignore[index]
    assert toast == {"text": "Added. Cart, 4 items.", "tone": "ok", "href": "/cart/", "label": "View cart"}


@pytest.mark.parametrize(
    "quantity",
    ["-1", "0", "1e9", "1000000000", "1.5", "1e3", "٣", "", "null", "[]", "true", "101", " ", "1" * 99],
)
def test_a_quantity_that_is_none_is_refused_beside_its_field_and_changes_nothing(
    market: scene.Market, quantity: str
) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket, "2")
    line = CartItem.objects.get()
    for answer in (
        add(amara, market.basket, quantity),
        amara.post(f"/cart/items/{line.pk}/", {"quantity": quantity}),
        add(amara, market.basket, quantity, headers=HTMX),
        amara.post(f"/cart/items/{line.pk}/", {"quantity": quantity}, headers=HTMX),
    ):
        assert answer.status_code in (400, 422)  # type: ignore[attr-defined]
        assert "Quantity must be a whole number from 1 to 100" in text(answer)  # type: ignore[arg-type]
    line.refresh_from_db()
    assert line.quantity == 2


def test_a_refused_quantity_keeps_what_was_typed(market: scene.Market) -> None:
    amara = visitor(market.amara)
    answer = add(amara, market.basket, "11")
    assert answer.status_code == 400  # type: ignore[attr-defined]
    page = text(answer)  # type: ignore[arg-type]
    assert "Only 10 left" in page
    assert 'value="11"' in page
    assert not CartItem.objects.exists()


@pytest.mark.parametrize("variant", ["0", "-1", "x", "999999999", "9" * 40, ""])
def test_a_variant_of_nothing_makes_no_cart(market: scene.Market, variant: str) -> None:
    answer = visitor().post("/cart/add/", {"variant": variant, "quantity": "1"})
    assert answer.status_code == 302
    assert not Cart.objects.exists()


def test_fields_that_nobody_asked_for_change_nothing(market: scene.Market) -> None:
    amara = visitor(market.amara)
    amara.post(
        "/cart/add/",
        {"variant": market.basket.pk, "quantity": "1", "price": "1", "user_id": "1", "seen_amount": "1"},
    )
    line = CartItem.objects.get()
    assert (line.cart.user, line.seen_amount) == (market.amara, 4800)
    assert "£53.00" in text(amara.get("/cart/"))


def test_changing_and_taking_out_and_putting_back(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket, "2")
    line = CartItem.objects.get()
    assert amara.post(f"/cart/items/{line.pk}/", {"quantity": "5"}).status_code == 302
    assert "£240.00" in text(amara.get("/cart/"))
    amara.post(f"/cart/items/{line.pk}/", {"remove": "1"})
    page = text(amara.get("/cart/"))
    assert "Bolga market basket was removed." in page
    assert 'name="quantity" value="5"' in page  # what "Undo" sends
    assert "was taken out" not in text(amara.get("/cart/"))
    add(amara, market.basket, "5")
    assert CartItem.objects.get().quantity == 5


def test_nobody_reaches_into_another_cart(market: scene.Market) -> None:
    add(visitor(market.amara), market.basket)
    line = CartItem.objects.get()
    zuri = visitor(market.zuri.user)
    add(zuri, market.zine)
    for client in (visitor(), zuri):
        for form in ({"quantity": "7"}, {"remove": "1"}):
            assert client.post(f"/cart/items/{line.pk}/", form).status_code == 404
    line.refresh_from_db()
    assert line.quantity == 1


def test_looking_at_the_address_of_a_form_changes_nothing(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket)
    line = CartItem.objects.get()
    for path in (
        "/cart/add/",
        f"/cart/items/{line.pk}/",
        "/cart/coupon/",
        "/cart/seen/",
        "/cart/region/",
        "/region/",
        "/theme/",
    ):
        assert amara.get(path).status_code == 405


def test_a_changed_price_is_pointed_out_until_it_was_read(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket)
    Offer.objects.filter(variant=market.basket, region="GB").update(amount=5200)
    page = text(amara.get("/cart/"))
    assert "Now £52.00 each; it was £48.00" in page
    assert "Check out" not in page
    assert "Continue with the new prices" in text(amara.get("/cart/"))  # looking is not agreeing
    amara.post("/cart/seen/")
    page = text(amara.get("/cart/"))
    assert "it was £48.00" not in page
    assert "Check out" in page


def test_what_sold_out_meanwhile_is_marked_and_not_counted(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.basket, "3")
    add(amara, market.zine)
    Variant.objects.filter(pk=market.basket.pk).update(stock=2)
    page = text(amara.get("/cart/"))
    assert "Only 2 left." in page
    assert "Take 2 instead" in page
    assert 'href="/checkout/address/"' not in page
    assert "£7.00" in page
    Variant.objects.filter(pk=market.basket.pk).update(stock=0)
    assert "Sold out." in text(amara.get("/cart/"))


def test_a_code_takes_something_off_and_can_be_taken_out(market: scene.Market) -> None:
    Coupon.objects.create(code="WELCOME", percent_bps=1000)
    amara = visitor(market.amara)
    add(amara, market.basket)
    amara.post("/cart/coupon/", {"code": " welcome "})
    page = text(amara.get("/cart/"))
    assert "−£4.80" in page
    amara.post("/cart/coupon/", {"remove": "1"})
    assert "−£4.80" not in text(amara.get("/cart/"))


def test_a_code_that_applies_to_nothing_here_says_why(market: scene.Market) -> None:
    Coupon.objects.create(code="ZURI", percent_bps=1000, seller=market.zuri)
    amara = visitor(market.amara)
    add(amara, market.basket)
    amara.post("/cart/coupon/", {"code": "ZURI"})
    assert "Nothing in the cart is what this code is for." in text(amara.get("/cart/"))


def test_guessing_codes_is_slow(market: scene.Market) -> None:
    Coupon.objects.create(code="SECRET", percent_bps=1000)
    guest = visitor()
    add(guest, market.basket)
    for number in range(10):
        answer = guest.post("/cart/coupon/", {"code": f"GUESS{number}"})
        assert answer.status_code == 400
        assert f'value="GUESS{number}"' in text(answer)
    answer = guest.post("/cart/coupon/", {"code": "SECRET"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Wait ten minutes, then try again." in text(answer)
    assert Cart.objects.get().coupon is None


def test_a_guests_cart_joins_the_persons_at_sign_in(market: scene.Market) -> None:
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1))
    guest = visitor()
    add(guest, market.basket, "3")
    add(guest, market.zine, "1")
    form = {"login": "amara@example.com", "password": "a calm indigo river"}
    assert guest.post("/accounts/login/", form).status_code == 302
    rows = {item.variant_id: item.quantity for item in market.amara.cart.items.all()}
    assert rows == {market.basket.pk: 5, market.jar.pk: 1, market.zine.pk: 1}
    assert Cart.objects.count() == 1
    assert carts.SESSION_TOKEN not in guest.session
    assert "Cart, 7 items" in text(guest.get("/cart/"))


def test_a_cart_that_joins_holds_no_more_than_a_cart_may(market: scene.Market) -> None:
    shelf = [scene.listing(market.kofi, f"Thing {number}", stock=None) for number in range(60)]
    scene.put_in_cart(market.amara, *((variant, 60) for variant in shelf[:40]))
    guest = visitor()
    for variant in [*shelf[39:55]]:
        add(guest, variant, "60")
    guest.post("/accounts/login/", {"login": "amara@example.com", "password": "a calm indigo river"})
    items = market.amara.cart.items
    assert items.count() == 50
    assert items.get(variant=shelf[39]).quantity == 100


def test_a_cart_of_another_region_asks_to_be_shown_here(market: scene.Market) -> None:
    scene.put_in_cart(market.amara, (market.basket, 1), region="US")
    amara = visitor(market.amara)
    page = text(amara.get("/cart/"))
    assert "This cart was filled for United States" in page
    assert "$48.00" in page
    amara.post("/cart/region/")
    assert "£48.00" in text(amara.get("/cart/"))


def test_adding_takes_the_cart_along_and_names_what_is_left_behind(market: scene.Market) -> None:
    only_us = scene.listing(market.kofi, "Quilt", sold_in=("US",))
    scene.put_in_cart(market.amara, (only_us, 1), region="US")
    amara = visitor(market.amara)
    answer = add(amara, market.basket, headers=HTMX)
    toast = json.loads(answer["HX-Trigger"])["toast"]  # type: ignore[index]
    assert toast["tone"] == "warn"
    assert "Not sold in United Kingdom: Quilt." in toast["text"]
    page = text(amara.get("/cart/"))
    assert "Not sold in United Kingdom. It is not counted" in page
    assert CartItem.objects.count() == 2


def test_adding_takes_three_statements_beside_who_asks(market: scene.Market) -> None:
    amara = visitor(market.amara)
    add(amara, market.jar)
    warm()
    with CaptureQueriesContext(connection) as statements:
        add(amara, market.basket)
    assert len([one for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]) == 4


def test_the_token_of_a_cart_that_became_somebodys_opens_a_new_one(market: scene.Market) -> None:
    guest = visitor()
    add(guest, market.basket)
    Cart.objects.update(user=market.amara)  # she signed in in another tab

    add(guest, market.jar)

    hers, theirs = Cart.objects.order_by("id")
    assert hers.items.get().variant == market.basket
    assert (theirs.user, theirs.items.get().variant) == (None, market.jar)
    assert guest.session[carts.SESSION_TOKEN] == theirs.token


def test_the_cart_is_the_next_stop_after_adding_and_the_checkout_stands_beside_the_title(
    market: scene.Market,
) -> None:
    client = visitor(market.amara)
    added = client.post(
        "/cart/add/",
        {"variant": market.basket.pk, "quantity": "1"},
        headers=HTMX | {"HX-Target": "buy-error"},
    )
    assert '<a href="/cart/">View cart</a>' in added.content.decode()
    page = text(client.get("/cart/"))
    beside = page.partition('id="cart-heading"')[2].partition("<section")[0]
    assert 'href="/checkout/address/"' in beside
    Offer.objects.filter(variant=market.basket).update(amount=1)
    changed = text(client.get("/cart/"))
    assert (
        'href="/checkout/address/"' not in changed.partition('id="cart-heading"')[2].partition("<section")[0]
    )
