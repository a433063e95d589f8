"""Amara buys from Kofi and Zuri with one payment from her wallet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Order
from payments.charges import purchase
from payments.models import Payment
from tests import market as scene
from tests.shopping import warm
from wallet import ledger

pytestmark = pytest.mark.django_db


def buy(market: scene.Market, expected_total: int | None = None) -> purchase.Bought:
    address = market.amara.addresses.get()
    return purchase.buy(
        user=market.amara, address=address.snapshot(), method="wallet", expected_total=expected_total
    )


def test_one_payment_makes_an_order_for_each_seller_and_every_cent_has_a_place() -> None:
    market = scene.opened(wallet=20_000)
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1), (market.zine, 1))

    bought = buy(market, expected_total=12_800)

    checkout = bought.placed.checkout
    kofis, zuris = checkout.orders.order_by("number")
    assert (kofis.seller, zuris.seller) == (market.kofi, market.zuri)
    # two baskets at 48.00, delivery 4.00 + 2 × 1.00, VAT inside at 20 %
    assert (kofis.total, kofis.shipping, kofis.tax) == (10_200, 600, 1_700)
    assert (kofis.marketplace_fee, kofis.seller_net) == (800, 7_700)  # 10 % of 80.00 without VAT
    # a jar (10 %) and a zine (12 %), delivery 4.00 + 1.00
    assert (zuris.total, zuris.tax) == (2_600, 233 + 117 + 83)
    assert (zuris.marketplace_fee, zuris.seller_net) == (117 + 70, 1_167 - 117 + 583 - 70 + 417)
    assert market.wallet() == 20_000 - 12_800
    assert ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP").amount == 7_700 == kofis.held
    assert ledger.balance("platform:revenue_deferred", "GBP").amount == 800 + 187
    assert ledger.balance("platform:tax:GB", "GBP").amount == 1_700 + 433
    assert {kofis.status, zuris.status} == {Order.Status.PAID}
    assert bought.payment.status == Payment.Status.SUCCEEDED
    market.basket.refresh_from_db()
    assert market.basket.stock == 8
    assert not market.amara.cart.items.exists()


@pytest.mark.parametrize("lines", [1, 8, 40])
def test_a_purchase_costs_the_same_number_of_statements_however_large(lines: int) -> None:
    market = scene.opened(wallet=1_000_000)
    shelf = [scene.listing(market.kofi, f"Thing {n}") for n in range(lines)]
    scene.put_in_cart(market.amara, (market.zine, 1), *((variant, 1) for variant in shelf))
    address = market.amara.addresses.get().snapshot()

    warm()
    with CaptureQueriesContext(connection) as statements:
        purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)

    assert len([one for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]) == 18


@pytest.mark.django_db(transaction=True)
def test_too_little_in_the_wallet_moves_nothing_and_says_how_much_is_missing() -> None:
    market = scene.opened(wallet=5_000)
    scene.put_in_cart(market.amara, (market.basket, 1))

    with pytest.raises(CheckoutRefusal) as refusal:
        buy(market)

    assert refusal.value.code == "insufficient_funds"
    assert refusal.value.data["missing"].amount == 300
    assert not Checkout.objects.exists()
    assert market.wallet() == 5_000
    market.basket.refresh_from_db()
    assert market.basket.stock == 10
    assert market.amara.cart.items.count() == 1
