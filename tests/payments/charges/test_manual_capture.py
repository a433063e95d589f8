"""STRIPE_CAPTURE=manual: one shop's order is authorised, seen to wait for its money, and then captured, or let go."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from banibs.core import audit, events
from marketplace.models import Order, Variant
from payments.charges import change_method, expiry, purchase
from payments.charges.look_up_intent import look_up
from payments.charges.open_intent import open_intent
from payments.gateways import outcomes
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def manual(settings: Settings) -> None:
    settings.STRIPE_CAPTURE = "manual"


def placed(market: scene.Market, *wanted: Variant) -> Payment:
    scene.put_in_cart(market.amara, *((one, 1) for one in wanted))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def statuses(payment: Payment) -> set[str]:
    return set(Order.objects.filter(checkout=payment.checkout_id).values_list("status", flat=True))


def at_stripe(local_stripe: LocalStripe, row: Intent) -> tuple[str, int]:
    found = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    return found.status, found.amount_received


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def test_it_is_authorised_then_captured_and_paid_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, market.basket)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    assert at_stripe(local_stripe, row) == ("requires_capture", 0)

    for _time in range(2):
        local_stripe.deliver()

    assert at_stripe(local_stripe, row) == ("succeeded", 5_300)
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_several_shops_are_charged_at_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market, market.basket, market.jar))
    local_stripe.pay(row.stripe_id or "")
    assert at_stripe(local_stripe, row)[0] == "succeeded"


def test_what_comes_too_late_is_let_go_and_nothing_was_charged(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, market.basket)
    row = opened(payment)
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)  # Stripe did not hear our cancel
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.OPEN)
    local_stripe.pay(row.stripe_id or "")

    local_stripe.deliver()

    assert at_stripe(local_stripe, row) == ("canceled", 0)
    assert statuses(payment) == {"canceled"}
    assert ledger.balance("stripe:unapplied", "GBP").amount == 0
    assert local_stripe.client.v1.refunds.list({"limit": 1}).data == []
    assert broken() == []


def test_expiry_voids_an_authorisation_that_nobody_heard_of(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, market.basket)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    assert at_stripe(local_stripe, row) == ("canceled", 0)
    market.basket.refresh_from_db()
    assert (statuses(payment), market.basket.stock) == ({"canceled"}, 10)


def test_stripe_lets_it_go_after_seven_days_and_the_shelf_gets_its_piece_back(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, market.basket)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.control("clock", {"advance": 8 * 86_400, "tell_app": False})
    local_stripe.deliver()
    payment.refresh_from_db()
    row.refresh_from_db()
    assert (payment.status, payment.failure_code, row.status) == ("failed", "canceled", "canceled")

    scene.forward(days=8)
    assert expiry.expire_due() == 1
    market.basket.refresh_from_db()
    assert (statuses(payment), market.basket.stock) == ({"canceled"}, 10)
    assert broken() == []


def test_a_capture_without_an_answer_is_asked_for_again(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, market.basket)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    capture = {"method": "POST", "path": "/v1/payment_intents/*/capture"}
    fault = {"do": "timeout_after_effect", **capture, "count": 2, "seconds": 0.1}
    local_stripe.control("faults", fault)
    with pytest.raises(outcomes.Unknown):
        look_up(row.pk)
    look_up(row.pk)
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_another_way_to_pay_voids_it_first(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=20_000)
    payment = placed(market, market.basket)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    change_method.pay_again(payment.pk, method=Method.WALLET, actor=events.SYSTEM)
    assert at_stripe(local_stripe, row) == ("canceled", 0)
    assert (statuses(payment), market.wallet()) == ({"paid"}, 14_700)
    assert broken() == []
