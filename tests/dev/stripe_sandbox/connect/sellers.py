"""A seller with an account at Stripe that money can be sent to, and money of ours to send."""

import os
from typing import Any

from tests.dev.stripe_sandbox.local import LocalStripe

FAILS = "000111111116"
CLOSED = "000111111113"


def ready(local: LocalStripe, *, country: str = "GB", number: str = "", manual: bool = True) -> str:
    """Kofi's account: complete, with a bank account, paid out when we say so. Its id."""
    wanted: dict[str, Any] = {"transfers": {"requested": True}}
    account = local.client.accounts.create(
        {"type": "express", "country": country, "capabilities": wanted, **(_recipient(country))}
    )
    if manual:
        local.client.accounts.update(
            account.id, {"settings": {"payouts": {"schedule": {"interval": "manual"}}}}
        )
    local.control(f"accounts/{account.id}", complete=True, **({"account_number": number} if number else {}))
    return str(account.id)


def _recipient(country: str) -> dict[str, Any]:
    full = ("US", "GB", "CA", "DE")
    return {} if country in full else {"tos_acceptance": {"service_agreement": "recipient"}}


def available(local: LocalStripe, currency: str, account: str = "") -> int:
    """What Stripe says may be sent out now, of ours or of an account."""
    return _line(local, "available", currency, account)


def pending(local: LocalStripe, currency: str, account: str = "") -> int:
    """What Stripe says will be available later."""
    return _line(local, "pending", currency, account)


def _line(local: LocalStripe, kind: str, currency: str, account: str) -> int:
    options = {"stripe_account": account} if account else {}
    lines = getattr(local.client.balance.retrieve({}, options), kind)
    return next((line.amount for line in lines if line.currency == currency), 0)


def contract_account(api: Any) -> str:
    """An account of the contract's target that can be sent money: the newest that Stripe lets be paid out."""
    chosen = os.environ.get("STRIPE_CONTRACT_SELLER", "")
    if chosen:
        return chosen
    found = [one.id for one in api.accounts.list({"limit": 100}).data if one.payouts_enabled]
    assert found, "onboard one Express account in test mode, then run this again"
    return str(found[0])
