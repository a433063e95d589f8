"""Disputes of a part, won, lost, and changed afterwards; and a balance that is always the sum of its transactions."""

from typing import Any

import pytest
import requests
import stripe

from tests.dev.stripe_sandbox.contract import shapes
from tests.dev.stripe_sandbox.local import LocalStripe
from tests.dev.stripe_sandbox.test_local_clock import _balance, _pay, _types


def _moved(dispute: Any) -> list[tuple[int, int, int, str]]:
    return [
        (one["amount"], one["fee"], one["net"], one["reporting_category"])
        for one in dispute["balance_transactions"]
    ]


def _dispute(local: LocalStripe, **given: Any) -> Any:
    return local.control("disputes", charge=_pay(local).latest_charge, **given)


def _refused(local: LocalStripe, path: str, **given: Any) -> str:
    answer = requests.post(f"{local.url}/_control/{path}", json=given, timeout=10)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"]["message"])


def test_a_part_of_a_charge_is_disputed(local: LocalStripe) -> None:
    dispute = _dispute(local, amount=4000, reason="product_not_received")
    assert (dispute["amount"], dispute["reason"]) == (4000, "product_not_received")
    assert _moved(dispute) == [(-4000, 1500, -5500, "dispute")]
    assert dispute["balance_transactions"][0]["fee_details"][0]["description"] == "Dispute fee"
    assert "Between 1 and 6000" in _refused(local, "disputes", charge=dispute["charge"], amount=6001)
    assert "whole number" in _refused(local, "disputes", charge=dispute["charge"], amount="all")
    rest = local.control("disputes", charge=dispute["charge"])
    assert rest["amount"] == 6000
    assert "can be disputed any more" in _refused(local, "disputes", charge=dispute["charge"])


def test_a_won_dispute_is_withdrawn_again_and_lost(local: LocalStripe) -> None:
    before = _balance(local, "available")
    dispute = _dispute(local)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.client.refunds.create({"charge": dispute["charge"], "amount": 1})
    assert refused.value.code == "charge_disputed"
    won = local.control(f"disputes/{dispute['id']}/win")
    assert (won["status"], won["is_charge_refundable"]) == ("won", True)
    assert _types(local)[:2] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    again = local.control(f"disputes/{dispute['id']}/withdraw_again")
    assert again["status"] == "under_review"
    assert _types(local)[:2] == ["charge.dispute.funds_withdrawn", "charge.dispute.updated"]
    lost = local.control(f"disputes/{dispute['id']}/lose")
    assert lost["status"] == "lost"
    assert _moved(lost) == [
        (-10000, 1500, -11500, "dispute"),
        (10000, 0, 10000, "dispute_reversal"),
        (-10000, 0, -10000, "dispute"),
    ]
    assert len({one["id"] for one in lost["balance_transactions"]}) == 3
    assert local.client.disputes.retrieve(dispute["id"]).to_dict() == lost
    assert _balance(local, "available") == before - 11500


def test_a_lost_dispute_is_given_back_after_all(local: LocalStripe) -> None:
    dispute = _dispute(local)
    accepted = local.client.disputes.close(dispute["id"])
    assert accepted.status == "lost"
    assert _types(local)[0] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError):
        local.client.disputes.close(dispute["id"])
    back = local.control(f"disputes/{dispute['id']}/reinstate")
    assert back["status"] == "won"
    assert _moved(back)[1:] == [(10000, 0, 10000, "dispute_reversal")]
    assert _types(local)[:2] == ["charge.dispute.funds_reinstated", "charge.dispute.updated"]


@pytest.mark.parametrize(
    ("settings", "moved"),
    [
        ({"dispute_fee": 0}, [(-10000, 0, -10000, "dispute"), (10000, 0, 10000, "dispute_reversal")]),
        (
            {"dispute_fee_returned": True},
            [(-10000, 1500, -11500, "dispute"), (10000, -1500, 11500, "dispute_reversal")],
        ),
    ],
)
def test_the_fee_is_what_the_switches_say(
    local: LocalStripe, settings: dict[str, Any], moved: list[tuple[int, int, int, str]]
) -> None:
    local.control("settings", **settings)
    dispute = _dispute(local)
    assert _moved(local.control(f"disputes/{dispute['id']}", won=True)) == moved
    if settings.get("dispute_fee_returned"):  # it is given back once
        local.control(f"disputes/{dispute['id']}/withdraw_again")
        again = local.control(f"disputes/{dispute['id']}/win")
        assert _moved(again)[2:] == [(-10000, 0, -10000, "dispute"), (10000, 0, 10000, "dispute_reversal")]


def test_an_inquiry_is_closed_and_nothing_moves(local: LocalStripe) -> None:
    inquiry = _dispute(local, inquiry=True)
    assert (inquiry["status"], inquiry["is_charge_refundable"]) == ("warning_needs_response", True)
    closed = local.control(f"disputes/{inquiry['id']}/close")
    assert (closed["status"], closed["balance_transactions"]) == ("warning_closed", [])
    assert _balance(local, "available") == 0
    assert {"charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"}.isdisjoint(_types(local))
    assert local.client.refunds.create({"charge": inquiry["charge"], "amount": 1}).status == "succeeded"


