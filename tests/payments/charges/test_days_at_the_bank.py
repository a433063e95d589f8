"""A bank that takes days: the order and its stock wait as long as money may come, and no longer."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from django.test import Client
from pytest_django import Settings

from banibs.core import audit, events
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Order
from payments import tasks
from payments.charges import change_method, expiry, purchase, stripe_checkout
from payments.charges.look_up_intent import close_intent, stale_intents
from payments.charges.open_intent import open_intent
from payments.gateways.stripe import payment_intents
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
DECLINE = {"code": "payment_intent_payment_attempt_failed", "type": "card_error", "message": "debit failed"}


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket: £53.00; nine are left."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def becomes(local_stripe: LocalStripe, stripe_id: str, status: str, **more: Any) -> None:
    """The intent as the bank's answer leaves it, and the event about it."""
    body = local_stripe.client.v1.payment_intents.retrieve(stripe_id).to_dict()
    kind = {"requires_payment_method": "payment_failed"}.get(status, status)
    local_stripe.told(f"payment_intent.{kind}", {**body, "status": status, **more})


def under_way(local_stripe: LocalStripe) -> tuple[scene.Market, Payment, Intent]:
    """Amara's money is on its way, by a debit that takes days, and her half hour is over."""
    market = scene.opened(wallet=5_300)
    payment = placed(market)
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    becomes(local_stripe, row.stripe_id or "", "processing")
    local_stripe.deliver()
    payment.refresh_from_db()
    assert payment.status == "processing"
    scene.forward(minutes=31)
    return market, payment, row


def bank_says_yes(local_stripe: LocalStripe, stripe_id: str) -> None:
    becomes(local_stripe, stripe_id, "requires_payment_method")
    local_stripe.pay(stripe_id)


def stands(market: scene.Market) -> tuple[str, int]:
    """The order's state, and how many baskets are left."""
    market.basket.refresh_from_db()
    return Order.objects.get().status, market.basket.stock or 0


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def test_what_the_bank_works_on_keeps_its_order_and_stock_and_is_paid_days_later(
    local_stripe: LocalStripe,
) -> None:
    market, payment, row = under_way(local_stripe)
    for _ in range(2):
        assert expiry.expire_due() == 0
        assert stands(market) == ("created", 9)
        scene.forward(days=1)
    assert expiry.expire(payment.pk) is False
    row.refresh_from_db()
    assert row.status == "open"

    bank_says_yes(local_stripe, row.stripe_id or "")
    local_stripe.deliver()

    assert stands(market) == ("paid", 9)
    assert broken() == []


def test_what_the_bank_refuses_days_later_ends_and_gives_its_stock_back(local_stripe: LocalStripe) -> None:
    market, _payment, row = under_way(local_stripe)
    scene.forward(days=3)
    becomes(local_stripe, row.stripe_id or "", "requires_payment_method", last_payment_error=DECLINE)
    local_stripe.deliver()
    assert expiry.expire_due() == 1
    assert stands(market) == ("canceled", 10)
    assert broken() == []


def test_without_the_event_the_hours_look_finds_out(local_stripe: LocalStripe) -> None:
    market, payment, row = under_way(local_stripe)
    tasks.sweep_payments()
    assert stale_intents() == []  # asked about now; the next look is in an hour
    assert expiry.due_payments() == []
    becomes(local_stripe, row.stripe_id or "", "requires_payment_method", last_payment_error=DECLINE)
    scene.forward(minutes=61)
    assert stale_intents() == [row.pk]
    assert expiry.due_payments() == [payment.pk]
    assert expiry.expire_due() == 1
    assert stands(market) == ("canceled", 10)


