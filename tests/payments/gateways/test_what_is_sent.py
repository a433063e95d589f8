"""What Stripe is told of a payment besides the money: for the card's statement, the Dashboard, and a receipt if wanted."""

from __future__ import annotations

import re

import pytest
import requests
from pytest_django import Settings

from banibs.core.money import Money
from payments.charges import purchase, stripe_checkout, top_ups
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def test_the_order_stands_on_the_statement_and_at_the_dashboard(local_stripe: LocalStripe) -> None:
    payment = placed(scene.opened(wallet=0))
    number = payment.checkout.number if payment.checkout else ""
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    made = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    assert made.statement_descriptor_suffix == number
    assert made.description == f"BANIBS payment of {number}"
    assert made.receipt_email is None
    # What Stripe takes: a letter in it, none of these signs, short beside our own name.
    assert re.search("[A-Z]", number)
    assert not set(number) & set("<>\\'\"*")
    assert len(number) <= 10


def test_a_top_up_says_what_it_is(local_stripe: LocalStripe) -> None:
    payment = top_ups.create(user=scene.opened(wallet=0).amara, amount=Money(2_000, "GBP"))
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    made = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    assert (made.statement_descriptor_suffix, made.description) == ("WALLET", "BANIBS top-up of £20.00")


def test_stripe_writes_a_receipt_where_that_is_switched_on(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    settings.STRIPE_RECEIPT_EMAIL = True
    market = scene.opened(wallet=0)
    row = open_intent(placed(market).pk, kind=Intent.Kind.PAYMENT_INTENT)
    made = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    assert made.receipt_email == market.amara.email


def test_stripes_own_page_says_the_same(local_stripe: LocalStripe, settings: Settings) -> None:
    settings.STRIPE_RECEIPT_EMAIL = True
    market = scene.opened(wallet=0)
    payment = placed(market, Method.STRIPE_CHECKOUT)
    row = stripe_checkout.begin(payment)
    card = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "name": "Amara Okafor"}
    typed = {"email": market.amara.email, **card}
    assert requests.post(row.url, data=typed, allow_redirects=False, timeout=5).ok
    local_stripe.deliver()
    row.refresh_from_db()
    made = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    number = payment.checkout.number if payment.checkout else ""
    assert (made.statement_descriptor_suffix, made.receipt_email) == (number, market.amara.email)
    assert made.description == f"BANIBS payment of {number}"
