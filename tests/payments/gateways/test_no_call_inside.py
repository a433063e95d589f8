"""No call to Stripe is made while a transaction is open: a lock held across the network is everybody's wait."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import stripe as library
from django.db import connection, transaction
from django.test import Client

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import Order
from payments import tasks
from payments.charges import card_payment, change_method, expiry, purchase, top_ups
from payments.charges.look_up_intent import look_up
from payments.charges.open_intent import open_intent
from payments.gateways.stripe import (
    checkout_sessions,
    connected_accounts,
    customer_cards,
    payment_intents,
    stripe_balance,
    stripe_events,
    stripe_refunds,
)
from payments.models import Intent, Method, Payment
from payments.refunds import order_refunds, send_refund
from payouts import onboarding
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = (
    checkout_sessions,
    connected_accounts,
    customer_cards,
    payment_intents,
    stripe_balance,
    stripe_events,
    stripe_refunds,
)
PURE = {
    "intent_state",
    "session_state",
    "refund_state",
    "account_state",
    "verify_webhook",
}


class InsideATransaction(AssertionError):
    """What this file is there to find."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Wraps every way to Stripe: it notes the call, and refuses it inside a transaction."""
    made: list[str] = []

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if connection.in_atomic_block:
                raise InsideATransaction(name)
            made.append(name)
            return real(*args, **kwargs)

        return call

    for module in CALLS:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and name not in PURE:
                monkeypatch.setattr(module, name, wrapped(name, function))
    return made


def placed(market: scene.Market, method: str) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def test_checkout_by_card_from_the_page_to_the_refund(local_stripe: LocalStripe, calls: list[str]) -> None:
    market = scene.opened(wallet=2_000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    buyer = Client()
    buyer.force_login(market.amara)
    payment = placed(market, Method.WALLET_AND_CARD)
    assert payment.checkout is not None
    assert buyer.get(f"/checkout/pay/{payment.checkout.number}/").status_code == 200
    row = opened(payment)
    with pytest.raises(library.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    tasks.sweep_payments()
    payment = change_method.pay_again(payment.pk, method=Method.CARD, actor=events.SYSTEM)
    row = opened(payment)
    with pytest.raises(card_payment.Declined):
        card_payment.pay_by_card(payment, user=market.amara, card=_saved(local_stripe, market))
    local_stripe.pay(row.stripe_id or "")
    look_up(row.pk)
    local_stripe.deliver()
    order = Order.objects.filter(status="paid").first()
    assert order is not None
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    send_refund.send_refund(refund.pk)
    local_stripe.deliver()
    late = placed(market, Method.STRIPE_CHECKOUT)
    assert late.checkout is not None
    buyer.post(f"/checkout/pay/{late.checkout.number}/", {"method": "stripe_checkout"})
    scene.forward(minutes=31)
    expiry.expire_due()
    opened(top_ups.create(user=market.amara, amount=Money(2_000, "GBP")))
    onboarding.link(market.kofi, url="http://x/", return_url="http://x/a", refresh_url="http://x/b")
    tasks.sweep_payments()

    assert {
        "create_customer", "create_intent", "confirm_intent", "read_intent", "cancel_intent", "create_session",
        "expire_session", "create_refund", "fetch_object", "create_account", "onboarding_link", "owner_of_card",
    } <= set(calls)  # fmt: skip


def _saved(local_stripe: LocalStripe, market: scene.Market) -> str:
    market.amara.refresh_from_db()
    found = local_stripe.client.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": market.amara.stripe_customer_id}
    )
    return str(found.id)


def test_a_call_inside_would_be_found(local_stripe: LocalStripe, calls: list[str]) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, Method.CARD)
    with pytest.raises(InsideATransaction), transaction.atomic():
        opened(payment)
    assert calls == []
