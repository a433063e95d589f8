"""The walk of docs "Money" about disputes, on the rows: two shops, one paid out and one not; won, withdrawn again, lost."""

from __future__ import annotations

import pytest

from marketplace.models import Coupon, Order, ShippingRate
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import DisputeRound, DisputeShare, Intent, Method
from tests import market as scene
from tests.payments.disputes.scenes import (
    KOFI_NET,
    PLATFORM,
    ZURI_NET,
    Bank,
    books,
    clears,
    orders,
    paid,
    pays_out,
    purse,
    sends,
    takes_in,
    two_shops,
)
from tests.stripe import LocalStripe
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_shops_won_withdrawn_again_lost_and_given_back_to_the_unit(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    kofis, zuris = orders(row)
    assert (kofis.seller_net, kofis.tax, kofis.marketplace_fee, kofis.processing_fee) == (
        4_313,
        1_000,
        500,
        187,
    )
    assert (zuris.seller_net, zuris.tax, zuris.marketplace_fee, zuris.processing_fee) == (2_156, 500, 250, 94)
    sends(kofis)
    clears(kofis)
    pays_out(market.kofi, KOFI_NET)
    sends(zuris)
    clearing_before = books("stripe:clearing")

    bank = Bank(row)
    takes_in(bank.takes(fee=1_500))
    assert purse(market.kofi) == (0, -5_313, 4_313)
    assert purse(market.zuri) == (0, -500, 2_156)
    assert (books("stripe:disputes"), books("stripe:clearing")) == (-9_000, clearing_before + 10_500)
    assert [order.held for order in orders(row)] == [0, 0]
    assert [order.dispute for order in orders(row)] == ["open", "open"]
    assert [order.refunded for order in orders(row)] == [6_000, 3_000]

    won = takes_in(bank.gives_back())
    assert purse(market.kofi) == (0, -1_000, 0)
    assert purse(market.zuri) == (ZURI_NET, -500, 0)
    assert (won.state, books("stripe:disputes")) == ("won", 0)
    assert [order.held for order in orders(row)] == [0, ZURI_NET]
    assert [order.dispute for order in orders(row)] == ["won", "won"]
    assert [order.refunded for order in orders(row)] == [0, 0]
    clears(zuris)
    assert purse(market.zuri) == (0, 1_656, 0)
    pays_out(market.zuri, 1_656)

    takes_in(bank.takes())
    assert purse(market.kofi) == (0, -5_313, 4_313)
    assert purse(market.zuri) == (0, -2_156, 2_156)

    before = {code: books(code) for code in PLATFORM}
    lost = takes_in(bank.says("lost"))
    assert {code: books(code) - before[code] for code in PLATFORM} == {
        "platform:revenue": -750,
        "platform:revenue_deferred": 0,
        "platform:tax:GB": -1_500,
        "platform:processing": -281,
    }
    assert (lost.state, books("stripe:disputes")) == ("lost", 0)
    assert purse(market.kofi) == (0, -5_313, 0)
    assert purse(market.zuri) == (0, -2_156, 0)
    assert [(order.status, order.dispute) for order in orders(row)] == [("refunded", "lost")] * 2

    back = takes_in(bank.gives_back())
    assert back.state == "reinstated"
    assert purse(market.kofi) == (0, -1_000, 0)
    assert purse(market.zuri) == (0, 0, 0)
    assert {code: books(code) - before[code] for code in PLATFORM} == dict.fromkeys(PLATFORM, 0)
    assert [(order.status, order.dispute) for order in orders(row)] == [("refunded", "won")] * 2
    assert books("stripe:clearing") == clearing_before + 1_500
    assert list(DisputeRound.objects.order_by("pk").values_list("state", "fee")) == [
        ("won", 1_500),
        ("reinstated", 0),
    ]


def test_a_half_by_card_is_disputed_and_the_other_half_clears(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=3_000)
    market.basket.offers.update(amount=6_000)
    ShippingRate.objects.filter(seller=market.kofi).update(flat=500)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    cart.coupon = Coupon.objects.create(code="WELCOME", percent_bps=1_000)
    cart.save()
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    )
    row = open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    order = Order.objects.get()
    assert (order.total, order.seller_net, order.held, order.fee_deferred) == (6_000, 4_893, 4_893, 500)

    bank = Bank(row, amount=3_000)
    takes_in(bank.takes())
    share = DisputeShare.objects.get()
    assert (share.amount, share.tax, share.fee, share.promotion, share.processing, share.net) == (
        3_000, 500, 250, 250, 54, 2_446,
    )  # fmt: skip
    assert share.from_held == 2_446
    order.refresh_from_db()
    assert (order.held, order.fee_deferred, order.refunded) == (2_447, 500, 3_000)
    assert purse(market.kofi) == (2_447, 0, 2_446)

    before = {code: books(code) for code in (*PLATFORM, "platform:promotions")}
    takes_in(bank.says("lost"))
    assert {code: books(code) - before[code] for code in before} == {
        "platform:revenue": 0,
        "platform:revenue_deferred": -250,
        "platform:tax:GB": -500,
        "platform:processing": -54,
        "platform:promotions": 250,
    }
    order.refresh_from_db()
    assert (order.status, order.dispute, order.fee_deferred) == ("paid", "lost", 250)
    assert (books("stripe:disputes"), purse(market.kofi)) == (0, (2_447, 0, 0))

    sends(order)
    clears(order)
    assert purse(market.kofi) == (0, 2_447, 0)
    kinds = Movement.objects.filter(kind__startswith="dispute").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["dispute_opened", "dispute_lost"]
