"""Kofi's connected account, and webhook endpoints."""

from typing import Any

import pytest
import stripe


def test_a_new_seller_still_owes_everything(api: Any) -> None:
    seller = api.accounts.create(
        {"type": "express", "country": "US", "email": "kofi@example.com", "business_type": "individual",
         "capabilities": {"transfers": {"requested": True}}, "metadata": {"seller": "kofi"}}
    )  # fmt: skip
    assert (seller.charges_enabled, seller.payouts_enabled, seller.details_submitted) == (False, False, False)
    assert seller.capabilities["transfers"] == "inactive"
    assert "external_account" in seller.requirements.currently_due
    assert api.accounts.retrieve(seller.id).metadata["seller"] == "kofi"
    link = api.account_links.create(
        {"account": seller.id, "type": "account_onboarding", "refresh_url": "https://banibs.example/again",
         "return_url": "https://banibs.example/back"}
    )  # fmt: skip
    assert link.url.startswith("http")
    assert link.expires_at > link.created
    assert api.accounts.delete(seller.id).deleted


def test_each_account_sees_its_own(api: Any) -> None:
    seller = api.accounts.create({"type": "express", "country": "US"})
    mine = api.customers.create({"email": "amara@example.com"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.retrieve(mine.id, {}, {"stripe_account": seller.id})
    assert refused.value.code == "resource_missing"
    api.accounts.delete(seller.id)


def test_an_endpoints_secret_is_told_once(api: Any) -> None:
    made = api.webhook_endpoints.create(
        {
            "url": "https://banibs.example/hook",
            "enabled_events": ["charge.succeeded"],
            "description": "orders",
        }
    )
    assert made.secret.startswith("whsec_")
    assert "secret" not in api.webhook_endpoints.retrieve(made.id).to_dict()
    changed = api.webhook_endpoints.update(made.id, {"disabled": True, "enabled_events": ["*"]})
    assert (changed.status, changed.enabled_events) == ("disabled", ["*"])
    assert api.webhook_endpoints.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        api.webhook_endpoints.retrieve(made.id)
