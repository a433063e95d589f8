"""The local Wise as the kit drives it: every address on one screen, its key, its switches."""

import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from banibs.dev.sandbox_kit import money
from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal, Route, Shown, Verb, moment
from banibs.dev.sandbox_kit.store import Object, Store
from banibs.dev.wise_sandbox import events, quotes, recipients, transfers
from banibs.dev.wise_sandbox.errors import only, refusal

TOKEN = os.environ.get("WISE_API_TOKEN") or "local-wise-token"
PROFILE = int(os.environ.get("WISE_PROFILE_ID") or 30_000_001)


def profiles(call: Call) -> Answer:
    """GET /v2/profiles"""
    return Answer([{"id": PROFILE, "type": "BUSINESS", "businessName": "BANIBS", "currentState": "VISIBLE"}])


def balances(call: Call) -> Answer:
    """GET /v4/profiles/<profile>/balances?types=STANDARD"""
    only(dict(call.query), {"types"})
    rows = []
    for number, (currency, amount) in enumerate(call.store.balances().items()):
        value = {"value": float(money.decimal(amount, currency)), "currency": currency}
        rows.append({"id": 200_001 + number, "currency": currency, "type": "STANDARD", "amount": value,
                     "cashAmount": value, "totalWorth": value,
                     "reservedAmount": {"value": 0, "currency": currency}})  # fmt: skip
    return Answer(rows)


def statement(call: Call) -> Answer:
    """GET /v1/profiles/<profile>/balance-statements/<balance>/statement.json"""
    only(dict(call.query), {"currency", "intervalStart", "intervalEnd", "type", "statementLocale"})
    currency = call.query["currency"]
    start, end = (call.query[name][:19] for name in ("intervalStart", "intervalEnd"))
    running, rows = 0, []
    for row in call.store.rows("SELECT * FROM entries WHERE currency = ? ORDER BY seq", currency):
        running += row["amount"]
        if start <= moment(row["at"])[:19] <= end:
            rows.append(_line(dict(row), running, currency))
    return Answer({"transactions": rows[::-1], "endOfStatementBalance": _value(running, currency)})


def _line(row: Object, running: int, currency: str) -> Object:
    return {
        "type": "DEBIT" if row["amount"] < 0 else "CREDIT",
        "date": moment(row["at"]),
        "amount": _value(row["amount"], currency),
        "totalFees": _value(row["fee"], currency),
        "details": {"type": "TRANSFER" if row["subject"] else "DEPOSIT", "description": row["what"]},
        "exchangeDetails": None,
        "runningBalance": _value(running, currency),
        "referenceNumber": row["subject"] or f"DEPOSIT-{row['seq']}",
    }


def _value(amount: int, currency: str) -> Object:
    return {"value": float(money.decimal(amount, currency)), "currency": currency}


def delivery(call: Call) -> Answer:
    """GET /v1/delivery-estimates/<transfer>"""
    transfers.find(call.store, call.names["transfer"])
    return Answer({"estimatedDeliveryDate": moment(call.store.now() + quotes.DELIVERY)})


class Wise:
    """See `sandbox_kit.calls.Service`."""

    name = "The local Wise"
    routes: Sequence[Route] = (
        Route("GET", "/v2/profiles", profiles),
        Route("POST", "/v3/profiles/<profile>/quotes", quotes.create),
        Route("GET", "/v3/profiles/<profile>/quotes/<quote>", quotes.show),
        Route("GET", "/v1/account-requirements", recipients.requirements),
        Route("POST", "/v1/accounts", recipients.create),
        Route("GET", "/v2/accounts/<recipient>", recipients.show),
        Route("DELETE", "/v2/accounts/<recipient>", recipients.delete),
        Route("POST", "/v1/transfers", transfers.create),
        Route("GET", "/v1/transfers", transfers.listing),
        Route("GET", "/v1/transfers/<transfer>", transfers.show),
        Route("PUT", "/v1/transfers/<transfer>/cancel", transfers.cancel),
        Route("POST", "/v3/profiles/<profile>/transfers/<transfer>/payments", transfers.fund),
        Route("GET", "/v1/delivery-estimates/<transfer>", delivery),
        Route("GET", "/v4/profiles/<profile>/balances", balances),
        Route("GET", "/v1/profiles/<profile>/balance-statements/<balance>/statement.json", statement),
    )
    settings: Mapping[str, Any] = {
        "next_transfer": transfers.SENT,
        "fee_bps": 62,
        "rate_shift_bps": 0,
        "processing_seconds": 0,
        "ask_for_sca": False,
    }
    verbs: Mapping[str, Verb] = {
        "send": transfers.send,
        "stop": transfers.stop,
        "bounce": transfers.bounce,
        "forget": recipients.forget,
        "tell": events.tell_of_nothing,
        "sign": lambda store, given: events.headers(store, str(given["body"]).encode()),
        "public_key": lambda store, given: events.public_key(store),
    }

    def refusal(self, status: int, message: str, *, code: str = "", path: str = "") -> Refusal:
        """A refusal in Wise's shape."""
        return refusal(status, message, code=code or "error", path=path)

    def authorise(self, call: Call) -> None:
        """Our token, and our profile; the switch asks for a second factor as Wise does of British and EU profiles."""
        if not secrets.compare_digest(call.headers.get("authorization", ""), f"Bearer {TOKEN}"):
            raise Refusal(401, {"error": "invalid_token", "error_description": "Invalid token"})
        if call.names.get("profile", str(PROFILE)) != str(PROFILE):
            raise refusal(403, "Not your profile", code="forbidden", path="profileId")
        protected = call.path.endswith(("/payments", "/statement.json"))
        if protected and call.store.setting("ask_for_sca", False):
            headers = {"x-2fa-approval-result": "REJECTED", "x-2fa-approval": secrets.token_hex(8)}
            raise Refusal(403, {"error": "sca_required"}, headers=headers)

    def do_chore(self, store: Store, verb: str, subject: str) -> None:
        """A funded transfer goes on."""
        transfers.go_on(store, subject)

    def signed(self, store: Store, event_id: str, body: bytes, base_url: str) -> Mapping[str, str]:
        """Wise's two headers."""
        return events.headers(store, body)

    def shown(self, store: Store) -> Sequence[Shown]:
        """Every transfer, newest first."""
        can = {"processing": ("send", "stop"), "funds_converted": ("stop",), transfers.SENT: ("bounce",)}
        return [
            Shown(
                str(one["id"]),
                f"{one['sourceValue']:.2f} {one['sourceCurrency']} as {one['targetValue']:.2f} {one['targetCurrency']}",
                one["status"],
                can.get(one["status"], ()),
            )
            for one in reversed(store.all("transfer"))
        ]
