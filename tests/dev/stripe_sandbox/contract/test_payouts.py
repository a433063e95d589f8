"""Money to a seller: transfers, reversals, and payouts from the seller's account."""

from typing import Any

import pytest
import stripe


def _fund(api: Any, amount: int = 5000) -> None:
    """Card money that is available at once."""
    api.payment_intents.create(
        {"amount": amount, "currency": "usd", "payment_method": "pm_card_bypassPending",
         "payment_method_types": ["card"], "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip


def _send(api: Any, seller: str, **more: Any) -> Any:
    _fund(api)
    asked = {"amount": 1000, "currency": "usd", "destination": seller, "transfer_group": "P-7", **more}
    return api.transfers.create(asked)


def test_a_transfer_is_found_by_its_group(api: Any, seller: str) -> None:
    transfer = _send(api, seller, metadata={"attempt": "7"})
    assert (transfer.amount, transfer.destination, transfer.reversed) == (1000, seller, False)
    assert api.balance_transactions.retrieve(transfer.balance_transaction).amount == -1000
    found = api.transfers.list({"transfer_group": "P-7", "destination": seller, "limit": 1}).data
    assert (found[0].id, found[0].metadata["attempt"]) == (transfer.id, "7")


def test_one_key_makes_one_transfer(api: Any, seller: str) -> None:
    _fund(api)
    asked = {"amount": 1000, "currency": "usd", "destination": seller}
    key = {"idempotency_key": f"contract:{seller}:{api.balance.retrieve().available[0].amount}"}
    assert api.transfers.create(asked, key).id == api.transfers.create(asked, key).id


def test_more_than_is_available_is_refused(api: Any, seller: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.create({"amount": 99_999_999, "currency": "usd", "destination": seller})
    assert refused.value.code == "balance_insufficient"


def test_a_transfer_to_nobody_is_refused(api: Any) -> None:
    _fund(api)
    with pytest.raises(stripe.InvalidRequestError):
        api.transfers.create({"amount": 1000, "currency": "usd", "destination": "acct_nobody"})
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        api.transfers.create({"amount": 1, "currency": "usd", "destination": "acct_1", "group": "P-7"})
    assert unknown.value.code == "parameter_unknown"


def test_a_transfer_is_reversed_in_parts(api: Any, seller: str) -> None:
    transfer = _send(api, seller)
    part = api.transfers.reversals.create(transfer.id, {"amount": 400, "metadata": {"attempt": "7"}})
    assert (part.amount, part.transfer) == (400, transfer.id)
    assert api.balance_transactions.retrieve(part.balance_transaction).amount == 400
    assert api.transfers.reversals.list(transfer.id).data[0].metadata["attempt"] == "7"
    api.transfers.reversals.create(transfer.id)
    after = api.transfers.retrieve(transfer.id)
    assert (after.amount_reversed, after.reversed) == (1000, True)
    with pytest.raises(stripe.InvalidRequestError):
        api.transfers.reversals.create(transfer.id)


def test_a_payout_is_made_on_the_sellers_account(api: Any, seller: str) -> None:
    _send(api, seller)
    theirs = {"stripe_account": seller}
    payout = api.payouts.create({"amount": 1000, "currency": "usd", "metadata": {"attempt": "7"}}, theirs)
    assert (payout.amount, payout.automatic, payout.method) == (1000, False, "standard")
    assert payout.arrival_date > payout.created
    found = api.payouts.list({"limit": 1}, theirs).data[0]
    assert (found.id, found.metadata["attempt"]) == (payout.id, "7")
    assert api.payouts.retrieve(payout.id, {}, theirs).id == payout.id
    with pytest.raises(stripe.InvalidRequestError):
        api.payouts.retrieve(payout.id)  # none of ours


def test_what_a_seller_does_not_have_is_not_paid_out(api: Any, seller: str) -> None:
    theirs = {"stripe_account": seller}
    with pytest.raises(stripe.InvalidRequestError) as short:
        api.payouts.create({"amount": 99_999_999, "currency": "usd"}, theirs)
    assert short.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="external account"):
        api.payouts.create({"amount": 1000, "currency": "sek"}, theirs)


def test_a_sellers_bank_account_is_masked(api: Any, seller: str) -> None:
    bank = api.accounts.external_accounts.list(seller, {"object": "bank_account"}).data[0]
    assert (bank.currency, len(bank.last4)) == ("usd", 4)
    assert "account_number" not in bank.to_dict()


def test_a_schedule_is_set_to_manual(api: Any, seller: str) -> None:
    wanted = {"settings": {"payouts": {"schedule": {"interval": "manual"}}}}
    assert api.accounts.update(seller, wanted).settings.payouts.schedule.interval == "manual"
