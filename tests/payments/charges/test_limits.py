"""A card takes no pennies: an order below Stripe's minimum is never placed for a card that could not pay it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from banibs.core import audit
from banibs.core.money import MAX_AMOUNT
from banibs.core.ui.forms import MoneyField
from marketplace import policy as marketplace_policy
from marketplace.api.listing_serializers import PriceRequest
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Offer, ShippingRate
from payments import policy
from payments.charges import change_method, limits, purchase
from payments.models import Method
from tests import market as scene

pytestmark = pytest.mark.django_db(transaction=True)


def with_a_sticker(*, price: int, wallet: int) -> scene.Market:
    """A file for 20 pence, say, lies in Amara's cart."""
    market = scene.opened(wallet=wallet)
    sticker = scene.listing(market.zuri, "A sticker", price=price, stock=None, kind="digital")
    scene.put_in_cart(market.amara, (sticker, 1))
    return market


def buy(market: scene.Market, method: str) -> purchase.Bought:
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None)


@pytest.mark.parametrize("method", [Method.CARD, Method.STRIPE_CHECKOUT, Method.WALLET_AND_CARD])
def test_less_than_a_card_takes_is_refused_and_nothing_is_placed(method: str) -> None:
    market = with_a_sticker(price=20, wallet=5)
    with pytest.raises(CheckoutRefusal) as refusal:
        buy(market, method)
    assert refusal.value.code == "payment_method_unavailable"
    assert refusal.value.message == "A card takes £0.30 or more"
    assert not Checkout.objects.exists()
    assert market.amara.cart.items.count() == 1
    assert market.wallet() == 5


def test_the_till_offers_the_wallet_alone() -> None:
    market = with_a_sticker(price=20, wallet=100)
    amara = Client()
    amara.force_login(market.amara)
    amara.cookies["region"] = "GB"
    page = amara.get("/checkout/payment/")
    assert [choice.method for choice in page.context["choices"]] == [Method.WALLET]


def test_thirty_pence_are_enough() -> None:
    market = with_a_sticker(price=limits.card_minimum("GBP"), wallet=0)
    payment = buy(market, Method.CARD).payment
    assert payment.card_part == 30


def test_a_small_order_is_not_turned_over_to_a_card_later() -> None:
    market = with_a_sticker(price=limits.card_minimum("GBP"), wallet=0)
    payment = buy(market, Method.CARD).payment
    type(payment).objects.filter(pk=payment.pk).update(amount=29, card_part=29)
    with pytest.raises(CheckoutRefusal):
        change_method.check_offered(payment.pk, Method.STRIPE_CHECKOUT)
    change_method.check_offered(payment.pk, Method.WALLET)


# And no fortunes ---------------------------------------------------------------------------------------------

TOO_MUCH = policy.CARD_MAXIMUM + 1


@pytest.mark.parametrize("method", [Method.CARD, Method.STRIPE_CHECKOUT, Method.WALLET_AND_CARD])
def test_more_than_a_card_takes_is_refused_and_nothing_is_placed(method: str) -> None:
    market = with_a_sticker(price=TOO_MUCH, wallet=0)
    with pytest.raises(CheckoutRefusal) as refusal:
        buy(market, method)
    assert refusal.value.code == "payment_method_unavailable"
    assert refusal.value.message.startswith("A card takes £999,999.99 at most")
    assert not Checkout.objects.exists()
    assert market.amara.cart.items.count() == 1


def test_the_wallets_part_brings_a_fortune_within_what_a_card_takes() -> None:
    market = with_a_sticker(price=TOO_MUCH, wallet=100)
    assert buy(market, Method.WALLET_AND_CARD).payment.card_part == policy.CARD_MAXIMUM - 99


def test_a_fortune_is_offered_to_the_wallet_alone() -> None:
    market = with_a_sticker(price=TOO_MUCH, wallet=100)
    amara = Client()
    amara.force_login(market.amara)
    amara.cookies["region"] = "GB"
    page = amara.get("/checkout/payment/")
    assert [choice.method for choice in page.context["choices"]] == [Method.WALLET]


def test_a_fortune_is_not_turned_over_to_a_card_later() -> None:
    market = with_a_sticker(price=TOO_MUCH, wallet=100)
    payment = buy(market, Method.WALLET_AND_CARD).payment
    with pytest.raises(CheckoutRefusal, match="at most"):
        change_method.check_offered(payment.pk, Method.CARD)
    change_method.check_offered(payment.pk, Method.WALLET_AND_CARD)


def test_no_offer_is_dearer_than_a_full_cart_can_be_booked() -> None:
    market = scene.opened()
    with pytest.raises(IntegrityError, match="offer_amount_within"), transaction.atomic():
        Offer.objects.filter(variant=market.basket).update(amount=marketplace_policy.PRICE_MOST + 1)
    fullest = (
        marketplace_policy.PRICE_MOST * marketplace_policy.CART_LINE_MOST * marketplace_policy.CART_MOST_LINES
    )
    assert fullest * 2 < MAX_AMOUNT  # with the highest tax, too


def test_the_dearest_cart_that_there_can_be_is_shown_bought_and_added_up() -> None:
    most = marketplace_policy.PRICE_MOST
    market = scene.opened(wallet=0)
    ShippingRate.objects.update(flat=most, per_item=most)
    shops, full = (market.kofi, market.zuri), marketplace_policy.CART_LINE_MOST
    things = [
        scene.listing(shops[number % 2], f"Crown {number}", price=most, stock=full)
        for number in range(marketplace_policy.CART_MOST_LINES)
    ]
    scene.put_in_cart(market.amara, *((thing, full) for thing in things))
    for _ in range(2):
        scene.credit(market.amara, MAX_AMOUNT // 4)
    amara = Client()
    amara.force_login(market.amara)
    amara.cookies["region"] = "GB"
    for path in ("/cart/", "/checkout/payment/"):
        assert amara.get(path).status_code == 200

    assert buy(market, Method.WALLET).payment.status == "succeeded"

    kofi = Client()
    kofi.force_login(market.kofi.user)
    for visitor, paths in (
        (amara, ("/account/", "/account/orders/", "/account/wallet/")),
        (kofi, ("/seller/", "/seller/orders/", "/seller/orders/sales.csv")),
    ):
        for path in paths:
            answer = visitor.get(path)
            assert answer.status_code == 200, path
            assert answer.getvalue()
    assert [one.check.name for one in audit.run(audit.checks()) if not one.holds] == []


@pytest.mark.parametrize("price", ["1000000000.01", "90071992547409.92", "9" * 400], ids=len)
def test_a_price_beyond_is_refused_beside_its_field_on_the_page(price: str) -> None:
    field = MoneyField(most=marketplace_policy.PRICE_MOST, currency="GBP")
    with pytest.raises(ValidationError):
        field.clean(price)
    assert field.clean("1000000000.00").amount == marketplace_policy.PRICE_MOST


@pytest.mark.parametrize("price", [10**11 + 1, 2**53, 2**63, 10**400], ids=int.bit_length)
def test_a_price_beyond_is_refused_beside_its_field_in_the_api(price: int) -> None:
    asked = PriceRequest(data={"region": "GB", "amount": price})
    assert not asked.is_valid()
    assert list(asked.errors) == ["amount"]
