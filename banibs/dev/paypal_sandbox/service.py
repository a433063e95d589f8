"""The local PayPal as the kit drives it: every address on one screen, its key, its switches."""

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from banibs.dev.paypal_sandbox import batches, certificates, items
from banibs.dev.paypal_sandbox.errors import invalid, refusal, unauthorised
from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal, Route, Shown, Verb, moment
from banibs.dev.sandbox_kit.store import Object, Store

CLIENT_ID = os.environ.get("PAYPAL_CLIENT_ID") or "local-paypal-client"
CLIENT_SECRET = os.environ.get("PAYPAL_CLIENT_SECRET") or "local-paypal-secret"
WEBHOOK_ID = os.environ.get("PAYPAL_WEBHOOK_ID") or "LOCALWEBHOOK0001"
TOKEN_SECONDS = 32_400
BY_HAND = {"claim": "SUCCESS", "return": "RETURNED", "refund": "REFUNDED", "reverse": "REVERSED", "fail": "FAILED",
           "block": "BLOCKED", "hold": "ONHOLD", "leave_unclaimed": "UNCLAIMED"}  # fmt: skip


def token(call: Call) -> Answer:
    """POST /v1/oauth2/token"""
    expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    if not secrets.compare_digest(call.headers.get("authorization", ""), f"Basic {expected}"):
        raise Refusal(401, {"error": "invalid_client", "error_description": "Client Authentication failed"})
    if call.body != b"grant_type=client_credentials":
        raise Refusal(
            400, {"error": "unsupported_grant_type", "error_description": "Grant Type is not supported"}
        )
    made = f"A21AA{secrets.token_urlsafe(40)}"
    call.store.save("token", made, {"until": call.store.now() + TOKEN_SECONDS})
    return Answer(
        {
            "scope": "https://uri.paypal.com/payments/payouts",
            "access_token": made,
            "token_type": "Bearer",
            "app_id": "APP-LOCAL",
            "expires_in": TOKEN_SECONDS,
        }
    )


def certificate(call: Call) -> Answer:
    """GET /v1/notifications/certs/<name>"""
    if call.names["name"] != certificates.NAME:
        raise refusal(404, "No such certificate")
    return Answer(certificates.certificate(call.store), kind="application/x-pem-file")


def verify(call: Call) -> Answer:
    """POST /v1/notifications/verify-webhook-signature"""
    given = call.data()
    names = {"auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time", "webhook_id",
             "webhook_event"}  # fmt: skip
    for name in names ^ set(given):
        raise invalid(name, "Unknown parameter" if name in given else "Required field is missing")
    fits = given["webhook_id"] == WEBHOOK_ID and certificates.fits(
        call.store,
        transmission=given["transmission_id"],
        at=given["transmission_time"],
        webhook_id=given["webhook_id"],
        body=json.dumps(given["webhook_event"]).encode(),
        signature=given["transmission_sig"],
    )
    return Answer({"verification_status": "SUCCESS" if fits else "FAILURE"})


def balances(call: Call) -> Answer:
    """GET /v1/reporting/balances"""
    rows = []
    for currency, amount in call.store.balances().items():
        value = {"currency_code": currency, "value": items.text(amount, currency)}
        rows.append({"currency": currency, "total_balance": value, "available_balance": value})
    return Answer({"balances": rows, "account_id": "LOCALACCOUNT1", "as_of_time": moment(call.store.now())})


def _by_hand(status: str) -> Verb:
    def do(store: Store, given: Object) -> str:
        failure = str(given.get("failure") or "RECEIVER_ACCOUNT_LOCKED") if status == "FAILED" else ""
        return str(
            items.become(store, batches.find_item(store, given["id"]), status, failure=failure)[
                "transaction_status"
            ]
        )

    return do


def _tell(store: Store, given: Object) -> None:
    """An event about an item that nobody here has; for tests of the door."""
    resource = {"payout_item_id": "ANOTHERITEM01", "payout_batch_id": "ANOTHERBATCH1", "note": given["note"]}
    items.tell(store, str(given.get("type", "PAYMENT.PAYOUTS-ITEM.SUCCEEDED")), "payouts_item", resource)


def _sign(store: Store, given: Object) -> Mapping[str, str]:
    """The headers of any body."""
    address = f"http://127.0.0.1:{store.setting('port')}"
    return certificates.headers(store, str(given["body"]).encode(), webhook_id=WEBHOOK_ID, base_url=address)


def _revoke(store: Store, given: Object) -> int:
    """Every token is taken away."""
    return store.run("DELETE FROM objects WHERE kind = 'token'")


class PayPal:
    """See `sandbox_kit.calls.Service`."""

    name = "The local PayPal"
    routes: Sequence[Route] = (
        Route("POST", "/v1/oauth2/token", token, open=True),
        Route("POST", "/v1/payments/payouts", batches.create),
        Route("GET", "/v1/payments/payouts/<batch>", batches.show),
        Route("GET", "/v1/payments/payouts-item/<item>", batches.show_item),
        Route("POST", "/v1/payments/payouts-item/<item>/cancel", batches.cancel_item),
        Route("GET", "/v1/notifications/certs/<name>", certificate, open=True),
        Route("POST", "/v1/notifications/verify-webhook-signature", verify),
        Route("GET", "/v1/reporting/balances", balances),
    )
    settings: Mapping[str, Any] = {
        "next_item": "SUCCESS",
        "failure": "RECEIVER_UNREGISTERED",
        "short": "at_once",
        "fee_minor": 25,
        "fee_returned": False,
        "processing_seconds": 0,
    }

    # What is done to an item by hand, and a key that is taken away.
    verbs: Mapping[str, Verb] = {
        **{name: _by_hand(status) for name, status in BY_HAND.items()},
        "revoke": _revoke,
        "tell": _tell,
        "sign": _sign,
    }

    def refusal(self, status: int, message: str, *, code: str = "", path: str = "") -> Refusal:
        """A refusal in PayPal's shape."""
        return refusal(status, message, name=code)

    def authorise(self, call: Call) -> None:
        """A token of ours that has not expired."""
        kind, _, given = call.headers.get("authorization", "").partition(" ")
        known = call.store.get("token", given) if kind == "Bearer" else None
        if known is None or known["until"] <= call.store.now():
            raise unauthorised()

    def do_chore(self, store: Store, verb: str, subject: str) -> None:
        """A batch is worked off; an item that nobody claimed comes back."""
        if verb == "process":
            batches.process(store, subject)
            return
        item = batches.find_item(store, subject)
        if item["transaction_status"] == "UNCLAIMED":
            items.become(store, item, "RETURNED")

    def signed(self, store: Store, event_id: str, body: bytes, base_url: str) -> Mapping[str, str]:
        """PayPal's five headers."""
        return certificates.headers(store, body, webhook_id=WEBHOOK_ID, base_url=base_url)

    def shown(self, store: Store) -> Sequence[Shown]:
        """Every item, newest first."""
        return [
            Shown(
                one["payout_item_id"],
                f"{items.text(one['_amount'], one['_currency'])} {one['_currency']} to {one['payout_item']['receiver']}",
                one["transaction_status"],
                [verb for verb, to in BY_HAND.items() if one["transaction_status"] in items.BEFORE[to]],
            )
            for one in reversed(store.all("item"))
        ]
