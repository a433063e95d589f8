"""One rule says which coupon counts: when it is typed into a cart, when the cart is priced, and when it is redeemed."""

import datetime as dt
from typing import Any

import pytest

from banibs.core import clock, events
from banibs.core.clock import Now
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.checkout.place_order import Buyer, place_order
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Cart, Checkout, Coupon, CouponRedemption
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from tests import market as scene

HALF_AN_HOUR = dt.timedelta(minutes=30)
pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def coupon(**terms: Any) -> Coupon:
    return Coupon.objects.create(
        code="WARM10", **{"percent_bps": 1000, "starts_at": clock.now() - DAY, **terms}
    )


def filled() -> tuple[scene.Market, Cart]:
    market = scene.opened()
    return market, scene.put_in_cart(market.amara, (market.basket, 1))


def buy(market: scene.Market) -> Checkout:
    person = market.amara
    buyer = Buyer(person.pk, person.name, person.email, True, person.addresses.get().snapshot())
    return place_order(
        buyer=buyer, tender=Tender(), expected_total=None, pay_within=HALF_AN_HOUR, actor=events.SYSTEM
    ).checkout


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"active": False}, "coupon_invalid"),
        ({"starts_at": Now() + DAY}, "coupon_invalid"),
        ({"ends_at": Now()}, "coupon_invalid"),
        ({"region_id": "US"}, "coupon_invalid"),
        ({"limit": 1, "used": 1}, "coupon_exhausted"),
    ],
)
def test_a_coupon_that_does_not_count_is_not_taken_into_the_cart(terms: dict[str, Any], code: str) -> None:
    _market, cart = filled()
    coupon(**terms)

    with pytest.raises(CartRefusal) as refusal:
        coupons.apply_coupon(cart, " warm10 ")

    assert (refusal.value.code, refusal.value.field) == (code, "code")
    assert Cart.objects.get().coupon is None


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"starts_at": Now() + DAY}, {"ends_at": Now()}, {"limit": 1, "used": 1}],
)
def test_a_coupon_that_stopped_counting_is_not_redeemed(change: dict[str, Any]) -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon().code)
    Coupon.objects.update(**change)
    used = Coupon.objects.get().used

    with pytest.raises(CheckoutRefusal) as refusal:
        buy(market)

    assert refusal.value.code == "coupon_exhausted"
    assert (Coupon.objects.get().used, CouponRedemption.objects.count()) == (used, 0)


def test_a_coupon_of_another_region_takes_nothing_off_and_is_not_redeemed() -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon(region_id="GB").code)
    carts.change_region(cart, "US")

    assert (
        carts.contents(carts.find(user_id=market.amara.pk, token=None), regions.place("US")).discount()
        is None
    )
    carts.change_region(cart, "GB")
    assert buy(market).coupon is not None


def test_a_coupon_given_back_can_be_redeemed_again() -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon(limit=1).code)
    checkout = buy(market)
    assert Coupon.objects.get().used == 1

    coupons.give_coupon_back(checkout)
    coupons.give_coupon_back(checkout)

    assert Coupon.objects.get().used == 0
    assert coupons.apply_coupon(cart, "WARM10").code == "WARM10"
