"""What the shelf holds when Amara presses "Pay": the refusal names the line and what is left, and nothing is placed."""

from __future__ import annotations

import datetime as dt

import pytest

from banibs.core import clock, events
from marketplace.cart import contents as carts
from marketplace.checkout import place_order as checkouts
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Variant
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from tests import market as scene

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = dt.timedelta(minutes=30)


def place(market: scene.Market) -> Checkout:
    person = market.amara
    buyer = checkouts.Buyer(person.pk, person.name, person.email, True, person.addresses.get().snapshot())
    return checkouts.place_order(
        buyer=buyer, tender=Tender(), expected_total=None, pay_within=HALF_AN_HOUR, actor=events.SYSTEM
    ).checkout


def refused(market: scene.Market) -> CheckoutRefusal:
    with pytest.raises(CheckoutRefusal) as refusal:
        place(market)
    assert not Checkout.objects.exists()
    assert market.amara.cart.items.exists()
    return refusal.value


@pytest.mark.parametrize("left", [0, 1])
def test_fewer_than_she_wants(left: int) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 2))
    Variant.objects.filter(pk=market.basket.pk).update(stock=left)
    why = refused(market)
    assert (why.code, why.data["variant"], why.data["left"]) == ("out_of_stock", market.basket.pk, left)


def test_what_is_sold_here_no_more_is_not_left_out_in_silence() -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1), (market.zine, 1))
    market.basket.offers.filter(region_id="GB").delete()
    why = refused(market)
    assert (why.code, why.data["variant"]) == ("not_sold_here", market.basket.pk)


def test_what_its_shop_took_off_the_shelf_a_moment_ago_has_none_left() -> None:
    market = scene.opened()
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    contents = carts.contents(cart, regions.place("GB"))
    number = market.basket.pk
    market.basket.delete()
    with pytest.raises(CheckoutRefusal) as refusal:
        checkouts.take_stock({number: 1}, contents)
    assert (refusal.value.code, refusal.value.data["left"]) == ("out_of_stock", 0)


def test_stock_is_kept_for_as_long_as_the_caller_says() -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    checkout = place(market)
    checkout.refresh_from_db()
    left = checkout.expires_at - clock.now()
    assert dt.timedelta(minutes=29) < left <= HALF_AN_HOUR
