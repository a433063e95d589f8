"""A shop cannot buy from itself, by whatever door: money would go in a circle, and the books would call it a sale."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from banibs.developers import keys
from banibs.users.models import User
from marketplace.cart import contents as carts
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import CartItem, Order, Variant
from marketplace.regions import lookup as regions
from payments.charges import purchase
from tests import market as scene
from tests.marketplace.pages import HTMX, page_of, text, visitor
from tests.people import PASSWORD
from wallet import ledger

pytestmark = pytest.mark.django_db
SAID = "A shop cannot buy from itself"
AsPerson = Callable[[User], APIClient]


@pytest.fixture
def market() -> scene.Market:
    """Kofi has money and an address: he could pay for his own basket."""
    here = scene.opened()
    scene.credit(here.kofi.user, 50_000)
    scene.address(here.kofi.user)
    return here


@pytest.fixture
def program(market: scene.Market) -> APIClient:
    """A program of Kofi's that may do everything."""
    _row, key = keys.create(market.kofi.user, name="his", scopes=["*"])
    caller = APIClient()
    caller.default_format = "json"
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return caller


def money(market: scene.Market) -> tuple[int, int]:
    """What Kofi holds as a buyer and as a shop."""
    user = market.kofi.user.pk
    return (
        ledger.balance(f"user:{user}:wallet", "GBP").amount,
        ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP").amount,
    )


def smuggled(market: scene.Market, *variants: Variant) -> None:
    """A cart of Kofi's with these in it, by whatever way they came: from before the rule, or from a guest's cart."""
    cart = carts.open_for(user_id=market.kofi.user.pk, place=regions.place("GB"))
    CartItem.objects.bulk_create(CartItem(cart=cart, variant=one, quantity=1) for one in variants)


def nothing_moved(market: scene.Market) -> bool:
    market.basket.refresh_from_db()
    return money(market) == (50_000, 0) and not Order.objects.exists() and market.basket.stock == 10


def test_what_is_ones_own_does_not_go_into_the_cart_and_the_page_says_why(market: scene.Market) -> None:
    kofi = visitor(market.kofi.user)
    plain = kofi.post("/cart/add/", {"variant": market.basket.pk, "quantity": "3"})
    assert plain.status_code == 400
    assert SAID in text(plain)
    assert 'value="3"' in text(plain)
    quick = kofi.post("/cart/add/", {"variant": market.basket.pk, "quantity": "1"}, headers=HTMX)
    assert quick.status_code == 422
    assert SAID in text(quick)
    assert not CartItem.objects.exists()
    assert kofi.post("/cart/add/", {"variant": market.jar.pk, "quantity": "1"}).status_code == 302


def test_a_program_is_refused_at_the_cart_and_at_the_checkout(
    market: scene.Market, program: APIClient
) -> None:
    added = program.post("/api/v1/cart/items/", {"variant": market.basket.pk, "quantity": 1})
    assert (added.status_code, added.json()["error"]["code"]) == (403, "self_purchase_not_allowed")

    smuggled(market, market.basket, market.jar)
    rows = program.get("/api/v1/cart/").json()
    assert SAID not in str(rows)
    problems = [line["problem"] for line in rows["items"]]
    assert sorted(map(str, problems)) == ["None", "self_purchase_not_allowed"]
    bought = program.post(
        "/api/v1/checkouts/",
        {"address": market.kofi.user.addresses.get().pk, "payment_method": "wallet"},
        headers={"Idempotency-Key": "own"},
    )
    assert (bought.status_code, bought.json()["error"]["code"]) == (403, "self_purchase_not_allowed")
    assert "Bolga market basket" in bought.json()["error"]["message"]
    assert nothing_moved(market)


@pytest.mark.parametrize("method", ["wallet", "card", "wallet_and_card", "stripe_checkout"])
def test_no_way_to_pay_buys_it(market: scene.Market, method: str) -> None:
    smuggled(market, market.basket)
    address = market.kofi.user.addresses.get().snapshot()
    with pytest.raises(CheckoutRefusal) as refusal, transaction.atomic():
        purchase.buy(user=market.kofi.user, address=address, method=method, expected_total=None)
    assert refusal.value.code == "self_purchase_not_allowed"
    assert nothing_moved(market)


def test_a_guests_cart_that_becomes_the_sellers_says_what_has_to_go(market: scene.Market) -> None:
    browser = visitor()
    browser.post("/cart/add/", {"variant": market.basket.pk, "quantity": "1"})
    browser.post("/cart/add/", {"variant": market.jar.pk, "quantity": "1"})
    assert SAID not in text(browser.get("/cart/"))
    browser.post("/accounts/login/", {"login": market.kofi.user.email, "password": PASSWORD})

    cart = text(browser.get("/cart/"))
    assert SAID in cart
    assert "£14.00" in cart
    assert SAID in text(browser.get("/checkout/address/"))
    line = CartItem.objects.get(variant=market.basket)
    browser.post(f"/cart/items/{line.pk}/", {"remove": "1"})
    assert SAID not in text(browser.get("/cart/"))
    assert nothing_moved(market)


def test_the_page_of_payment_refuses_it(market: scene.Market) -> None:
    smuggled(market, market.basket)
    kofi = visitor(market.kofi.user)
    answer = kofi.post(
        "/checkout/payment/",
        {
            "method": "wallet",
            "address": market.kofi.user.addresses.get().pk,
            "expected_total": "5300",
            "key": "one-key-of-a-page",
        },
    )
    assert answer.status_code == 403
    assert SAID in text(answer)
    assert nothing_moved(market)


def test_others_buy_it_as_before(market: scene.Market) -> None:
    assert SAID not in text(visitor(market.amara).get(page_of(market.basket)))
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)
    assert Order.objects.get().status == "paid"
