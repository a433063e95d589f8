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


def shown(market: scene.Market) -> carts.Contents:
    cart = carts.find(user_id=market.amara.pk, token=None)
    assert cart is not None
    return carts.contents(cart, regions.place(cart.region_id)).sent_to(
        market.amara.addresses.get().snapshot()
    )


def buy(market: scene.Market, expected_total: int | None = None) -> Checkout:
    person = market.amara
    buyer = Buyer(person.pk, person.name, person.email, True, person.addresses.get().snapshot())
    return place_order(
        buyer=buyer,
        tender=Tender(),
        expected_total=expected_total,
        pay_within=HALF_AN_HOUR,
        actor=events.SYSTEM,
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


STOPPED = [
    ({"active": False}, "switched_off", "coupon_invalid"),
    ({"starts_at": Now() + DAY}, "not_begun", "coupon_invalid"),
    ({"ends_at": Now()}, "ended", "coupon_invalid"),
    ({"limit": 1, "used": 1}, "used_up", "coupon_exhausted"),
]


@pytest.mark.parametrize(("change", "problem", "code"), STOPPED)
def test_a_coupon_that_stopped_counting_is_not_in_the_total_and_not_redeemed(
    change: dict[str, Any], problem: str, code: str
) -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon().code)
    lowered = shown(market).quote(Tender()).total
    Coupon.objects.update(**change)
    used = Coupon.objects.get().used
    now = shown(market)

    assert (now.coupon_problem, now.discount()) == (problem, None)
    assert now.quote(Tender()).total > lowered
    for expected_total in (lowered, None):
        with pytest.raises(CheckoutRefusal) as refusal:
            buy(market, expected_total)
        assert refusal.value.code == code
    assert (Coupon.objects.get().used, CouponRedemption.objects.count()) == (used, 0)

    placed = buy(market, now.quote(Tender()).total)  # the buyer saw the total without it

    assert (placed.discount, placed.coupon) == (0, None)
    assert (Coupon.objects.get().used, CouponRedemption.objects.count()) == (used, 0)


@pytest.mark.parametrize(("change", "problem", "code"), STOPPED)
def test_a_coupon_that_stops_counting_between_the_price_and_the_order_is_not_redeemed(
    change: dict[str, Any], problem: str, code: str
) -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon().code)
    placed = buy(market)
    coupons.give_coupon_back(placed)
    Coupon.objects.update(**change)
    used = Coupon.objects.get().used

    with pytest.raises(CartRefusal) as refusal:
        coupons.redeem_coupon(placed, Coupon.objects.get().pk)

    assert refusal.value.code == code, problem
    assert (Coupon.objects.get().used, CouponRedemption.objects.count()) == (used, 0)


def test_a_code_held_by_ones_own_waiting_order_says_which() -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon(limit=1).code)
    waiting = buy(market)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))

    with pytest.raises(CartRefusal) as refusal:
        coupons.apply_coupon(cart, "WARM10")

    assert refusal.value.code == "coupon_exhausted"
    assert waiting.number in refusal.value.message
    of_kofi = coupons.standing(Coupon.objects.get().pk, region="GB", user_id=market.kofi.pk)
    assert of_kofi is not None
    assert of_kofi.problem == "used_up"


def test_a_coupon_of_another_region_takes_nothing_off_and_is_not_redeemed() -> None:
    market, cart = filled()
    coupons.apply_coupon(cart, coupon(region_id="GB").code)
    carts.change_region(cart, "US")

    assert (shown(market).discount(), shown(market).coupon_problem) == (None, "another_region")
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
