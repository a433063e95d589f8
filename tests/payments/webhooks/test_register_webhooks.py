"""One command makes our endpoints at Stripe and keeps their secrets; events signed with them are let in, no others."""

from __future__ import annotations

import json
import uuid

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
