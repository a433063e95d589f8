"""The local Wise answers as Wise's documentation says: quotes, recipients, transfers, balances, signed events.

Source: docs.wise.com/api-reference and docs.wise.com/guides/developer/webhooks/event-handling, read on 2026-11-27.
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.payouts.local_providers import WISE, LocalProvider

PROFILE = WISE["WISE_PROFILE_ID"]
ZURI = {
    "currency": "NGN",
    "type": "nigeria",
    "profile": int(PROFILE),
    "ownedByCustomer": False,
    "accountHolderName": "Zuri Njeri",
    "details": {"legalType": "PRIVATE", "bankCode": "044", "accountNumber": "0690000031"},
}


class Caller:
    """Plain HTTP with our token."""

    def __init__(self, wise: LocalProvider) -> None:
        self.url = wise.url

    def __call__(
        self, method: str, path: str, body: Any = None, token: str = WISE["WISE_API_TOKEN"]
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=10)

    def quote(self, **more: Any) -> Any:
        asked = {"sourceCurrency": "GBP", "targetCurrency": "NGN", "targetAmount": 187_500, **more}
        return self("POST", f"/v3/profiles/{PROFILE}/quotes", asked)

    def transfer(self, transaction: str = "", **more: Any) -> requests.Response:
        recipient = self("POST", "/v1/accounts", ZURI).json()["id"]
        asked = {
            "targetAccount": recipient,
            "quoteUuid": self.quote().json()["id"],
            "customerTransactionId": transaction or str(uuid.uuid4()),
            "details": {"reference": "BANIBS PO-20417"},
            **more,
        }
        return self("POST", "/v1/transfers", asked)

    def fund(self, transfer: int) -> requests.Response:
        return self("POST", f"/v3/profiles/{PROFILE}/transfers/{transfer}/payments", {"type": "BALANCE"})

    def status(self, transfer: int) -> str:
        return str(self("GET", f"/v1/transfers/{transfer}").json()["status"])

    def lines(self, transfer: int, currency: str = "GBP") -> list[float]:
        path = f"/v1/profiles/{PROFILE}/balance-statements/200001/statement.json"
        period = f"currency={currency}&intervalStart=2026-01-01T00:00:00Z&intervalEnd=2099-01-01T00:00:00Z&type=COMPACT"
        rows = self("GET", f"{path}?{period}").json()["transactions"]
        return [one["amount"]["value"] for one in rows if one["referenceNumber"] == f"TRANSFER-{transfer}"]


@pytest.fixture
def call(wise: LocalProvider) -> Caller:
    wise.fund("1000.00")
    return Caller(wise)


def test_a_quote_says_rate_fee_and_until_when(call: Caller) -> None:
    quote = call.quote().json()
    option = quote["paymentOptions"][0]
    assert (option["payIn"], option["disabled"]) == ("BALANCE", False)
    assert (quote["rate"], option["sourceAmount"], option["fee"]["total"]) == (1875.0, 100.62, 0.62)
    assert option["targetAmount"] == 187_500.0
    from_source = call.quote(targetAmount=None, sourceAmount=100.62).json()["paymentOptions"][0]
    assert (from_source["targetAmount"], from_source["fee"]["total"]) == (187_500.0, 0.62)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"targetCurrency": "XXX"}, "targetCurrency"),
        ({"sourceAmount": 1}, "sourceAmount"),
        ({"targetAmount": 0}, "sourceAmount"),
    ],
)
def test_what_it_does_not_know_it_refuses(call: Caller, more: Any, path: str) -> None:
    refused = call.quote(**more)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)


def test_a_recipient_is_held_to_its_currency(call: Caller) -> None:
    made = call("POST", "/v1/accounts", ZURI).json()
    assert (
        call("GET", f"/v2/accounts/{made['id']}").json()["longAccountSummary"] == "NGN account ending in 0031"
    )
    asked = call("GET", "/v1/account-requirements?source=GBP&target=NGN&sourceAmount=100").json()[0]
    assert (asked["type"], [one["group"][0]["key"] for one in asked["fields"]]) == (
        "nigeria",
        ["bankCode", "accountNumber"],
    )
    wrong = call(
        "POST",
        "/v1/accounts",
        {**ZURI, "details": {"legalType": "PRIVATE", "bankCode": "044", "accountNumber": "1"}},
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "details.accountNumber")
    assert (
        call("POST", "/v1/accounts", {**ZURI, "accountHolderName": "Zuri"}).json()["errors"][0]["path"]
        == "accountHolderName"
    )
    assert call("DELETE", f"/v2/accounts/{made['id']}").json()["active"] is False


def test_a_funded_transfer_is_sent_and_the_balance_pays_amount_and_fee(
    wise: LocalProvider, call: Caller
) -> None:
    made = call.transfer().json()
    assert (made["status"], made["targetValue"]) == ("incoming_payment_waiting", 187_500.0)
    assert wise.balance() == 100_000
    assert call.fund(made["id"]).json() == {"type": "BALANCE", "status": "COMPLETED", "errorCode": None}
    wise.settle()
    assert (call.status(made["id"]), wise.balance()) == ("outgoing_payment_sent", 100_000 - 10_062)
    assert call.lines(made["id"]) == [-100.62]
    assert call.fund(made["id"]).status_code == 409
    [held] = call("GET", f"/v4/profiles/{PROFILE}/balances?types=STANDARD").json()
    assert held["amount"] == {"value": 899.38, "currency": "GBP"}


def test_the_same_transaction_id_is_the_same_transfer(wise: LocalProvider, call: Caller) -> None:
    key = str(uuid.uuid4())
    first, again = call.transfer(key).json(), call.transfer(key).json()
    assert first["id"] == again["id"]
    found = call(
        "GET", f"/v1/transfers?profile={PROFILE}&createdDateStart=2026-01-01T00:00:00Z&limit=10&offset=0"
    ).json()
    assert [one["customerTransactionId"] for one in found] == [key]


def test_an_expired_quote_and_a_used_one_make_no_transfer(wise: LocalProvider, call: Caller) -> None:
    quote = call.quote().json()["id"]
    assert call.transfer(quoteUuid=quote).status_code == 200
    assert call.transfer(quoteUuid=quote).json()["errors"][0]["code"] == "QUOTE_USED"
    other = call.quote().json()["id"]
    wise.control("clock", {"advance": 1801})
    assert call.transfer(quoteUuid=other).json()["errors"][0]["code"] == "QUOTE_EXPIRED"


def test_without_enough_money_it_waits(wise: LocalProvider, call: Caller) -> None:
    wise.fund("-950.00")
    made = call.transfer().json()
    assert call.fund(made["id"]).json() == {
        "type": "BALANCE",
        "status": "REJECTED",
        "errorCode": "transfer.insufficient_funds",
    }
    assert call.status(made["id"]) == "incoming_payment_waiting"
    wise.fund("950.00")
    assert call.fund(made["id"]).json()["status"] == "COMPLETED"


def test_what_bounces_comes_back_with_less(wise: LocalProvider, call: Caller) -> None:
    made = call.transfer().json()
    call.fund(made["id"])
    wise.settle()
    wise.control("clock", {"advance": 21 * 86_400})
    wise.control(f"bounce/{made['id']}", {"value": "98.71"})
    assert call.status(made["id"]) == "funds_refunded"
    assert call.lines(made["id"]) == [98.71, -100.62]
    kinds = [json.loads(one["body"])["data"].get("current_state", one["type"]) for one in wise.events()]
    assert kinds == [
        "incoming_payment_waiting", "processing", "funds_converted", "outgoing_payment_sent", "bounced_back",
        "processing", "cancelled", "funds_refunded", "transfers#refund",
    ]  # fmt: skip


def test_what_is_canceled_in_time_comes_back_whole(wise: LocalProvider, call: Caller) -> None:
    wise.control("settings", {"next_transfer": "processing"})
    made = call.transfer().json()
    call.fund(made["id"])
    wise.settle()
    assert call("PUT", f"/v1/transfers/{made['id']}/cancel").json()["status"] == "funds_refunded"
    assert wise.balance() == 100_000
    assert call("PUT", f"/v1/transfers/{made['id']}/cancel").status_code == 409


def test_keys_profiles_and_the_second_factor(wise: LocalProvider, call: Caller) -> None:
    assert call("GET", "/v2/profiles").json()[0]["id"] == int(PROFILE)
    assert call("GET", "/v2/profiles", token="another").status_code == 401
    assert call("POST", "/v3/profiles/1/quotes", {}).status_code == 403
    made = call.transfer().json()
    wise.control("settings", {"ask_for_sca": True})
    refused = call.fund(made["id"])
    assert (refused.status_code, refused.headers["x-2fa-approval-result"]) == (403, "REJECTED")


def test_events_are_signed_as_wise_signs_them(wise: LocalProvider, call: Caller) -> None:
    call.transfer()
    [event] = wise.events()
    key = serialization.load_pem_public_key(wise.control("public_key/").encode())
    assert isinstance(key, rsa.RSAPublicKey)
    signature = base64.b64decode(event["headers"]["X-Signature-SHA256"])
    key.verify(signature, event["body"].encode(), padding.PKCS1v15(), hashes.SHA256())
