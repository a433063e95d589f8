"""dj-stripe keeps its mirror of each object: whatever it reads of them is there."""

import time
from typing import Any

import djstripe.models
import pytest
import stripe
from django.conf import settings

from tests.dev.stripe_sandbox.local import SECRET, LocalStripe


@pytest.fixture
def mirror(db: None, local: LocalStripe, monkeypatch: pytest.MonkeyPatch) -> Any:
    """dj-stripe pointed at the local Stripe. Returns `keep(model, object)`."""
    monkeypatch.setattr(stripe, "api_base", local.url)
    monkeypatch.setattr(stripe, "api_key", SECRET)
    monkeypatch.setattr(settings, "STRIPE_API_HOST", local.url, raising=False)
    monkeypatch.setattr(settings, "STRIPE_SECRET_KEY", SECRET, raising=False)
    monkeypatch.setattr(settings, "STRIPE_TEST_SECRET_KEY", SECRET, raising=False)

    def keep(model: str, found: Any) -> Any:
        return getattr(djstripe.models, model).sync_from_stripe_data(found, api_key=SECRET)

    return keep


def test_everything_of_a_payment_is_mirrored(mirror: Any, local: LocalStripe) -> None:
    api = local.client
    buyer = api.customers.create({"email": "amara@example.com", "name": "Amara"})
    paid = api.payment_intents.create(
        {"amount": 1200, "currency": "usd", "customer": buyer.id, "payment_method": "pm_card_visa",
         "confirm": True, "setup_future_usage": "off_session", "capture_method": "automatic",
         "return_url": "http://shop.test/"}
    )  # fmt: skip
    refund = api.refunds.create({"payment_intent": paid.id, "amount": 100})
    assert mirror("Account", api.accounts.retrieve_current()).id
    assert mirror("Customer", api.customers.retrieve(buyer.id)).id
    assert mirror("PaymentMethod", api.payment_methods.retrieve(paid.payment_method)).id
    assert mirror("PaymentIntent", api.payment_intents.retrieve(paid.id)).id
    assert mirror("Charge", api.charges.retrieve(paid.latest_charge)).id
    assert mirror("Refund", api.refunds.retrieve(refund.id)).id


def test_pages_sellers_endpoints_and_disputes_are_mirrored(mirror: Any, local: LocalStripe) -> None:
    api = local.client
    line = {
        "quantity": 1,
        "price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Zine"}},
    }
    session = api.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://shop.test/",
            "line_items": [line],
            "expires_at": int(time.time()) + 3600,
        }
    )
    assert mirror("Session", session).id
    seller = api.accounts.create(
        {"type": "express", "country": "GB", "capabilities": {"transfers": {"requested": True}}}
    )
    assert mirror("Account", seller).id
    endpoint = api.webhook_endpoints.create({"url": "https://shop.test/hook", "enabled_events": ["*"]})
    assert mirror("WebhookEndpoint", endpoint).id
    api.payment_intents.create(
        {"amount": 1200, "currency": "usd", "payment_method": "pm_card_createDispute", "confirm": True,
         "payment_method_types": ["card"]}
    )  # fmt: skip
    local.forward(3)
    assert mirror("Dispute", api.disputes.list({}).data[0]).id
