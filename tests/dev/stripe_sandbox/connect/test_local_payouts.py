"""Payouts of sellers to their banks: sent, paid, refused, sent back, canceled."""

import datetime as dt
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.connect import sellers
from tests.dev.stripe_sandbox.connect.sellers import available
from tests.dev.stripe_sandbox.local import LocalStripe
from tests.dev.stripe_sandbox.test_local_clock import DAY

WEEK = 7 * DAY


def _funded(local: LocalStripe, number: str = "", **more: Any) -> str:
    kofi = sellers.ready(local, number=number, **more)
    local.client.topups.create({"amount": 4893, "currency": "gbp"})
    local.client.transfers.create({"amount": 4893, "currency": "gbp", "destination": kofi})
    return kofi


def _pay_out(local: LocalStripe, kofi: str, amount: int = 4893, **more: Any) -> Any:
    return local.client.payouts.create(
        {"amount": amount, "currency": "gbp", **more}, {"stripe_account": kofi}
    )


def _now(local: LocalStripe, kofi: str, payout: Any) -> Any:
    return local.client.payouts.retrieve(payout.id, {}, {"stripe_account": kofi})


def _types(local: LocalStripe, kofi: str) -> list[str]:
    events = local.client.events.list({"limit": 100}, {"stripe_account": kofi}).data
    return [event.type for event in events if event.type.startswith("payout.")][::-1]


def test_a_payout_is_on_its_way_for_business_days_then_paid(local: LocalStripe) -> None:
    kofi = _funded(local)
    payout = _pay_out(local, kofi, metadata={"attempt": "7"})
    assert (payout.status, payout.automatic, available(local, "gbp", kofi)) == ("pending", False, 0)
    assert dt.datetime.fromtimestamp(payout.arrival_date, dt.UTC).weekday() < 5
    local.forward(3601)
    assert _now(local, kofi, payout).status == "in_transit"
    local.forward(WEEK)
    paid = _now(local, kofi, payout)
    assert (paid.status, paid.failure_code, paid.failure_balance_transaction) == ("paid", None, None)
    assert _types(local, kofi) == ["payout.created", "payout.updated", "payout.updated", "payout.paid"]
    found = local.client.payouts.list(
        {"status": "paid", "arrival_date": {"gte": paid.arrival_date}}, {"stripe_account": kofi}
    )
    assert [one.id for one in found.data] == [payout.id]
    assert local.client.payouts.list().data == []  # none of ours


@pytest.mark.parametrize(
    ("number", "code"), [(sellers.FAILS, "no_account"), (sellers.CLOSED, "account_closed")]
)
def test_a_bad_bank_account_sends_the_money_back(local: LocalStripe, number: str, code: str) -> None:
    kofi = _funded(local, number)
    payout = _pay_out(local, kofi)
    local.forward(WEEK)
    failed = _now(local, kofi, payout)
    assert (failed.status, failed.failure_code) == ("failed", code)
    back = local.client.balance_transactions.retrieve(
        failed.failure_balance_transaction, {}, {"stripe_account": kofi}
    )
    assert (back.type, back.amount) == ("payout_failure", 4893)
    assert available(local, "gbp", kofi) == 4893
    account = local.client.accounts.retrieve(kofi)
    assert (account.external_accounts.data[0].status, account.payouts_enabled) == ("errored", False)
    assert account.requirements.currently_due == ["external_account"]
    assert account.capabilities["transfers"] == "active"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _pay_out(local, kofi)
    assert refused.value.code == "bank_account_unusable"
    local.control(f"accounts/{kofi}", account_number="000123456789")
    assert local.client.accounts.retrieve(kofi).payouts_enabled
    assert _pay_out(local, kofi).status == "pending"


def test_a_bank_sends_back_what_was_paid(local: LocalStripe) -> None:
    kofi = _funded(local)
    payout = _pay_out(local, kofi)
    local.forward(WEEK)
    returned = local.control(f"payouts/{payout.id}/return")
    assert (returned["status"], returned["failure_code"]) == ("failed", "could_not_process")
    assert available(local, "gbp", kofi) == 4893
    assert _types(local, kofi)[-3:] == ["payout.paid", "payout.updated", "payout.failed"]


def test_a_payout_is_canceled_while_it_is_pending(local: LocalStripe) -> None:
    kofi = _funded(local)
    payout = _pay_out(local, kofi)
    gone = local.client.payouts.cancel(payout.id, {}, {"stripe_account": kofi})
    assert (gone.status, available(local, "gbp", kofi)) == ("canceled", 4893)
    local.forward(WEEK)
    assert _now(local, kofi, payout).status == "canceled"
    late = _pay_out(local, kofi)
    local.control(f"payouts/{late.id}/send")
    with pytest.raises(stripe.InvalidRequestError, match="pending"):
        local.client.payouts.cancel(late.id, {}, {"stripe_account": kofi})


def test_what_cannot_be_paid_out_is_refused(local: LocalStripe) -> None:
    kofi = _funded(local)
    with pytest.raises(stripe.InvalidRequestError) as short:
        _pay_out(local, kofi, 4894)
    assert short.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="external accounts in that currency") as other:
        _pay_out(local, kofi, currency="usd")
    assert other.value.param == "currency"
    with pytest.raises(stripe.InvalidRequestError) as instant:
        _pay_out(local, kofi, method="instant")
    assert instant.value.code == "instant_payouts_unsupported"
    local.control(f"accounts/{kofi}", due=["individual.verification.document"])
    with pytest.raises(stripe.InvalidRequestError) as stopped:
        _pay_out(local, kofi)
    assert stopped.value.code == "payouts_not_allowed"
    assert available(local, "gbp", kofi) == 4893


def test_without_a_manual_schedule_stripe_pays_out_by_itself(local: LocalStripe) -> None:
    kofi = _funded(local, manual=False)
    local.forward(WEEK)
    paid = local.client.payouts.list({}, {"stripe_account": kofi}).data
    assert [(one.amount, one.automatic) for one in paid] == [(4893, True)]
    zuri = _funded(local)
    local.forward(WEEK)
    assert local.client.payouts.list({}, {"stripe_account": zuri}).data == []


def test_bank_accounts_are_shown_by_their_last_digits(local: LocalStripe) -> None:
    kofi = sellers.ready(local)
    local.control(f"accounts/{kofi}", account_number="DE89370400440532013000", country="DE")
    banks = local.client.accounts.external_accounts.list(kofi, {"object": "bank_account"}).data
    assert [(bank.currency, bank.last4, bank.default_for_currency) for bank in banks] == [
        ("eur", "3000", True), ("gbp", "6789", True),
    ]  # fmt: skip
    assert "370400440532" not in str(banks[0])
    with pytest.raises(stripe.PermissionError):
        local.client.accounts.external_accounts.create(
            kofi, {"external_account": {"object": "bank_account", "country": "GB", "currency": "gbp", "account_number": "1"}}
        )  # fmt: skip


def test_our_own_account_is_paid_out_by_hand(local: LocalStripe) -> None:
    assert local.client.accounts.retrieve_current().settings.payouts.schedule.interval == "manual"
    local.client.topups.create({"amount": 5000, "currency": "gbp"})
    payout = local.client.payouts.create({"amount": 5000, "currency": "gbp"})
    local.forward(WEEK)
    assert local.client.payouts.retrieve(payout.id).status == "paid"
    assert available(local, "gbp") == 0
