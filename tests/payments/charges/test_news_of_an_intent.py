"""What Stripe says of an intent or a session: whose it is, what we keep of it, and what it took for the card."""

from __future__ import annotations

from dataclasses import replace

import pytest
import stripe
from django.db import transaction

from banibs.core.models import Event
from banibs.core.money import Money
from payments.charges import expiry, purchase
from payments.charges.open_intent import open_intent, row_for
from payments.charges.sync_intent import sync_intent, sync_session
from payments.gateways import installation
from payments.gateways.stripe import payment_intents, stripe_balance
from payments.gateways.stripe.checkout_sessions import SessionState
from payments.gateways.stripe.payment_intents import IntentState
from payments.models import Incident, Intent, Method, Payment
from payments.reconciliation import stripe_fees
from tests import market as scene
from tests.stripe import LocalStripe
from wallet import accounts, ledger, movements
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def placed(method: str = Method.CARD) -> Payment:
    """Kofi's basket: £53.00 with delivery."""
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def at_stripe(row: Intent) -> IntentState:
    return payment_intents.read_intent(row.stripe_id or "")


def again(row: Intent) -> Intent:
    row.refresh_from_db()
    return row


# ---- whose it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["", "B-71840", "²", "9" * 30])
def test_an_intent_that_names_no_row_of_ours_is_none_of_ours(local_stripe: LocalStripe, number: str) -> None:
    row = opened(placed())
    foreign = replace(at_stripe(row), id="pi_foreign", metadata={"banibs_intent": number})
    assert sync_intent(foreign) is None
    assert (again(row).status, Incident.objects.count()) == ("open", 0)


@pytest.mark.parametrize("wrong", ["banibs_intent", "banibs_payment"])
def test_an_intent_that_names_another_payment_in_either_way_pays_nothing(
    local_stripe: LocalStripe, wrong: str
) -> None:
    row = opened(placed())
    local_stripe.pay(row.stripe_id or "")
    state = at_stripe(row)
    sync_intent(replace(state, metadata={**state.metadata, wrong: "0"}))
    assert again(row).status == "open"
    assert "another payment" in Incident.objects.get().detail


@pytest.mark.parametrize("number", ["", "B-71840", "²", "9" * 30])
def test_a_session_that_names_no_row_of_ours_is_none_of_ours(local_stripe: LocalStripe, number: str) -> None:
    row = row_for(placed(Method.STRIPE_CHECKOUT).pk, kind=Intent.Kind.CHECKOUT_SESSION)
    assert sync_session(SessionState("cs_1", "expired", "", "", {"banibs_intent": number})) is None
    assert (again(row).status, row.session_id) == ("created", None)


def test_a_session_whose_answer_was_lost_is_known_by_its_number(local_stripe: LocalStripe) -> None:
    payment = placed(Method.STRIPE_CHECKOUT)
    row = row_for(payment.pk, kind=Intent.Kind.CHECKOUT_SESSION)
    number = payment.checkout.number if payment.checkout else ""
    named = installation.marked(
        {"banibs_intent": str(row.pk), "banibs_payment": str(payment.pk), "banibs_checkout": number}
    )
    url = "https://checkout.stripe.com/c/pay/cs_1"

    assert sync_session(SessionState("cs_1", "open", url, "", named)) == row
    assert (again(row).status, row.session_id, row.url) == ("open", "cs_1", url)

    ended = sync_session(SessionState("cs_1", "expired", url, "", named))
    assert ended is not None
    assert (ended.status, ended.url) == ("canceled", "")


# ---- what is kept of it ------------------------------------------------------------------------------------


def test_the_secret_of_a_card_page_is_kept_and_that_of_stripes_page_is_not(
    local_stripe: LocalStripe,
) -> None:
    row = opened(placed())
    secret = row.client_secret
    assert secret
    sync_intent(replace(at_stripe(row), status="requires_action", client_secret=""))
    assert again(row).client_secret == secret

    Intent.objects.filter(pk=row.pk).update(kind=Intent.Kind.CHECKOUT_SESSION, client_secret="")
    sync_intent(replace(at_stripe(row), status="requires_action"))
    assert again(row).client_secret == ""


