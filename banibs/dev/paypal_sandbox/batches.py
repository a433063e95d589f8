"""Payout batches: taken in, worked off, shown; and the items in them."""

import re
import secrets
from typing import Any

from banibs.dev.paypal_sandbox import items
from banibs.dev.paypal_sandbox.errors import invalid, refusal
from banibs.dev.sandbox_kit import money
from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal, moment
from banibs.dev.sandbox_kit.store import Object, Store

# Currencies that can be paid out (developer.paypal.com/api/currency-codes).
CURRENCIES = frozenset(
    ("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK",
     "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD")
)  # fmt: skip
HEADER = {"sender_batch_id", "recipient_type", "email_subject", "email_message", "note"}
ITEM = {"recipient_type", "amount", "note", "receiver", "sender_item_id", "recipient_wallet", "purpose",
        "notification_language"}  # fmt: skip
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REMEMBERED = 30 * 86_400  # seconds that a sender_batch_id is known


def create(call: Call) -> Answer:
    """POST /v1/payments/payouts"""
    given = call.data()
    _only(given, {"sender_batch_header", "items"}, "")
    header, wanted = given.get("sender_batch_header"), given.get("items")
    if not isinstance(header, dict):
        raise invalid("sender_batch_header", "Required field is missing")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 15_000:
        raise invalid("items", "Between 1 and 15000 items")
    _only(header, HEADER, "sender_batch_header.")
    if header.get("sender_batch_id"):
        _refuse_twice(call, str(header["sender_batch_id"]))
    parsed = [_item(one, header, number) for number, one in enumerate(wanted)]
    denied = _is_short(call.store, parsed)
    if denied and call.store.setting("short", "at_once") == "at_once":
        raise refusal(422, items.FAILURES["INSUFFICIENT_FUNDS"], name="INSUFFICIENT_FUNDS")
    batch_id = secrets.token_hex(7)[:13].upper()
    batch = {
        "payout_batch_id": batch_id,
        "batch_status": "PENDING",
        "sender_batch_header": header,
        "time_created": moment(call.store.now()),
        "_at": call.store.now(),
        "_denied": denied,
    }
    call.store.save("batch", batch_id, batch)
    for one in parsed:
        one.update(payout_batch_id=batch_id, sender_batch_id=header.get("sender_batch_id", ""))
        call.store.save("item", one["payout_item_id"], one)
    call.store.later(call.store.setting("processing_seconds", 0), "process", batch_id)
    return Answer({"batch_header": _header(batch), "links": _links(call.base_url, batch_id)}, 201)


def _refuse_twice(call: Call, sender_batch_id: str) -> None:
    for batch in call.store.all("batch"):
        same = batch["sender_batch_header"].get("sender_batch_id") == sender_batch_id
        if same and call.store.now() - batch["_at"] < REMEMBERED:
            detail = {
                "field": "SENDER_BATCH_ID",
                "location": "body",
                "issue": "Batch with given sender_batch_id already exists",
                "link": _links(call.base_url, batch["payout_batch_id"]),
            }
            raise refusal(400, "User business error.", name="USER_BUSINESS_ERROR", details=[detail])


def _item(given: Any, header: Object, number: int) -> Object:
    place = f"items[{number}]."
    if not isinstance(given, dict) or not isinstance(given.get("amount"), dict):
        raise invalid(place + "amount", "Required field is missing")
    _only(given, ITEM, place)
    _only(given["amount"], {"value", "currency"}, place + "amount.")
    currency = str(given["amount"].get("currency"))
    try:
        amount = money.minor(given["amount"].get("value"), currency)
    except ValueError as wrong:
        raise invalid(place + "amount.value", str(wrong)) from wrong
    if currency not in CURRENCIES or amount <= 0 or not isinstance(given["amount"]["value"], str):
        raise invalid(place + "amount", "Invalid amount or currency")
    if currency in items.WHOLE and "." in given["amount"]["value"]:
        raise invalid(place + "amount.value", f"{currency} has no decimals")
    kind = given.get("recipient_type", header.get("recipient_type"))
    if kind != "EMAIL" or not EMAIL.fullmatch(str(given.get("receiver"))):
        raise invalid(place + "receiver", "Receiver is invalid or does not match with type")
    return {
        "payout_item_id": secrets.token_hex(7)[:13].upper(),
        "transaction_status": "PENDING",
        "payout_item": given,
        "_amount": amount,
        "_currency": currency,
        "_fee": 0,
        "_taken": False,
    }


