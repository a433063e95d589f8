"""The ways to the card pages, and what an order that waits for its money shows."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from banibs.core import clock
from marketplace.models import Checkout
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def browsing(market: scene.Market) -> Client:
    client = Client()
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    return client


def placed(market: scene.Market) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None).payment


def test_an_unpaid_order_leads_to_its_till_from_its_page_and_the_list(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    assert payment.checkout is not None
    number = payment.checkout.number
    for path in (f"/account/orders/{number}/", "/account/orders/"):
        page = browsing(market).get(path).content.decode()
        assert f"/checkout/pay/{number}/" in page, path
        assert "Waiting for payment" in page, path

    local_stripe.pay(open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT).stripe_id or "")
    local_stripe.deliver()
    for path in (f"/account/orders/{number}/", "/account/orders/"):
        assert f"/checkout/pay/{number}/" not in browsing(market).get(path).content.decode(), path


def test_a_short_wallet_leads_to_a_top_up_of_what_is_missing(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=3_000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    page = browsing(market).get("/checkout/payment/").content.decode()
    assert "/account/wallet/top-up/?other=23.00&amp;next=/checkout/payment/" in page
    assert "Top up £23.00" in page


def test_menus_lead_to_saved_cards_top_up_and_getting_paid(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    wallet = browsing(market).get("/account/wallet/").content.decode()
    assert "/account/cards/" in wallet
    assert "/account/wallet/top-up/" in wallet
    desk = Client()
    desk.force_login(market.kofi.user)
    assert "/seller/bank/" in desk.get("/seller/").content.decode()


def test_the_breakdown_shows_the_estimate_and_the_real_fee_and_who_bears_it(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    assert payment.checkout is not None
    local_stripe.control("settings", {"fee_bps": 400, "fee_fixed": 30})
    address = f"/account/orders/{payment.checkout.number}/breakdown/"
    local_stripe.pay(open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT).stripe_id or "")
    before = browsing(market).get(address).content.decode()
    assert "The card fee is an estimate that Kofi Weaves bears" in before
    local_stripe.deliver()
    after = browsing(market).get(address).content.decode()
    assert "Stripe really took £2.42 for the card. Kofi Weaves was charged £1.74" in after
    assert "BANIBS bears the other £0.68." in after
    local_stripe.control("settings", {"fee_bps": 290, "fee_fixed": 30})


def test_a_top_up_says_its_limits_and_its_currency(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    page = browsing(market).get("/account/wallet/top-up/").content.decode()
    assert "Between £5.00 and £1,000.00 at a time" in page
    assert "In GBP, for example 25.50" in page
    for typed in ("4.99", "1000.01", "ten", "-5", "1e3"):
        answer = browsing(market).post("/account/wallet/top-up/", {"other": typed})
        assert answer.status_code == 400, typed
        assert f'value="{typed}"' in answer.content.decode()
    assert not Payment.objects.exists()


def test_a_waiting_order_offers_only_the_ways_that_could_pay_it(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    assert payment.checkout is not None
    path = f"/checkout/pay/{payment.checkout.number}/"
    for held, ways in (
        (0, {"stripe_checkout"}),
        (3_000, {"stripe_checkout", "wallet_and_card"}),
        (9_000, {"stripe_checkout", "wallet"}),
    ):
        if held > market.wallet():
            scene.credit(market.amara, held - market.wallet())
        page = browsing(market).get(path).content.decode()
        assert set(re.findall(r'name="method" value="(\w+)"', page)) == ways
        assert (f"next={path}" in page) == (held < 5_300), "a short wallet leads to a top-up, and back"


def test_what_the_makers_receive_depends_on_how_it_is_paid(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=9_000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    amara = browsing(market)
    wallet, card = (
        amara.get(f"/checkout/payment/?method={way}").content.decode() for way in ("wallet", "card")
    )
    assert "The card costs the makers" not in wallet
    assert "the makers receive £38.43" in card
    assert "The card costs the makers £1.74" in card
    assert "£38.43" in amara.get("/checkout/breakdown/?method=card").content.decode()
    for unknown in ("", "?method=gold", "?method=wallet"):
        assert "Card processing" not in amara.get(f"/checkout/breakdown/{unknown}").content.decode()


def test_a_look_after_the_half_hour_sets_nothing_aside(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=3_000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    ).payment
    assert payment.checkout is not None
    Checkout.objects.update(expires_at=clock.now())

    for page in (
        browsing(market).get(f"/checkout/pay/{payment.checkout.number}/"),
        browsing(market).post(f"/checkout/pay/{payment.checkout.number}/", {"method": "card"}),
    ):
        assert page.status_code == 410
        assert "This order has expired" in page.content.decode()
    assert not Intent.objects.exists(), "Stripe is asked for nothing that is over"
