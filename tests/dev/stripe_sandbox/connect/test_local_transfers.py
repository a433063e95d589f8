"""Transfers to sellers, and back: what our balance and theirs show, and what is refused."""

import datetime as dt
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.connect import sellers
from tests.dev.stripe_sandbox.connect.sellers import available, pending
from tests.dev.stripe_sandbox.local import LocalStripe, Receiver
from tests.dev.stripe_sandbox.test_local_clock import DAY, _pay, _types


def _top_up(local: LocalStripe, amount: int, currency: str = "gbp") -> None:
    local.client.topups.create({"amount": amount, "currency": currency})


def _transfer(local: LocalStripe, seller: str, amount: int = 4893, **more: Any) -> Any:
    return local.client.transfers.create(
        {"amount": amount, "currency": "gbp", "destination": seller, "transfer_group": "P-7", **more}
    )


def test_a_transfer_moves_both_balances_at_once(local: LocalStripe) -> None:
    kofi = sellers.ready(local)
    _top_up(local, 10_000)
    transfer = _transfer(local, kofi, metadata={"attempt": "7"})
    ours = local.client.balance_transactions.retrieve(transfer.balance_transaction)
    assert (ours.type, ours.amount, ours.fee, ours.source) == ("transfer", -4893, 0, transfer.id)
    theirs = local.client.balance_transactions.list(
        {"source": transfer.destination_payment}, {"stripe_account": kofi}
    ).data[0]
    assert (theirs.type, theirs.amount, theirs.status) == ("payment", 4893, "available")
    assert (available(local, "gbp"), available(local, "gbp", kofi)) == (5107, 4893)
    found = local.client.transfers.list({"transfer_group": "P-7", "destination": kofi}).data
    assert [one.id for one in found] == [transfer.id]
    assert found[0].metadata["attempt"] == "7"
    assert "transfer.created" in _types(local)


def test_card_money_can_be_sent_when_it_is_available(local: LocalStripe) -> None:
    kofi = sellers.ready(local)
    _pay(local, currency="gbp")
    with pytest.raises(stripe.InvalidRequestError) as short:
        _transfer(local, kofi)
    assert short.value.code == "balance_insufficient"
    assert (available(local, "gbp", kofi), pending(local, "gbp")) == (0, 9680)
    local.forward(4 * DAY)  # two business days, a weekend between them or not
    assert _transfer(local, kofi).amount == 4893


def test_days_until_card_money_is_available_are_business_days(local: LocalStripe) -> None:
    now = dt.datetime.fromtimestamp(local.state()["now"], dt.UTC)
    to_friday = (4 - now.weekday()) % 7 or 7
    local.forward(to_friday * DAY)
    charge = _pay(local, expand=["latest_charge.balance_transaction"]).latest_charge
    there = dt.datetime.fromtimestamp(charge.balance_transaction.available_on, dt.UTC)
    assert (there.strftime("%a"), there.hour) == ("Tue", 0)
    local.control("settings", available_business_days=0)
    assert _pay(
        local, expand=["latest_charge.balance_transaction"]
    ).latest_charge.balance_transaction.status == ("available")


def test_a_recipient_has_the_money_a_day_later(local: LocalStripe) -> None:
    ama = sellers.ready(local, country="GH")
    _top_up(local, 10_000, "usd")
    local.client.transfers.create({"amount": 5000, "currency": "usd", "destination": ama})
    local.control(f"accounts/{ama}", account_number="000123456789", currency="usd", country="US")
    assert available(local, "ghs", ama) == 0
    assert pending(local, "ghs", ama) > 0  # changed into the only currency that the account had then
    local.forward(DAY)
    assert available(local, "ghs", ama) > 0


def test_who_cannot_receive_is_refused(local: LocalStripe) -> None:
    _top_up(local, 10_000)
    fresh = local.client.accounts.create({"type": "express", "country": "GB"})
    dubai = local.client.accounts.create(
        {"type": "express", "country": "AE", "capabilities": {"transfers": {"requested": True}}}
    )
    local.control(f"accounts/{dubai.id}", complete=True)
    for seller, code in (
        (fresh.id, "insufficient_capabilities_for_transfer"),
        (dubai.id, "transfers_not_allowed"),
        ("acct_nobody", "resource_missing"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            _transfer(local, seller)
        assert refused.value.code == code
    assert available(local, "gbp") == 10_000


def test_a_reversal_takes_what_is_still_there(local: LocalStripe, receiver: Receiver) -> None:
    kofi = sellers.ready(local)
    _top_up(local, 4893)
    transfer = _transfer(local, kofi)
    first = local.client.transfers.reversals.create(
        transfer.id, {"amount": 893, "metadata": {"attempt": "7"}}
    )
    back = local.client.balance_transactions.retrieve(first.balance_transaction)
    assert (back.type, back.amount, back.source) == ("transfer_refund", 893, first.id)
    assert (available(local, "gbp"), available(local, "gbp", kofi)) == (893, 4000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
        local.client.transfers.reversals.create(transfer.id, {"amount": 4001})
    local.control(f"accounts/{kofi}/adjust", amount=-1)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        local.client.transfers.reversals.create(transfer.id)
    assert refused.value.code == "balance_insufficient"
    local.control(f"accounts/{kofi}/adjust", amount=1)
    local.client.transfers.reversals.create(transfer.id)
    after = local.client.transfers.retrieve(transfer.id)
    assert (after.reversed, after.amount_reversed, len(after.reversals.data)) == (True, 4893, 2)
    listed = local.client.transfers.reversals.list(transfer.id).data
    assert listed[1].id == first.id
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        local.client.transfers.reversals.create(transfer.id)
    assert _types(local).count("transfer.reversed") == 2


def test_a_transfer_made_under_one_key_is_one_transfer(local: LocalStripe) -> None:
    kofi = sellers.ready(local)
    _top_up(local, 10_000)
    local.control("faults", do="timeout_after_effect", path="/v1/transfers")
    asked = {"amount": 4893, "currency": "gbp", "destination": kofi}
    with pytest.raises(stripe.APIConnectionError):
        local.client.transfers.create(asked, {"idempotency_key": "attempt:7"})
    again = local.client.transfers.create(asked, {"idempotency_key": "attempt:7"})
    assert [one.id for one in local.client.transfers.list().data] == [again.id]
    assert available(local, "gbp") == 5107


def test_a_transfer_is_reversed_by_hand(local: LocalStripe) -> None:
    kofi = sellers.ready(local)
    _top_up(local, 4893)
    transfer = _transfer(local, kofi)
    assert local.control(f"transfers/{transfer.id}/reverse")["reversed"]
    assert available(local, "gbp") == 4893
