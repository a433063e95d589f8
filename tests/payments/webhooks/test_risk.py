"""What Stripe, or a bank, suspects: staff hear of it, and nothing moves by itself."""

from __future__ import annotations

import pytest

from marketplace.models import Order
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import EarlyFraudWarning, Incident, Intent, Method
from tests import market as scene
from tests.stripe import LocalStripe
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def paid(local_stripe: LocalStripe) -> Intent:
    """Amara's basket for £53.00, paid by card."""
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.CARD, expected_total=None
    ).payment
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    return row


def test_an_early_warning_of_fraud_waits_for_a_decision(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe)
    before = Movement.objects.count()
    warning = {
        "id": "issfr_1",
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": row.charge_id,
        "payment_intent": row.stripe_id,
        "fraud_type": "made_with_stolen_card",
        "livemode": False,
    }
    local_stripe.told("radar.early_fraud_warning.created", warning)

    (log,) = local_stripe.deliver("radar")

    assert (log.status, log.payment_id) == ("processed", row.payment_id)
    row_of_it = EarlyFraudWarning.objects.get()
    assert (row_of_it.state, row_of_it.payment_id) == ("open", row.payment_id)
    assert row_of_it.fraud_type_text == "made with stolen card"
    assert not Incident.objects.exists()
    assert Movement.objects.count() == before
    assert Order.objects.get().status == "paid"

    settled = {**warning, "actionable": False}
    local_stripe.told("radar.early_fraud_warning.updated", settled)
    local_stripe.told("radar.early_fraud_warning.created", settled)  # late, and again
    local_stripe.deliver("radar")
    row_of_it.refresh_from_db()
    assert (row_of_it.state, EarlyFraudWarning.objects.count()) == ("over", 1)


def test_a_review_is_an_incident_while_it_is_open(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe)
    review = {
        "id": "prv_1",
        "object": "review",
        "charge": row.charge_id,
        "payment_intent": row.stripe_id,
        "open": True,
        "reason": "rule",
        "opened_reason": "rule",
        "closed_reason": None,
        "livemode": False,
    }
    local_stripe.told("review.opened", review)
    assert [one.status for one in local_stripe.deliver("review")] == ["processed"]
    incident = Incident.objects.get()
    assert (incident.kind, incident.closed_at) == ("stripe_review", None)

    local_stripe.told("review.closed", {**review, "open": False, "closed_reason": "approved"})
    local_stripe.deliver("review")

    incident.refresh_from_db()
    assert incident.closed_at is not None
    assert incident.closing_note == "Closed at Stripe: approved"


def test_the_news_that_it_is_over_before_the_news_of_it_opens_nothing(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe)
    review = {"id": "prv_2", "object": "review", "charge": row.charge_id, "payment_intent": row.stripe_id}
    local_stripe.told("review.opened", {**review, "open": True, "reason": "manual", "livemode": False})
    local_stripe.told(
        "review.closed", {**review, "open": False, "closed_reason": "refunded", "livemode": False}
    )
    assert {one.status for one in local_stripe.deliver("review")} == {"processed"}
    assert not Incident.objects.filter(closed_at=None).exists()


def test_what_is_about_no_payment_of_ours_is_ignored(local_stripe: LocalStripe) -> None:
    paid(local_stripe)
    review = {"id": "prv_3", "object": "review", "charge": "ch_1", "payment_intent": "pi_1", "open": True}
    local_stripe.told("review.opened", {**review, "reason": "manual", "livemode": False})
    (log,) = local_stripe.deliver("review")
    assert (log.status, log.reason) == ("ignored", "not a payment of ours")
    assert not Incident.objects.exists()
