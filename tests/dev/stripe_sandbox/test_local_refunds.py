"""Refunds that wait, arrive, come back or are taken back: each moves the balance by its balance transactions alone."""

from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.local import LocalStripe
from tests.dev.stripe_sandbox.test_local_clock import _balance, _pay, _types


def _transaction(local: LocalStripe, transaction: str) -> Any:
    return local.client.balance_transactions.retrieve(transaction)


def _refund(local: LocalStripe, **more: Any) -> tuple[Any, Any]:
    intent = _pay(local, **more)
    return intent, local.client.refunds.create({"payment_intent": intent.id})


def test_a_refund_and_its_failure_each_have_a_transaction(local: LocalStripe) -> None:
    intent, refund = _refund(local, card="pm_card_refundFail")
    sent = _transaction(local, refund.balance_transaction)
    assert (sent.type, sent.amount, sent.fee, sent.source) == ("refund", -10000, 0, refund.id)
    local.forward(11)
    failed = local.client.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    back = failed.failure_balance_transaction
    assert (back.type, back.amount, back.source) == ("refund_failure", 10000, refund.id)
    assert failed.balance_transaction == refund.balance_transaction
    assert {"refund.created", "refund.updated", "refund.failed"} <= set(_types(local))
    assert local.client.charges.retrieve(intent.latest_charge).amount_refunded == 0


def test_a_refund_waits_until_the_balance_can_pay_it(local: LocalStripe) -> None:
    local.control("settings", refunds_below_zero=0)
    intent, refund = _refund(local)  # the balance holds 10000 less the fee
    assert (refund.status, refund.balance_transaction) == ("pending", None)
    assert refund.pending_reason == "insufficient_funds"
    assert _balance(local, "pending") == 9680
    charge = local.client.charges.retrieve(intent.latest_charge)
    assert charge.amount_refunded == 10000  # it is under way: nobody can give it back twice
    local.client.topups.create({"amount": 319, "currency": "usd"})
    local.quiet()
    assert local.client.refunds.retrieve(refund.id).balance_transaction is None
    local.client.topups.create({"amount": 50, "currency": "usd"})
    local.quiet()
    paid = local.client.refunds.retrieve(refund.id)
    assert paid.status == "succeeded"
    assert not hasattr(paid, "pending_reason")
    assert _transaction(local, paid.balance_transaction).amount == -10000
    told = local.client.events.list({"type": "refund.updated"}).data[0]
    assert told.data.previous_attributes.to_dict() == {
        "status": "pending", "balance_transaction": None, "pending_reason": "insufficient_funds",
    }  # fmt: skip


def test_the_oldest_is_sent_first_and_a_small_one_does_not_overtake_it(local: LocalStripe) -> None:
    local.control("settings", refunds_below_zero=0)
    intent = _pay(local, amount=10000)
    other = _pay(local, amount=300, currency="gbp")
    first = local.client.refunds.create({"payment_intent": intent.id, "amount": 9000})
    big = local.client.refunds.create({"payment_intent": intent.id, "amount": 1000})
    elsewhere = local.client.refunds.create({"payment_intent": other.id})
    assert (first.status, big.status, elsewhere.status) == ("succeeded", "pending", "pending")
    local.client.topups.create({"amount": 100, "currency": "gbp"})
    local.quiet()
    assert local.client.refunds.retrieve(elsewhere.id).status == "succeeded"
    assert local.client.refunds.retrieve(big.id).status == "pending"


def test_refunds_wait_when_told_to_until_they_are_sent(local: LocalStripe) -> None:
    local.control("settings", refunds="wait")
    _, refund = _refund(local)
    local.client.topups.create({"amount": 5000, "currency": "usd"})
    local.quiet()
    assert local.client.refunds.retrieve(refund.id).balance_transaction is None
    local.control("settings", refunds="stay_pending")
    sent = local.control(f"refunds/{refund.id}/send")
    assert (sent["status"], sent["pending_reason"]) == ("pending", "processing")
    assert _transaction(local, sent["balance_transaction"]).amount == -10000
    assert local.control(f"refunds/{refund.id}/arrive")["status"] == "succeeded"


def test_a_refund_can_stay_pending_although_its_money_has_left(local: LocalStripe) -> None:
    local.control("settings", refunds="stay_pending")
    _, refund = _refund(local)
    local.forward(60)
    after = local.client.refunds.retrieve(refund.id)
    assert (after.status, after.pending_reason) == ("pending", "processing")
    assert after.balance_transaction.startswith("txn_")
    failed = local.control(f"refunds/{refund.id}/fail")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert _transaction(local, failed["failure_balance_transaction"]).amount == 10000


def test_a_call_cancels_only_what_waits_for_the_customer(local: LocalStripe) -> None:
    local.control("settings", refunds="wait")
    intent, waiting = _refund(local)
    with pytest.raises(stripe.InvalidRequestError, match="status of pending"):
        local.client.refunds.cancel(waiting.id)
    assert local.control(f"refunds/{waiting.id}/cancel")["status"] == "canceled"  # the Dashboard may
    gone = local.client.refunds.retrieve(waiting.id)
    assert (gone.failure_reason, gone.balance_transaction) == ("merchant_request", None)
    assert not hasattr(gone, "failure_balance_transaction")
    local.control("settings", refunds="require_action")
    asked = local.client.refunds.create({"payment_intent": intent.id})
    assert (asked.status, asked.next_action.type) == ("requires_action", "display_details")
    undone = local.client.refunds.cancel(asked.id)
    assert (undone.status, undone.failure_reason) == ("canceled", "merchant_request")
    assert _transaction(local, undone.failure_balance_transaction).amount == 10000
    assert local.client.charges.retrieve(intent.latest_charge).amount_refunded == 0
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        local.client.refunds.cancel(asked.id)
    assert "refund.failed" not in _types(local)


def test_a_dispute_ends_the_refunds_that_have_not_left(local: LocalStripe) -> None:
    local.control("settings", refunds="wait")
    intent, refund = _refund(local)
    local.control("disputes", charge=intent.latest_charge)
    failed = local.client.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.client.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"
