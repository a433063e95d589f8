"""Money that takes days: `processing`, and what the bank decides in the end."""

from typing import Any

import pytest
import requests
import stripe

from tests.dev.stripe_sandbox.local import LocalStripe

LINE = {
    "quantity": 1,
    "price_data": {"currency": "usd", "unit_amount": 4800, "product_data": {"name": "Basket"}},
}
FORM = {"debit": "us_bank_account", "name": "Amara O", "email": "a@example.com"}


def _sent(local: LocalStripe, account: str = "pm_usBankAccount_success") -> Any:
    return local.client.payment_intents.create(
        {"amount": 4800, "currency": "usd", "payment_method_types": ["us_bank_account"], "payment_method": account,
         "confirm": True}
    )  # fmt: skip


def _session(local: LocalStripe, **more: Any) -> Any:
    return local.client.checkout.sessions.create(
        {"mode": "payment", "line_items": [LINE], "success_url": "http://shop.test/ok", **more}
    )


def _types(local: LocalStripe) -> list[str]:
    return [event.type for event in local.client.events.list({"limit": 100}).data]


@pytest.mark.parametrize(
    ("account", "status"),
    [
        ("pm_usBankAccount_success", "succeeded"),
        ("pm_usBankAccount_insufficientFunds", "requires_payment_method"),
    ],
)
def test_the_bank_decides_after_days(local: LocalStripe, account: str, status: str) -> None:
    intent = _sent(local, account)
    charge = local.client.charges.retrieve(intent.latest_charge)
    assert (intent.status, charge.status, charge.paid, charge.balance_transaction) == (
        "processing",
        "pending",
        False,
        None,
    )
    assert {"payment_intent.processing", "charge.pending"} <= set(_types(local))
    local.forward(4 * 86400 + 1)
    after = local.client.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert after.status == status
    assert after.latest_charge.paid is (status == "succeeded")
    assert bool(after.latest_charge.balance_transaction) is (status == "succeeded")
    local.forward(5 * 86400)
    assert local.client.payment_intents.retrieve(intent.id).status == status


def test_the_control_page_decides_at_once(local: LocalStripe) -> None:
    came, lost = _sent(local), _sent(local)
    page = requests.get(f"{local.url}/object/{came.id}", timeout=5).text
    assert "Let the money arrive" in page
    move = {"act": "move_payment_intent", "object": came.id, "verb": "arrive"}
    assert requests.post(f"{local.url}/switches", data=move, timeout=5).status_code == 200
    local.control(f"payment_intents/{lost.id}/fail")
    assert local.client.payment_intents.retrieve(came.id).amount_received == 4800
    failed = local.client.payment_intents.retrieve(lost.id)
    assert (failed.status, failed.last_payment_error.code) == (
        "requires_payment_method",
        "debit_not_authorized",
    )
    assert local.client.payment_intents.confirm(
        lost.id, {"payment_method": "pm_usBankAccount_success"}
    ).status == ("processing")
    again = requests.post(f"{local.url}/_control/payment_intents/{came.id}/fail", json={}, timeout=5)
    assert again.status_code == 400


@pytest.mark.parametrize(("verb", "paid"), [("arrive", "paid"), ("fail", "unpaid")])
def test_a_hosted_page_is_complete_before_its_money_is_there(
    local: LocalStripe, verb: str, paid: str
) -> None:
    session = _session(local)
    assert "Pay from a bank account" in requests.get(session.url, timeout=5).text
    gone = requests.post(session.url, data=FORM, allow_redirects=False, timeout=5)
    assert gone.headers["Location"] == "http://shop.test/ok"
    done = local.client.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status) == ("complete", "unpaid")
    local.control(f"payment_intents/{done.payment_intent}/{verb}")
    assert local.client.checkout.sessions.retrieve(session.id).payment_status == paid
    how = "succeeded" if verb == "arrive" else "failed"
    assert [one for one in _types(local) if "async" in one] == [f"checkout.session.async_payment_{how}"]


def test_a_page_that_names_cards_alone_offers_no_debit(local: LocalStripe) -> None:
    session = _session(local, payment_method_types=["card"])
    assert "Pay from a bank account" not in requests.get(session.url, timeout=5).text
    answer = requests.post(session.url, data=FORM, headers={"Accept": "application/json"}, timeout=5)
    assert answer.json()["field"] == "number"


def test_the_intent_of_a_hosted_page_is_ended_with_its_page(local: LocalStripe) -> None:
    session = _session(local)
    declined = {"number": "4000000000000002", "expiry": "12 / 34", "cvc": "123", **FORM, "debit": ""}
    assert requests.post(session.url, data=declined, timeout=5).status_code == 402
    intent = local.client.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        local.client.payment_intents.cancel(intent)
    assert local.client.payment_intents.retrieve(intent).status == "requires_payment_method"
    local.client.checkout.sessions.expire(session.id)
    assert local.client.payment_intents.retrieve(intent).status == "canceled"
