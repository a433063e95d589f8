"""The doors for PayPal's and Wise's events: what is not theirs leaves nothing behind, what is theirs leaves one row."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from payments import policy as payments_policy
from payments.models import WebhookLog
from payouts.gateways.paypal import webhook_signature
from tests.payouts.local_providers import LocalProvider

pytestmark = pytest.mark.django_db


def knock(name: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
    """A request at a door."""
    answer: HttpResponse = Client().post(
        f"/{name}/webhook/", data=body, content_type="application/json", headers=headers
    )
    return answer


@pytest.fixture(params=["paypal", "wise"])
def told(
    request: pytest.FixtureRequest, paypal: LocalProvider, wise: LocalProvider
) -> tuple[str, LocalProvider, dict[str, Any]]:
    """An event of each, as the local one sends it."""
    provider = {"paypal": paypal, "wise": wise}[request.param]
    provider.control("tell/", {"note": "Zuri"})
    [event] = provider.events()
    return request.param, provider, event


Told = tuple[str, LocalProvider, dict[str, Any]]


def test_a_signed_event_is_one_row_and_one_statement(told: Told) -> None:
    name, _provider, event = told
    body = event["body"].encode()
    assert knock(name, body, event["headers"]).json() == {"received": True}
    with CaptureQueriesContext(connection) as statements:
        assert knock(name, body, event["headers"]).status_code == 200
    assert [one["sql"].split()[0] for one in statements.captured_queries] == ["INSERT"]
    row = WebhookLog.objects.get()
    assert (row.provider, row.type, row.deliveries, row.livemode) == (name, event["type"], 2, False)
    assert row.payload == json.loads(event["body"])


def test_another_delivery_of_the_same_event_is_the_same_row(told: Told) -> None:
    name, provider, event = told
    knock(name, event["body"].encode(), event["headers"])
    [again] = provider.events()  # signed anew, with another id of delivery
    assert again["headers"] != event["headers"]
    knock(name, again["body"].encode(), again["headers"])
    assert WebhookLog.objects.get().deliveries == 2


def test_a_body_that_was_changed_stores_nothing(told: Told) -> None:
    name, _provider, event = told
    forged = event["body"].replace("Zuri", "Kofi").encode()
    answer = knock(name, forged, event["headers"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_signature")
    assert not WebhookLog.objects.exists()


@pytest.mark.parametrize("missing", ["", "no", "é", "AAAA"])
def test_without_the_right_signature_nothing_is_stored(told: Told, missing: str) -> None:
    name, _provider, event = told
    signature = "Paypal-Transmission-Sig" if name == "paypal" else "X-Signature-SHA256"
    assert knock(name, event["body"].encode(), {**event["headers"], signature: missing}).status_code == 400
    assert knock(name, event["body"].encode(), {}).status_code == 400
    assert not WebhookLog.objects.exists()


def test_only_posts_and_only_so_much(told: Told) -> None:
    name, _provider, _event = told
    assert Client().get(f"/{name}/webhook/").status_code == 405
    much = b"{" + b" " * payments_policy.WEBHOOK_MOST_BYTES
    assert knock(name, much, {}).status_code == 413
    assert not WebhookLog.objects.exists()


def test_without_keys_the_door_is_shut(told: Told, settings: Settings) -> None:
    name, _provider, event = told
    settings.PAYPAL_WEBHOOK_ID = settings.WISE_WEBHOOK_PUBLIC_KEY = ""
    answer = knock(name, event["body"].encode(), event["headers"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_configured")


def test_of_another_webhook_nothing_is_stored(paypal: LocalProvider, settings: Settings) -> None:
    paypal.control("tell/", {"note": "Zuri"})
    [event] = paypal.events()
    settings.PAYPAL_WEBHOOK_ID = "ANOTHERWEBHOOK01"
    assert knock("paypal", event["body"].encode(), event["headers"]).status_code == 400


@pytest.mark.parametrize(
    "told_body",
    [
        "not json",
        "[]",
        "{}",
        '{"id": 1, "event_type": "a"}',
        '{"id": "a", "id": "b"}',
        '{"id": NaN}',
        "\\xff",
    ],
)
def test_signed_nonsense_is_no_event(paypal: LocalProvider, wise: LocalProvider, told_body: str) -> None:
    for name, provider in (("paypal", paypal), ("wise", wise)):
        signed = provider.control("sign/", {"body": told_body})
        answer = knock(name, told_body.encode(), signed)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_event")
    assert not WebhookLog.objects.exists()


def test_signs_that_the_database_cannot_hold_are_replaced(told: Told) -> None:
    name, provider, _event = told
    provider.control("reset")
    provider.control("tell/", {"note": "a\x00b"})
    [event] = provider.events()
    assert knock(name, event["body"].encode(), event["headers"]).status_code == 200
    assert "a�b" in json.dumps(WebhookLog.objects.get().payload, ensure_ascii=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/v1/notifications/certs/CERT-1",
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.test/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.test/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../../evil",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?next=evil",
        "https://[::1",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(paypal: LocalProvider, url: str) -> None:
    paypal.control("tell/", {"note": "Zuri"})
    [event] = paypal.events()
    assert (
        knock("paypal", event["body"].encode(), {**event["headers"], "Paypal-Cert-Url": url}).status_code
        == 400
    )
    assert paypal.calls() == []


def test_a_local_certificate_proves_nothing_to_a_real_shop(paypal: LocalProvider, settings: Settings) -> None:
    paypal.control("tell/", {"note": "Zuri"})
    [event] = paypal.events()
    settings.PAYPAL_API_HOST = "https://api-m.paypal.com"
    assert knock("paypal", event["body"].encode(), event["headers"]).status_code == 400
    assert not WebhookLog.objects.exists()


def test_while_the_certificate_cannot_be_fetched_paypal_sends_it_again(
    paypal: LocalProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_signature, "_kept", {})
    paypal.control("tell/", {"note": "Zuri"})
    [event] = paypal.events()
    paypal.fail_next("error", "/certs/", status=503)
    assert knock("paypal", event["body"].encode(), event["headers"]).status_code == 503
    assert knock("paypal", event["body"].encode(), event["headers"]).status_code == 200
    assert WebhookLog.objects.count() == 1


def test_another_algorithm_is_not_taken(paypal: LocalProvider) -> None:
    paypal.control("tell/", {"note": "Zuri"})
    [event] = paypal.events()
    weak = {**event["headers"], "Paypal-Auth-Algo": "SHA1withRSA"}
    assert knock("paypal", event["body"].encode(), weak).status_code == 400


def test_a_test_of_the_address_is_answered_and_not_stored(wise: LocalProvider) -> None:
    wise.control("tell/", {"note": "Zuri"})
    [event] = wise.events()
    probe = {**event["headers"], "X-Test-Notification": "true"}
    assert knock("wise", event["body"].encode(), probe).status_code == 200
    assert not WebhookLog.objects.exists()
    assert knock("wise", b"{}", {"X-Test-Notification": "true"}).status_code == 400


def test_a_key_of_ones_own_opens_nothing(wise: LocalProvider) -> None:
    mine = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    body = b'{"event_type": "transfers#state-change", "data": {"resource": {}}}'
    signature = base64.b64encode(mine.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
    assert knock("wise", body, {"X-Signature-SHA256": signature}).status_code == 400
    assert not WebhookLog.objects.exists()
