"""The local PayPal answers as PayPal's documentation says: shapes, refusals, states, money, signed events.

Source: developer.paypal.com/api/payments.payouts-batch/v1 and /api/rest/webhooks/rest, read on 2026-11-27.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.payouts.local_providers import PAYPAL, LocalProvider

DAY = 86_400


class Caller:
    """Plain HTTP with a token."""

    def __init__(self, paypal: LocalProvider) -> None:
        self.url = paypal.url
        keys = (PAYPAL["PAYPAL_CLIENT_ID"], PAYPAL["PAYPAL_CLIENT_SECRET"])
        answer = requests.post(
            f"{self.url}/v1/oauth2/token", data={"grant_type": "client_credentials"}, auth=keys, timeout=10
        )
        assert answer.json()["token_type"] == "Bearer"
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def __call__(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.url}{path}", json=body, headers=self.headers, timeout=10)

    def pay(self, sender_batch_id: str = "payout:1:1", **more: Any) -> requests.Response:
        item = {
            "recipient_type": "EMAIL",
            "receiver": "zuri@example.com",
            "amount": {"value": "100.00", "currency": "GBP"},
            "sender_item_id": sender_batch_id,
            **more,
        }
        return self(
            "POST",
            "/v1/payments/payouts",
            {"sender_batch_header": {"sender_batch_id": sender_batch_id}, "items": [item]},
        )

    def item(self, batch_id: str) -> Any:
        return self("GET", f"/v1/payments/payouts/{batch_id}").json()["items"][0]


@pytest.fixture
def call(paypal: LocalProvider) -> Caller:
    paypal.fund("1000.00")
    return Caller(paypal)


def made(answer: requests.Response) -> str:
    assert answer.status_code == 201, answer.text
    header = answer.json()["batch_header"]
    assert header["batch_status"] == "PENDING"
    return str(header["payout_batch_id"])


def test_a_payout_arrives_and_costs_its_amount_and_its_fee(paypal: LocalProvider, call: Caller) -> None:
    batch_id = made(call.pay())
    paypal.settle()
    item = call.item(batch_id)
    assert (item["transaction_status"], item["payout_item_fee"]) == (
        "SUCCESS",
        {"currency": "GBP", "value": "0.25"},
    )
    assert item["payout_item"]["receiver"] == "zuri@example.com"
    assert call("GET", f"/v1/payments/payouts-item/{item['payout_item_id']}").json() == item
    assert paypal.balance() == 100_000 - 10_000 - 25
    assert (
        call("GET", "/v1/reporting/balances").json()["balances"][0]["available_balance"]["value"] == "899.75"
    )


def test_the_same_sender_batch_id_is_refused_with_a_link_to_the_first_for_thirty_days(
    paypal: LocalProvider, call: Caller
) -> None:
    first = made(call.pay())
    twice = call.pay()
    assert (twice.status_code, twice.json()["name"]) == (400, "USER_BUSINESS_ERROR")
    assert twice.json()["details"][0]["link"][0]["href"].endswith(f"/v1/payments/payouts/{first}")
    paypal.settle()
    assert paypal.balance() == 89_975
    paypal.control("clock", {"advance": 30 * DAY})
    assert made(Caller(paypal).pay()) != first


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"colour": "red"}, "items[0].colour"),
        ({"receiver": "nobody"}, "items[0].receiver"),
        ({"amount": {"value": 100, "currency": "GBP"}}, "items[0].amount"),
        ({"amount": {"value": "0.00", "currency": "GBP"}}, "items[0].amount"),
        ({"amount": {"value": "1.001", "currency": "GBP"}}, "items[0].amount.value"),
        ({"amount": {"value": "10.00", "currency": "JPY"}}, "items[0].amount.value"),
        ({"amount": {"value": "10.00", "currency": "XOF"}}, "items[0].amount"),
        ({"amount": {"value": "10", "currency": "NGN"}}, "items[0].amount"),
    ],
)
def test_what_it_does_not_know_it_refuses(paypal: LocalProvider, call: Caller, more: Any, field: str) -> None:
    refused = call.pay(**more)
    assert (refused.status_code, refused.json()["name"]) == (400, "VALIDATION_ERROR")
    assert refused.json()["details"][0]["field"] == field
    assert paypal.balance() == 100_000


def test_too_little_money_is_said_at_once_or_later(paypal: LocalProvider, call: Caller) -> None:
    much = {"amount": {"value": "1000.00", "currency": "GBP"}}  # and no fee beside it
    short = call.pay(**much)
    assert (short.status_code, short.json()["name"]) == (422, "INSUFFICIENT_FUNDS")
    paypal.control("settings", {"short": "later"})
    batch_id = made(call.pay(**much))
    paypal.settle()
    seen = call("GET", f"/v1/payments/payouts/{batch_id}").json()
    assert seen["batch_header"]["batch_status"] == "DENIED"
    assert (seen["items"][0]["transaction_status"], seen["items"][0]["errors"]["name"]) == (
        "FAILED",
        "INSUFFICIENT_FUNDS",
    )
    assert paypal.balance() == 100_000


def test_what_nobody_claims_comes_back_after_thirty_days(paypal: LocalProvider, call: Caller) -> None:
    paypal.control("settings", {"next_item": "UNCLAIMED"})
    batch_id = made(call.pay())
    paypal.settle()
    assert (call.item(batch_id)["transaction_status"], paypal.balance()) == ("UNCLAIMED", 89_975)
    paypal.control("clock", {"advance": 30 * DAY - 60})
    assert Caller(paypal).item(batch_id)["transaction_status"] == "UNCLAIMED"
    paypal.control("clock", {"advance": 120})
    assert (Caller(paypal).item(batch_id)["transaction_status"], paypal.balance()) == ("RETURNED", 99_975)


def test_only_the_unclaimed_is_canceled(paypal: LocalProvider, call: Caller) -> None:
    paypal.control("settings", {"next_item": "UNCLAIMED"})
    batch_id = made(call.pay())
    paypal.settle()
    address = f"/v1/payments/payouts-item/{call.item(batch_id)['payout_item_id']}/cancel"
    assert call("POST", address).json()["transaction_status"] == "RETURNED"
    assert call("POST", address).json()["name"] == "ITEM_ALREADY_CANCELLED"
    paypal.control("settings", {"next_item": "SUCCESS"})
    other = made(call.pay("payout:2:1"))
    paypal.settle()
    paid = call("POST", f"/v1/payments/payouts-item/{call.item(other)['payout_item_id']}/cancel")
    assert (paid.status_code, paid.json()["name"]) == (400, "ITEM_INCORRECT_STATUS")


@pytest.mark.parametrize(
    ("verb", "status", "held"), [("refund", "REFUNDED", 99_975), ("reverse", "REVERSED", 99_975)]
)
def test_what_was_paid_may_come_back_weeks_later(
    paypal: LocalProvider, call: Caller, verb: str, status: str, held: int
) -> None:
    batch_id = made(call.pay())
    paypal.settle()
    paypal.control(f"{verb}/{call.item(batch_id)['payout_item_id']}")
    assert (call.item(batch_id)["transaction_status"], paypal.balance()) == (status, held)


@pytest.mark.parametrize("status", ["FAILED", "BLOCKED"])
def test_what_fails_costs_nothing(paypal: LocalProvider, call: Caller, status: str) -> None:
    paypal.control("settings", {"next_item": status})
    batch_id = made(call.pay())
    paypal.settle()
    assert call.item(batch_id)["payout_item_fee"]["value"] == "0.00"
    assert paypal.balance() == 100_000


def test_without_a_token_nothing_is_answered(paypal: LocalProvider, call: Caller) -> None:
    keys = {"grant_type": "client_credentials"}
    wrong = requests.post(f"{paypal.url}/v1/oauth2/token", data=keys, auth=("a", "b"), timeout=10)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    paypal.control("revoke/all")
    assert (call.pay().status_code, call.pay().json()["error"]) == (401, "invalid_token")
    assert Caller(paypal)("GET", "/v1/payments/nothing").status_code == 404


def test_events_are_signed_as_paypal_signs_them(paypal: LocalProvider, call: Caller) -> None:
    made(call.pay())
    events = paypal.events()
    assert [one["type"] for one in events] == [
        "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
        "PAYMENT.PAYOUTSBATCH.SUCCESS",
    ]
    event, headers = events[0], events[0]["headers"]
    certificate = x509.load_pem_x509_certificate(requests.get(headers["Paypal-Cert-Url"], timeout=10).content)
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    crc = zlib.crc32(event["body"].encode())
    said = f"{headers['Paypal-Transmission-Id']}|{headers['Paypal-Transmission-Time']}|LOCALWEBHOOK0001|{crc}"
    signature = base64.b64decode(headers["Paypal-Transmission-Sig"])
    key.verify(signature, said.encode(), padding.PKCS1v15(), hashes.SHA256())
    asked = {
        "auth_algo": headers["Paypal-Auth-Algo"],
        "cert_url": headers["Paypal-Cert-Url"],
        "transmission_id": headers["Paypal-Transmission-Id"],
        "transmission_sig": headers["Paypal-Transmission-Sig"],
        "transmission_time": headers["Paypal-Transmission-Time"],
        "webhook_id": "LOCALWEBHOOK0001",
        "webhook_event": json.loads(event["body"]),
    }
    path = "/v1/notifications/verify-webhook-signature"
    assert call("POST", path, asked).json() == {"verification_status": "SUCCESS"}
    assert call("POST", path, {**asked, "webhook_id": "ANOTHER"}).json() == {"verification_status": "FAILURE"}


def test_it_misbehaves_when_it_is_told_to(paypal: LocalProvider, call: Caller) -> None:
    paypal.fail_next("drop", "/v1/payments/payouts")
    with pytest.raises(requests.ConnectionError):
        call.pay()
    paypal.fail_next("lose", "/v1/payments/payouts")
    with pytest.raises(requests.ConnectionError):
        call.pay()
    paypal.fail_next("error", "/v1/payments/payouts", status=429)
    assert call.pay().json()["name"] == "RATE_LIMIT_REACHED"
    assert call.pay().json()["name"] == "USER_BUSINESS_ERROR"  # the lost one was done, the dropped one not
    paypal.settle()
    assert paypal.balance() == 89_975


def test_its_page_shows_our_money_and_what_was_sent(paypal: LocalProvider, call: Caller) -> None:
    made(call.pay())
    paypal.settle()
    page = requests.get(paypal.url, timeout=10).text
    assert "899.75" in page
    assert "100.00 GBP to zuri@example.com" in page
    foreign = requests.post(
        paypal.url, data={"do": "fund"}, headers={"Origin": "http://evil.test"}, timeout=10
    )
    assert foreign.status_code == 403
    paid_in = requests.post(paypal.url, data={"do": "fund", "currency": "GBP", "value": "1"}, timeout=10)
    assert "900.75" in paid_in.text
