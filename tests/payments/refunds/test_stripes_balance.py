"""Refunds that Stripe holds back, sends later, or gives back: told by its own events, booked by its balance."""

from __future__ import annotations

import pytest

from marketplace.models import Order
from payments import tasks
from payments.models import Incident, Refund
from payments.refunds import send_refund
from tests import market as scene
from tests.payments.refunds.scenes import at_stripe, books, broken, canceled, nothing_is_stuck, paid
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def asked_for(local_stripe: LocalStripe, **settings: object) -> tuple[scene.Market, Refund]:
    """Kofi has cancelled, and Stripe does with the refund what its switches say."""
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    local_stripe.control("settings", settings)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    local_stripe.deliver()
    return market, now(refund)


def now(refund: Refund) -> Refund:
    refund.refresh_from_db()
    return refund


def test_a_balance_that_is_short_keeps_the_money_owed_until_other_money_comes(
    local_stripe: LocalStripe,
) -> None:
    market, refund = asked_for(local_stripe, refunds_below_zero=0)  # Stripe's fee is missing
    assert (refund.status, refund.balance_transaction, books("stripe:refunds")) == ("pending", "", 5_300)
    assert refund.stripe_id
    tasks.sweep_payments()
    assert (now(refund).status, books("stripe:refunds")) == ("pending", 5_300)
    assert (-books("stripe:clearing"), broken()) == (at_stripe(), [])

    paid(local_stripe, market)
    tasks.sweep_payments()

    assert now(refund).status == "succeeded"
    nothing_is_stuck(local_stripe)


def test_it_is_sent_while_it_is_pending_and_over_when_it_arrives(local_stripe: LocalStripe) -> None:
    _market, refund = asked_for(local_stripe, refunds="stay_pending")
    assert (refund.status, books("stripe:refunds")) == ("sent", 0)
    assert -books("stripe:clearing") == at_stripe()
    local_stripe.control(f"refunds/{refund.stripe_id}/arrive")
    nothing_is_stuck(local_stripe)
    assert now(refund).status == "succeeded"


def test_one_that_is_taken_back_at_stripe_goes_to_the_wallet(local_stripe: LocalStripe) -> None:
    market, refund = asked_for(local_stripe, refunds="require_action")
    assert refund.status == "sent"
    local_stripe.control(f"refunds/{refund.stripe_id}/cancel")
    nothing_is_stuck(local_stripe)
    assert (now(refund).status, market.wallet()) == ("failed", 5_300)
    assert refund.failure_balance_transaction


def test_one_that_never_left_and_fails_goes_to_the_wallet_and_moves_no_balance(
    local_stripe: LocalStripe,
) -> None:
    market, refund = asked_for(local_stripe, refunds="wait")
    assert refund.status == "pending"
    local_stripe.control(f"refunds/{refund.stripe_id}/fail")
    nothing_is_stuck(local_stripe)
    assert (now(refund).status, market.wallet(), refund.sent_at) == ("failed", 5_300, None)


def test_one_that_arrived_and_comes_back_weeks_later_goes_to_the_wallet(local_stripe: LocalStripe) -> None:
    market, refund = asked_for(local_stripe)
    assert refund.status == "succeeded"
    local_stripe.control(f"refunds/{refund.stripe_id}/fail")
    nothing_is_stuck(local_stripe)
    assert (now(refund).status, market.wallet()) == ("failed", 5_300)


def test_one_that_waits_when_the_bank_takes_the_money_stays_owed(local_stripe: LocalStripe) -> None:
    market, refund = asked_for(local_stripe, refunds="wait")
    charge = refund.payment.intents.get().charge_id
    local_stripe.control("disputes", {"charge": charge})
    local_stripe.deliver("refund.")
    assert (now(refund).status, market.wallet(), books("stripe:refunds")) == ("failed", 0, 5_300)
    assert Incident.objects.get(kind="refund_refused").refund == refund
