"""What comes with time: money becomes available, reservations expire, refunds come back, banks decide."""

import time
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.local import LocalStripe, Receiver

DAY = 86400


def _pay(local: LocalStripe, card: str = "pm_card_visa", **more: Any) -> Any:
    return local.client.payment_intents.create(
        {"amount": 10000, "currency": "usd", "payment_method": card, "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic", **more}
    )  # fmt: skip


def _balance(local: LocalStripe, kind: str, currency: str = "usd") -> int:
    lines = getattr(local.client.balance.retrieve(), kind)
    return next((line.amount for line in lines if line.currency == currency), 0)


def _types(local: LocalStripe) -> list[str]:
    return [event.type for event in local.client.events.list({"limit": 100}).data]


def test_money_is_pending_then_available(local: LocalStripe) -> None:
    _pay(local)
    assert (_balance(local, "pending"), _balance(local, "available")) == (9680, 0)
    local.forward(4 * DAY)  # two business days, a weekend between them or not
    assert (_balance(local, "pending"), _balance(local, "available")) == (0, 9680)
    assert "balance.available" in _types(local)


def test_the_default_capture_settles_a_moment_later(local: LocalStripe) -> None:
    intent = _pay(local, capture_method="automatic_async")
    assert local.client.charges.retrieve(intent.latest_charge).balance_transaction is None
    local.forward(2)
    assert local.client.charges.retrieve(intent.latest_charge).balance_transaction.startswith("txn_")
    assert "charge.updated" in _types(local)


def test_a_foreign_currency_is_converted_on_the_balance(local: LocalStripe) -> None:
    intent = _pay(local, currency="ngn", amount=1550000, expand=["latest_charge.balance_transaction"])
    money = intent.latest_charge.balance_transaction
    assert (money.currency, money.amount, money.fee) == (
        "usd",
        1000,
        69,
    )  # 2.9 % and 30, and 1 % for changing the money
    assert money.exchange_rate == pytest.approx(1 / 1550, rel=1e-3)


def test_a_card_from_abroad_costs_more(local: LocalStripe) -> None:
    abroad = _pay(local, "pm_card_gb", expand=["latest_charge.balance_transaction"])
    assert abroad.latest_charge.balance_transaction.fee == 470


def test_a_reservation_runs_out(local: LocalStripe) -> None:
    intent = _pay(local, capture_method="manual")
    local.forward(7 * DAY + 1)
    gone = local.client.payment_intents.retrieve(intent.id)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "automatic")
    assert {"charge.expired", "payment_intent.canceled"} <= set(_types(local))


def test_a_payment_page_expires(local: LocalStripe) -> None:
    line = {
        "quantity": 1,
        "price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Zine"}},
    }
    session = local.client.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://shop/ok",
            "line_items": [line],
            "expires_at": int(time.time()) + 1860,
        }
    )
    local.forward(1861)
    assert local.client.checkout.sessions.retrieve(session.id).status == "expired"
    assert _types(local)[0] == "checkout.session.expired"


def test_a_key_is_forgotten_after_a_day(local: LocalStripe) -> None:
    key, one = {"idempotency_key": "a-day"}, {"amount": 500, "currency": "usd"}
    first = local.client.payment_intents.create(one, key)
    local.forward(DAY + 1)
    assert local.client.payment_intents.create(one, key).id != first.id


def test_a_refund_comes_back(local: LocalStripe) -> None:
    intent = _pay(local, "pm_card_refundFail")
    refund = local.client.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    before = _balance(local, "available")
    local.forward(11)
    failed = local.client.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert _balance(local, "available") == before + 10000
    charge = local.client.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert {"refund.failed", "refund.updated", "charge.refund.updated"} <= set(_types(local))
    assert local.client.refunds.create({"payment_intent": intent.id}).amount == 10000


def test_a_slow_refund_arrives(local: LocalStripe) -> None:
    intent = _pay(local, "pm_card_pendingRefund")
    refund = local.client.refunds.create({"payment_intent": intent.id, "amount": 100})
    assert refund.status == "pending"
    local.forward(11)
    assert local.client.refunds.retrieve(refund.id).status == "succeeded"


def _disputed(local: LocalStripe) -> Any:
    _pay(local, "pm_card_createDispute")
    local.forward(3)
    return local.client.disputes.list({}).data[0]


def test_a_dispute_takes_the_money_and_a_fee(local: LocalStripe) -> None:
    dispute = _disputed(local)
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 10000, "fraudulent")
    taken = dispute.balance_transactions[0]
    assert (taken.amount, taken.fee, taken.net, taken.reporting_category) == (-10000, 1500, -11500, "dispute")
    assert _types(local)[:2] == ["charge.dispute.funds_withdrawn", "charge.dispute.created"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.client.refunds.create({"charge": dispute.charge})
    assert refused.value.code == "charge_disputed"


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides(local: LocalStripe, text: str, status: str) -> None:
    dispute = _disputed(local)
    sent = local.client.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": text}, "submit": True}
    )
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    before = _balance(local, "available")
    local.forward(6)
    assert local.client.disputes.retrieve(dispute.id).status == status
    assert _balance(local, "available") == before + (10000 if status == "won" else 0)
    assert "charge.dispute.closed" in _types(local)
    assert ("charge.dispute.funds_reinstated" in _types(local)) == (status == "won")
    with pytest.raises(stripe.InvalidRequestError):
        local.client.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "more"}})


def test_silence_loses(local: LocalStripe) -> None:
    dispute = _disputed(local)
    local.forward(10 * DAY)
    after = local.client.disputes.retrieve(dispute.id)
    assert (after.status, after.evidence_details.past_due) == ("lost", True)


def test_an_inquiry_moves_no_money(local: LocalStripe) -> None:
    _pay(local, "pm_card_createDisputeInquiry")
    local.forward(3)
    inquiry = local.client.disputes.list({}).data[0]
    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert "charge.dispute.funds_withdrawn" not in _types(local)


def test_the_clock_tells_the_application(own: LocalStripe, receiver: Receiver) -> None:
    own.stop()
    own.arguments = ("--app-url", receiver.url)
    own.start()
    assert own.control("clock", advance=2 * DAY)["app_told"] is True
    assert receiver.events == [{"advance_seconds": 2 * DAY, "offset_seconds": 2 * DAY}]
    assert own.control("clock", advance=60, tell_app=False)["app_told"] is None
    assert len(receiver.bodies) == 1
