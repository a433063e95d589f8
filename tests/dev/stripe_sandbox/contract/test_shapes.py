"""Every object has at least the keys of Stripe's, of the same types."""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.dev.stripe_sandbox.contract import shapes


def _paid(api: Any) -> Any:
    return api.payment_intents.create(
        {"amount": 1200, "currency": "usd", "payment_method": "pm_card_visa",
        "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip


def _account(api: Any) -> Any:
    wanted = {"card_payments": {"requested": True}, "transfers": {"requested": True}}
    return api.accounts.create({"type": "express", "country": "US", "capabilities": wanted})


def _session(api: Any) -> Any:
    line = {
        "quantity": 2,
        "price_data": {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Basket"}},
    }
    return api.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://banibs.example/ok",
            "line_items": [line],
            "expand": ["line_items"],
        }
    )


def _dispute(api: Any) -> Any:
    intent = api.payment_intents.create(
        {"amount": 1200, "currency": "usd", "payment_method": "pm_card_createDispute",
        "payment_method_types": ["card"],
         "confirm": True}
    )  # fmt: skip
    for _ in range(100):
        found = api.disputes.list({"payment_intent": intent.id})
        if found.data:
            return found.data[0]
        time.sleep(0.2)
    raise AssertionError("no dispute came in 20 s")


def _deleted_customer(api: Any) -> Any:
    return api.customers.delete(api.customers.create({}).id)


def _endpoint(api: Any) -> Any:
    return api.webhook_endpoints.create(
        {"url": "https://banibs.example/hook", "enabled_events": ["charge.failed"]}
    )


def _link(api: Any) -> Any:
    there = {"refresh_url": "https://banibs.example/again", "return_url": "https://banibs.example/back"}
    return api.account_links.create({"account": _account(api).id, "type": "account_onboarding", **there})


MAKERS: dict[str, Callable[[Any], Any]] = {
    "account": _account,
    "account_link": _link,
    "balance": lambda api: api.balance.retrieve(),
    "balance_transaction": lambda api: api.balance_transactions.retrieve(
        api.charges.retrieve(_paid(api).latest_charge).balance_transaction
    ),
    "capability": lambda api: api.accounts.capabilities.retrieve(_account(api).id, "card_payments"),
    "charge": lambda api: api.charges.retrieve(_paid(api).latest_charge, {"expand": ["refunds"]}),
    "checkout.session": _session,
    "customer": lambda api: api.customers.create({"email": "amara@example.com", "metadata": {"user": "7"}}),
    "deleted_customer": _deleted_customer,
    "deleted_account": lambda api: api.accounts.delete(_account(api).id),
    "deleted_webhook_endpoint": lambda api: api.webhook_endpoints.delete(_endpoint(api).id),
    "dispute": _dispute,
    "event": lambda api: (_paid(api), api.events.list({"limit": 1}).data[0])[1],
    "file": lambda api: api.files.create(
        {"purpose": "dispute_evidence", "file": io.BytesIO(b"%PDF-1.4 proof")}
    ),
    "item": lambda api: _session(api).line_items.data[0],
    "payment_intent": _paid,
    "payment_method": lambda api: api.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}}),
    "refund": lambda api: api.refunds.create({"payment_intent": _paid(api).id, "amount": 200}),
    "webhook_endpoint": _endpoint,
}


def _sent(api: Any, seller: str) -> Any:
    """A transfer to the seller, of money that is available at once."""
    api.payment_intents.create(
        {"amount": 5000, "currency": "usd", "payment_method": "pm_card_bypassPending",
        "payment_method_types": ["card"], "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip
    return api.transfers.create({"amount": 1000, "currency": "usd", "destination": seller})


def _paid_out(api: Any, seller: str) -> Any:
    _sent(api, seller)
    return api.payouts.create({"amount": 1000, "currency": "usd"}, {"stripe_account": seller})


OF_SELLERS: dict[str, Callable[[Any, str], Any]] = {
    "bank_account": lambda api, seller: api.accounts.external_accounts.list(seller).data[0],
    "payout": _paid_out,
    "transfer": _sent,
    "transfer_reversal": lambda api, seller: api.transfers.reversals.create(_sent(api, seller).id),
}


@pytest.mark.parametrize("name", sorted(OF_SELLERS))
def test_what_is_a_sellers_has_the_keys_and_types_of_stripes(api: Any, seller: str, name: str) -> None:
    made = json.loads(str(OF_SELLERS[name](api, seller)))
    assert shapes.mismatches(shapes.stored()[name], made) == []


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_it_has_the_keys_and_types_of_stripes(api: Any, name: str) -> None:
    made = json.loads(str(MAKERS[name](api)))
    assert shapes.mismatches(shapes.stored()[name], made) == []


def test_a_missing_key_and_another_type_are_noticed() -> None:
    shape = {"id": "string", "amount": "integer", "card": {"last4": "string"}}
    assert shapes.mismatches(shape, {"id": "x", "amount": 5, "card": None}) == []
    assert shapes.mismatches(shape, {"id": 3, "card": {}}) == [
        ".amount: missing", ".id: integer instead of string", ".card.last4: missing",
    ]  # fmt: skip