def _only(given: Object, known: set[str], place: str) -> None:
    for name in given:
        if name not in known:
            raise invalid(place + name, "Unknown parameter")


def _is_short(store: Store, parsed: list[Object]) -> bool:
    """Whether the balance does not bear them beside what was taken in already."""
    held, fee = store.balances(), int(store.setting("fee_minor", 25))
    waiting = [one for one in store.all("item") if one["transaction_status"] == "PENDING"]
    needed: dict[str, int] = {}
    for one in [*waiting, *parsed]:
        needed[one["_currency"]] = needed.get(one["_currency"], 0) + one["_amount"] + fee
    return any(needed[one["_currency"]] > held.get(one["_currency"], 0) for one in parsed)


def process(store: Store, batch_id: str) -> None:
    """A batch's turn has come."""
    batch = _batch(store, batch_id)
    fee = int(store.setting("fee_minor", 25))
    mine = [one for one in store.all("item") if one["payout_batch_id"] == batch_id]
    if batch["_denied"]:
        batch["batch_status"] = "DENIED"
        for one in mine:
            items.become(store, one, "FAILED", failure="INSUFFICIENT_FUNDS")
    else:
        for one in mine:
            status, failure = items.take_next(store)
            if status != "PENDING":
                one["_fee"] = fee
                items.become(store, one, status, failure=failure)
        batch.update(batch_status="SUCCESS", time_completed=moment(store.now()))
    store.save("batch", batch_id, batch)
    items.tell(
        store, f"PAYMENT.PAYOUTSBATCH.{batch['batch_status']}", "payouts", {"batch_header": _header(batch)}
    )


def show(call: Call) -> Answer:
    """GET /v1/payments/payouts/<batch>"""
    for name in call.query:
        if name not in ("page", "page_size", "total_required", "fields"):
            raise invalid(name, "Unknown parameter")
    batch = _batch(call.store, call.names["batch"])
    mine = [one for one in call.store.all("item") if one["payout_batch_id"] == batch["payout_batch_id"]]
    return Answer(
        {
            "total_items": len(mine),
            "total_pages": 1,
            "batch_header": _header(batch),
            "items": [items.shown(one, call.base_url) for one in mine],
            "links": _links(call.base_url, batch["payout_batch_id"]),
        }
    )


def show_item(call: Call) -> Answer:
    """GET /v1/payments/payouts-item/<item>"""
    return Answer(items.shown(find_item(call.store, call.names["item"]), call.base_url))


def cancel_item(call: Call) -> Answer:
    """POST /v1/payments/payouts-item/<item>/cancel"""
    item = find_item(call.store, call.names["item"])
    if item["transaction_status"] == "RETURNED":
        raise refusal(400, "The requested item is already cancelled.", name="ITEM_ALREADY_CANCELLED")
    if item["transaction_status"] != "UNCLAIMED":
        raise refusal(400, "Only an unclaimed item can be cancelled.", name="ITEM_INCORRECT_STATUS")
    return Answer(items.shown(items.become(call.store, item, "RETURNED"), call.base_url))


def find_item(store: Store, item_id: str) -> Object:
    """An item. Raises Refusal."""
    found = store.get("item", item_id)
    if found is None:
        raise _missing()
    return found


def _batch(store: Store, batch_id: str) -> Object:
    found = store.get("batch", batch_id)
    if found is None:
        raise _missing()
    return found


def _missing() -> Refusal:
    return refusal(404, "The requested resource ID was not found")


def _header(batch: Object) -> Object:
    return {name: value for name, value in batch.items() if not name.startswith("_")}


def _links(base_url: str, batch_id: str) -> list[Object]:
    return [{"href": f"{base_url}/v1/payments/payouts/{batch_id}", "rel": "self", "method": "GET"}]