def test_stripe_knows_of_it_before_we_do(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    becomes(local_stripe, row.stripe_id or "", "processing")  # and no event comes
    scene.forward(minutes=31)
    assert expiry.expire_due() == 0
    payment.refresh_from_db()
    assert payment.status == "processing"
    assert stands(market) == ("created", 9)


def test_no_other_way_is_taken_while_money_is_under_way(local_stripe: LocalStripe) -> None:
    market, payment, row = under_way(local_stripe)
    with pytest.raises(CheckoutRefusal) as refusal:
        change_method.pay_again(payment.pk, method=Method.WALLET, actor=events.SYSTEM)
    assert refusal.value.code == "payment_processing"
    assert market.wallet() == 5_300
    buyer = Client()
    buyer.force_login(market.amara)
    number = payment.checkout.number if payment.checkout else ""
    answer = buyer.get(f"/checkout/pay/{number}/", follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/checkout/return/{payment.pk}/"
    page = buyer.get(f"/checkout/return/{payment.pk}/?since=1").content.decode()
    assert "Your order is kept, you need not pay again" in page
    assert "Another way to pay" not in page
    row.refresh_from_db()
    assert (row.status, stands(market)) == ("open", ("created", 9))


def complete(local_stripe: LocalStripe, row: Intent, *, event: str, status: str, **more: Any) -> str:
    """Amara finished Stripe's own page with a debit; its intent stands as given. Returns the intent's id."""
    session = local_stripe.client.v1.checkout.sessions.retrieve(row.session_id or "").to_dict()
    made = (
        session["payment_intent"]
        or local_stripe.client.v1.payment_intents.create(
            {
                "amount": row.amount,
                "currency": "gbp",
                "metadata": dict(session["metadata"]),
                "payment_method_types": ["card"],
            }
        ).id
    )
    local_stripe.told(
        f"checkout.session.{event}",
        {**session, "status": "complete", "payment_status": "unpaid", "url": None, "payment_intent": made},
    )
    becomes(local_stripe, made, status, **more)
    return str(made)


def test_a_debit_on_stripes_page_is_waited_for_and_paid(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = stripe_checkout.begin(placed(market, Method.STRIPE_CHECKOUT))
    made = complete(local_stripe, row, event="completed", status="processing")
    local_stripe.deliver("checkout.session")
    scene.forward(minutes=31)
    assert expiry.expire_due() == 0
    assert stands(market) == ("created", 9)

    bank_says_yes(local_stripe, made)
    session = local_stripe.client.v1.checkout.sessions.retrieve(row.session_id or "").to_dict()
    local_stripe.told("checkout.session.async_payment_succeeded", {**session, "payment_status": "paid"})
    assert [one.status for one in local_stripe.deliver("checkout.session.async")] == ["processed"]

    assert stands(market) == ("paid", 9)
    assert broken() == []


def test_a_debit_that_fails_leaves_the_way_open_for_another_try(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, Method.STRIPE_CHECKOUT)
    row = stripe_checkout.begin(payment)
    complete(local_stripe, row, event="completed", status="processing")
    local_stripe.deliver("checkout.session")
    complete(
        local_stripe,
        row,
        event="async_payment_failed",
        status="requires_payment_method",
        last_payment_error=DECLINE,
    )
    assert [one.status for one in local_stripe.deliver("checkout.session.async")] == ["processed"]
    payment.refresh_from_db()
    row.refresh_from_db()
    assert (payment.status, row.status) == ("failed", "canceled")
    again = stripe_checkout.begin(payment)
    assert again.pk != row.pk
    assert again.url


def test_stripes_page_offers_what_the_settings_name_whatever_the_dashboard_does(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    settings.STRIPE_CHECKOUT_METHODS = ["link"]
    row = stripe_checkout.begin(placed(scene.opened(wallet=0), Method.STRIPE_CHECKOUT))
    session = local_stripe.client.v1.checkout.sessions.retrieve(row.session_id or "")
    assert session.payment_method_types == ["link"]


def test_a_refusal_to_end_it_is_not_remembered(local_stripe: LocalStripe) -> None:
    payment = placed(scene.opened(wallet=0))
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    becomes(local_stripe, row.stripe_id or "", "processing")
    assert close_intent(row.pk) is False
    becomes(local_stripe, row.stripe_id or "", "requires_payment_method")
    assert close_intent(row.pk) is True
    at_stripe = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    assert at_stripe.status == "canceled"


def test_under_one_key_for_ever_the_refusal_would_be_repeated(local_stripe: LocalStripe) -> None:
    row = open_intent(placed(scene.opened(wallet=0)).pk, kind=Intent.Kind.PAYMENT_INTENT)
    stripe_id, key = row.stripe_id or "", {"idempotency_key": "one"}
    becomes(local_stripe, stripe_id, "processing")
    client = local_stripe.client.v1.payment_intents
    for status in ("processing", "requires_payment_method"):
        becomes(local_stripe, stripe_id, status)
        with pytest.raises(stripe.InvalidRequestError):
            client.cancel(stripe_id, {}, key)  # type: ignore[arg-type]
    assert payment_intents.cancel_intent(stripe_id).status == "canceled"