def test_a_card_that_nobody_has_tried_has_not_failed(local_stripe: LocalStripe) -> None:
    payment = placed()
    sync_intent(at_stripe(opened(payment)))
    payment.refresh_from_db()
    assert payment.status == "created"


def test_a_card_that_fails_again_says_why_it_failed_last_as_far_as_there_is_room(
    local_stripe: LocalStripe,
) -> None:
    payment = placed()
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    state = at_stripe(row)
    for letter in "ab":
        sync_intent(replace(state, error_code=letter * 80, error_text=letter * 400))
        payment.refresh_from_db()
        assert payment.status == "failed"
        assert (payment.failure_code, payment.failure_text) == (letter * 64, letter * 300)
    assert Event.objects.filter(kind="payment.failed").count() == 1


def test_news_of_the_same_state_are_told_once(local_stripe: LocalStripe) -> None:
    payment = placed()
    state = replace(at_stripe(opened(payment)), status="processing")
    for _ in range(2):
        sync_intent(state)
    payment.refresh_from_db()
    assert payment.status == "processing"
    assert Event.objects.filter(kind="payment.processing").count() == 1


def test_money_that_came_too_late_is_known_by_the_number_of_its_checkout(local_stripe: LocalStripe) -> None:
    payment = placed()
    row = opened(payment)
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")

    sync_intent(at_stripe(row))

    assert payment.checkout is not None
    told = Event.objects.get(kind="payment.unapplied").data
    assert told == {"checkout": payment.checkout.number, "amount": 5_300, "currency": "GBP"}
    assert Movement.objects.get(kind="payment_unapplied").reference == payment.checkout.number


# ---- what it took ------------------------------------------------------------------------------------------


def paid(local_stripe: LocalStripe) -> tuple[Intent, stripe_balance.FeeState]:
    """The card has paid; the fee is known at Stripe, and not booked."""
    row = opened(placed())
    local_stripe.pay(row.stripe_id or "")
    sync_intent(at_stripe(row))
    fee = stripe_balance.read_fee(again(row).charge_id)
    assert fee is not None
    assert fee.fee > 0
    return row, replace(fee, balance_transaction="txn_1AbC")


def fees() -> int:
    return ledger.balance(accounts.CARD_FEES, "GBP").amount


def test_a_fee_is_booked_once_under_the_id_as_stripe_writes_it(local_stripe: LocalStripe) -> None:
    row, fee = paid(local_stripe)
    before = fees()
    assert stripe_fees.book(row, fee) is True
    assert stripe_fees.book(row, fee) is True
    assert abs(fees() - before) == fee.fee
    assert Movement.objects.filter(key="balance_transaction:txn_1AbC:fee").count() == 1


def test_a_fee_that_stands_under_its_key_of_old_is_not_booked_again(local_stripe: LocalStripe) -> None:
    row, fee = paid(local_stripe)
    with transaction.atomic():
        ledger.post(
            movements.processing_fee_settled(
                balance_transaction="txn_1abc", payment=row.payment_id, fee=Money(fee.fee, "GBP")
            )
        )
    before = fees()
    assert stripe_fees.book(row, fee) is True
    assert fees() == before


def test_a_card_that_cost_nothing_is_settled_without_a_movement(local_stripe: LocalStripe) -> None:
    row, fee = paid(local_stripe)
    assert stripe_fees.book(row, replace(fee, fee=0)) is True
    assert again(row).balance_transaction == "txn_1AbC"
    assert not Movement.objects.filter(kind="processing_fee_settled").exists()


def test_a_fee_in_another_currency_is_not_booked(local_stripe: LocalStripe) -> None:
    row, fee = paid(local_stripe)
    assert stripe_fees.book(row, replace(fee, currency="USD")) is False
    assert not Movement.objects.filter(kind="processing_fee_settled").exists()
    assert Incident.objects.get().kind == "fee_currency"
