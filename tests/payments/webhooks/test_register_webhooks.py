"""One command makes our endpoints at Stripe and keeps their secrets; events signed with them are let in, no others."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from banibs import checks
from payments.models import WebhookLog, WebhookSecret
from payments.webhooks import receive
from tests.stripe import LocalStripe, knock, signed

pytestmark = pytest.mark.django_db


def test_the_endpoints_are_made_and_their_secrets_kept_encrypted(
    local_stripe: LocalStripe, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = settings.STRIPE_CONNECT_WEBHOOK_SECRET = ""
    assert len(checks.webhook_secrets()) == 2
    call_command("register_webhooks")
    settings.STRIPE_WEBHOOK_SECRET = settings.STRIPE_CONNECT_WEBHOOK_SECRET = receive.STORED
    assert checks.webhook_secrets() == []

    ours = WebhookSecret.objects.get(connect=False)
    assert f"/stripe/webhook/{ours.uuid}/" in capsys.readouterr().out
    (secret,) = receive.endpoint_secrets(ours.uuid)
    assert secret.startswith("whsec_")
    assert secret.encode() not in bytes(ours.encrypted)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = (
        "another key of fifty signs, as long as it should be",
        [old],
    )
    call_command("seal_secrets")
    settings.SECRET_KEY_FALLBACKS = []  # the old key is forgotten, and the secret can still be read
    receive.forget_secrets()
    assert receive.endpoint_secrets(ours.uuid) == (secret,)
    body = json.dumps(
        {"id": "evt_1", "object": "event", "type": "plan.created", "livemode": False, "data": {"object": {}}}
    ).encode()
    assert knock(body, endpoint=ours.uuid, header=signed(body, secret=receive.STORED)).status_code == 400
    assert knock(body, header=signed(body, secret=receive.STORED)).status_code == 503
    assert not WebhookLog.objects.exists()
    assert knock(body, endpoint=ours.uuid, header=signed(body, secret=secret)).status_code == 200


def test_an_endpoint_asked_for_too_early_is_known_once_it_is_registered(local_stripe: LocalStripe) -> None:
    early = uuid.uuid4()
    assert receive.endpoint_secrets(early) == ()
    call_command("register_webhooks")
    WebhookSecret.objects.filter(connect=False).update(uuid=early)
    assert receive.endpoint_secrets(early) != ()


def test_without_an_answer_of_stripe_nothing_is_kept(settings: Settings) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"
    with pytest.raises(CommandError):
        call_command("register_webhooks")
    assert not WebhookSecret.objects.exists()


def registered(local_stripe: LocalStripe) -> dict[str, Any]:
    """The endpoints at Stripe by whose events they are for."""
    found = local_stripe.client.v1.webhook_endpoints.list({"limit": 100}).data
    whose = [one.metadata.get("banibs_endpoint", one.url) for one in found]
    assert len(set(whose)) == len(whose)
    return dict(zip(whose, found, strict=True))


def test_each_endpoint_asks_for_what_may_come_there_and_nothing_else(local_stripe: LocalStripe) -> None:
    call_command("register_webhooks")
    both = registered(local_stripe)
    ours, theirs = set(both["own"].enabled_events), set(both["connect"].enabled_events)
    assert theirs == {
        "account.updated",
        "account.application.deauthorized",
        "account.external_account.created",
        "account.external_account.updated",
        "account.external_account.deleted",
        "balance.available",  # of a shop's account: what waited there can go on
        "capability.updated",
        "person.updated",
        *(f"payout.{what}" for what in ("created", "updated", "paid", "failed", "canceled")),
    }
    assert ours & theirs == {one for one in theirs if one.startswith(("payout.", "balance."))}
    assert {"payment_intent.succeeded", "transfer.created", "radar.early_fraud_warning.created"} < ours
    assert not [one for one in ours if one.startswith(("account.", "capability.", "person."))]


def test_run_twice_there_is_one_endpoint_each_with_the_secret_that_it_had(
    local_stripe: LocalStripe, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("register_webhooks")
    first = {row.stripe_id: bytes(row.encrypted) for row in WebhookSecret.objects.all()}
    client = local_stripe.client.v1
    for one in registered(local_stripe).values():
        client.webhook_endpoints.update(one.id, {"disabled": True, "enabled_events": ["plan.created"]})
    settings.SITE_URL = "https://moved.example"
    capsys.readouterr()

    call_command("register_webhooks")

    assert {row.stripe_id: bytes(row.encrypted) for row in WebhookSecret.objects.all()} == first
    now = registered(local_stripe).values()
    assert {one.id for one in now} == set(first)
    assert {(one.status, one.url[:29]) for one in now} == {("enabled", "https://moved.example/stripe/")}
    assert all("plan.created" not in one.enabled_events for one in now)
    assert "go on coming" in capsys.readouterr().out


def test_one_whose_secret_was_lost_goes_and_another_installations_stays(local_stripe: LocalStripe) -> None:
    call_command("register_webhooks")
    WebhookSecret.objects.filter(connect=True).delete()  # as a crash leaves it
    lost = registered(local_stripe)["connect"].id
    other = local_stripe.client.v1.webhook_endpoints.create(
        {
            "url": "https://other.example/",
            "enabled_events": ["payment_intent.succeeded"],
            "metadata": {"banibs_installation": "f" * 32},
        }
    )

    call_command("register_webhooks")

    now = registered(local_stripe)
    assert set(now) == {"own", "connect", "https://other.example/"}
    assert now["connect"].id == WebhookSecret.objects.get(connect=True).stripe_id != lost
    assert now["https://other.example/"].id == other.id


def test_an_event_that_comes_to_a_registered_endpoint_is_known_by_its_door(local_stripe: LocalStripe) -> None:
    call_command("register_webhooks")
    theirs = WebhookSecret.objects.get(connect=True)
    event = {
        "id": "evt_2",
        "object": "event",
        "type": "plan.created",
        "livemode": False,
        "data": {"object": {}},
    }
    body = json.dumps(event).encode()
    (secret,) = receive.endpoint_secrets(theirs.uuid)
    assert knock(body, endpoint=theirs.uuid, header=signed(body, secret=secret)).status_code == 200
    assert WebhookLog.objects.get().connect is True
