"""Sellers' accounts at Stripe, our own, and the link to Stripe's onboarding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import urlsplit

from stripe.params import AccountCreateParams, AccountLinkCreateParams

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.connect import external_accounts
from payments.gateways.stripe.connect.external_accounts import BankState
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict

# What Stripe is told of a shop whose page it cannot open.
WITHOUT_A_PAGE = "Sells handmade and digital goods of its own on the BANIBS marketplace."


@dataclass(frozen=True)
class AccountState:
    """A connected account, what it still lacks, and the default bank account of each of its currencies."""

    id: str
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    currently_due: tuple[str, ...]
    disabled_reason: str
    banks: tuple[BankState, ...] = ()


def account_state(raw: StripeRaw) -> AccountState:
    """The plain state of an account object."""
    data = as_dict(raw)
    requirements = stripe_data.part(data, "requirements")
    return AccountState(
        id=str(data["id"]),
        details_submitted=bool(data.get("details_submitted")),
        charges_enabled=bool(data.get("charges_enabled")),
        payouts_enabled=bool(data.get("payouts_enabled")),
        currently_due=stripe_data.texts(requirements, "currently_due"),
        disabled_reason=stripe_data.text(requirements, "disabled_reason"),
        banks=tuple(one for one in external_accounts.banks(data) if one.default),
    )


def _public(url: str) -> bool:
    """Whether Stripe can look at this page: it refuses an address of this machine."""
    return bool(re.search(r"\.[a-z]{2,}$", urlsplit(url).hostname or ""))


class AccountRequest(TypedDict):
    """A seller's account as it is asked for. `agreement` is `full`, or `recipient` for a shop that Stripe pays across a
    border.
    """

    country: str
    email: str
    url: str
    agreement: str
    metadata: dict[str, str]


def create_account(asked: AccountRequest, *, key: str) -> AccountState:
    """A seller's Express account; the same one however often it is asked for with this key."""
    url = asked["url"]
    params: AccountCreateParams = {
        "type": "express",
        "country": asked["country"],
        "email": asked["email"],
        "business_profile": {"url": url} if _public(url) else {"product_description": WITHOUT_A_PAGE},
        "capabilities": {"transfers": {"requested": True}},
        "metadata": asked["metadata"],
    }
    if asked["agreement"] == "recipient":
        params["tos_acceptance"] = {"service_agreement": "recipient"}
    with outcome():
        return account_state(v1().accounts.create(params, {"idempotency_key": key}))


def read_account(account_id: str) -> AccountState:
    """The account as it is now."""
    with outcome():
        return account_state(v1().accounts.retrieve(account_id))


def own_account() -> str:
    """The id of our own account."""
    with outcome():
        return str(v1().accounts.retrieve_current().id)


def onboarding_link(account_id: str, *, return_url: str, refresh_url: str) -> str:
    """A link to Stripe's onboarding, good for minutes and once: made anew each time, so it has no key."""
    params: AccountLinkCreateParams = {
        "account": account_id,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "type": "account_onboarding",
    }
    with outcome():
        return str(v1().account_links.create(params).url)