def test_an_inquiry_becomes_a_dispute_with_a_term_of_its_own(local: LocalStripe) -> None:
    inquiry = _dispute(local, inquiry=True, amount=2500)
    local.forward(5 * 86400)
    dispute = local.control(f"disputes/{inquiry['id']}/escalate")
    assert (dispute["status"], dispute["is_charge_refundable"]) == ("needs_response", False)
    assert _moved(dispute) == [(-2500, 1500, -4000, "dispute")]
    local.forward(5 * 86400)
    assert local.client.disputes.retrieve(inquiry["id"]).status == "needs_response"
    local.forward(5 * 86400)
    assert local.client.disputes.retrieve(inquiry["id"]).status == "lost"


def test_what_cannot_happen_now_is_refused_and_moves_nothing(local: LocalStripe) -> None:
    dispute = _dispute(local)
    for verb in ("withdraw_again", "reinstate", "escalate"):
        assert "needs_response" in _refused(local, f"disputes/{dispute['id']}/{verb}")
    local.control(f"disputes/{dispute['id']}/lose")
    for verb in ("win", "lose", "withdraw_again", "close"):
        assert "lost" in _refused(local, f"disputes/{dispute['id']}/{verb}")
    assert "What can be done" in _refused(local, f"disputes/{dispute['id']}/forget")
    assert len(local.client.disputes.retrieve(dispute["id"]).balance_transactions) == 1


def test_a_dispute_by_hand_comes_before_the_cards_own(local: LocalStripe) -> None:
    intent = _pay(local, "pm_card_createDispute")
    local.control("disputes", charge=intent.latest_charge)
    local.forward(5)
    _pay(local, "pm_card_createDispute")
    local.forward(5)  # the timetable goes on
    assert len(local.client.disputes.list({}).data) == 2


def test_the_balance_is_topped_up_once_per_key(local: LocalStripe) -> None:
    given = {"amount": 5000, "currency": "gbp", "description": "For payouts", "metadata": {"why": "demo"}}
    topup = local.client.topups.create(given, {"idempotency_key": "topup-1"})
    assert local.client.topups.create(given, {"idempotency_key": "topup-1"}).id == topup.id
    assert (topup.status, topup.metadata["why"]) == ("succeeded", "demo")
    assert shapes.mismatches(shapes.stored()["topup"], topup.to_dict()) == []
    transaction = local.client.balance_transactions.retrieve(topup.balance_transaction)
    assert (transaction.type, transaction.net, transaction.source) == ("topup", 5000, topup.id)
    assert _balance(local, "available", "gbp") == 5000
    assert _types(local) == ["topup.succeeded", "topup.created"]
    assert local.client.topups.retrieve(topup.id).to_dict() == topup.to_dict()
    assert [one.id for one in local.client.topups.list({}).data] == [topup.id]
    with pytest.raises(stripe.IdempotencyError):
        local.client.topups.create({**given, "amount": 1}, {"idempotency_key": "topup-1"})
    for wrong in ({**given, "currency": "ngn"}, {"currency": "gbp"}, {**given, "source": "btok_us"}):
        with pytest.raises(stripe.InvalidRequestError):
            local.client.topups.create(wrong)


def test_a_slow_top_up_arrives_later(local: LocalStripe) -> None:
    local.control("settings", topup_seconds=3600)
    topup = local.client.topups.create({"amount": 5000, "currency": "usd"})
    assert (topup.status, topup.balance_transaction, _balance(local, "available")) == ("pending", None, 0)
    local.forward(3601)
    assert local.client.topups.retrieve(topup.id).status == "succeeded"
    assert _balance(local, "available") == 5000


def test_the_balance_is_the_sum_of_its_transactions(local: LocalStripe) -> None:
    local.client.topups.create({"amount": 70_000, "currency": "usd"})
    _pay(local, currency="ngn", amount=1_550_000)  # converted
    refunded = _pay(local, "pm_card_refundFail")
    local.client.refunds.create({"payment_intent": refunded.id, "amount": 700})
    lost, won = _dispute(local, amount=900), _dispute(local)
    local.control(f"disputes/{lost['id']}/lose")
    local.control(f"disputes/{won['id']}/win")
    local.forward(11)
    for _ in range(2):
        found = local.client.balance_transactions.list({"limit": 100})
        assert not found.has_more
        for status in ("available", "pending"):
            summed = sum(one.net for one in found.data if one.status == status and one.currency == "usd")
            assert _balance(local, status) == summed
        local.forward(3 * 86400)


def test_settings_that_make_no_sense_are_refused(local: LocalStripe) -> None:
    for name, value in (
        ("fee_bps", "many"),
        ("refunds", "never"),
        ("settled_currencies", "usd"),
        ("dispute_fee_returned", "yes"),
        ("elephants", 3),
    ):
        _refused(local, "settings", **{name: value})
    assert _pay(local).status == "succeeded"
