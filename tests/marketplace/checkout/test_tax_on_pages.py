"""Amara reads whose tax she pays: an estimate until there is an address, then the real one, wherever it is shown."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banibs.users.models import Address
from marketplace.models import Checkout
from tests import market as scene
from tests.marketplace.pages import text, visitor
from tests.shopping import tell, warm

pytestmark = pytest.mark.django_db
GEORGIA = "Sales tax, Georgia, 4 %, without local tax"


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened()
    scene.sends_to(market.kofi, "EU")
    scene.offer(market.basket, 4_800, "EU")
    scene.credit(market.amara, 20_000, "USD")
    return market


def lives_in(market: scene.Market, country: str, region: str = "") -> None:
    postcode = {"US": "30311", "GB": "BS6 5NP"}.get(country, "10115")
    Address.objects.filter(user=market.amara).update(country=country, region=region, postcode=postcode)


def read(page: str) -> str:
    """The page's words, one space between any two."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_guests_tax_is_an_estimate_and_says_why(market: scene.Market) -> None:
    for language, region, said in (
        ("en-US", "US", "Estimated tax $3.96 Total $56.96 The tax depends on the state it goes to."),
        (
            "de-DE",
            "EU",
            "Estimated tax, included €9.20 Total €53.00 The tax in the price depends on the country",
        ),
    ):
        guest = visitor(language=language)
        guest.post("/cart/add/", {"variant": market.basket.pk, "quantity": 1})
        page = read(text(guest.get("/cart/")))
        assert said in page, region


def test_where_no_address_changes_it_nothing_is_an_estimate(market: scene.Market) -> None:
    guest = visitor()
    guest.post("/cart/add/", {"variant": market.basket.pk, "quantity": 1})
    page = read(text(guest.get("/cart/")))
    assert "VAT, United Kingdom, 20 %, included £8.83" in page
    assert "stimate" not in page


def test_with_an_address_the_real_tax_stands_on_every_page_to_the_receipt(market: scene.Market) -> None:
    lives_in(market, "US", "GA")
    scene.put_in_cart(market.amara, (market.basket, 1), region="US")
    amara = visitor(market.amara, language="en-US")
    for path in ("/cart/", "/checkout/address/", "/checkout/payment/"):
        page = read(text(amara.get(path)))
        assert f"{GEORGIA} $1.92 Total $54.92" in page, path
        assert "Estimated tax" not in page, path
    assert f"{GEORGIA}, to the tax office $1.92" in read(text(amara.get("/checkout/breakdown/")))
    new = read(text(amara.get("/checkout/address/?new=1")))
    assert "Estimated tax $3.96 Total $56.96" in new  # the address that is being written may be anywhere

    form = {
        "address": market.amara.addresses.get().pk,
        "method": "wallet",
        "expected_total": 5_492,
        "key": "k1",
    }
    assert amara.post("/checkout/payment/", form).status_code == 302
    number = Checkout.objects.get().number
    lives_in(market, "US", "NY")
    for path in (
        f"/checkout/done/{number}/",
        f"/account/orders/{number}/",
        f"/account/orders/{number}/receipt/",
    ):
        assert f"{GEORGIA} $1.92" in read(text(amara.get(path))), path
    assert f"{GEORGIA}, to the tax office" in read(text(amara.get(f"/account/orders/{number}/breakdown/")))


def test_the_shop_and_the_emails_say_whose_tax_it_is(market: scene.Market) -> None:
    scene.put_in_cart(market.amara, (market.basket, 1))
    amara = visitor(market.amara)
    form = {
        "address": market.amara.addresses.get().pk,
        "method": "wallet",
        "expected_total": 5_300,
        "key": "k1",
    }
    amara.post("/checkout/payment/", form)
    number = Checkout.objects.get().number
    kofi = read(text(visitor(market.kofi.user).get(f"/seller/orders/{number}-1/")))
    assert "VAT, United Kingdom, 20 %, passed on by BANIBS" in kofi
    tell()
    letters = {letter.to[0]: " ".join(letter.body.split()) for letter in mail.outbox}
    assert "VAT, United Kingdom, 20 %, remitted by BANIBS: £8.83" in letters[market.kofi.user.email]
    assert "VAT, United Kingdom, 20 %, included: £8.83" in letters[market.amara.email]


def test_the_carts_page_asks_once_for_the_address_where_the_tax_depends_on_it(market: scene.Market) -> None:
    scene.put_in_cart(market.amara, (market.basket, 1))
    amara = visitor(market.amara)
    counts = {}
    for region in ("GB", "US", "EU"):
        market.amara.cart.region_id = region
        market.amara.cart.save()
        warm()
        with CaptureQueriesContext(connection) as captured:
            assert amara.get("/cart/").status_code == 200
        counts[region] = len(captured)
    assert counts["US"] == counts["EU"] == counts["GB"] + 1
