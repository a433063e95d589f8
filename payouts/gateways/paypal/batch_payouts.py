"""Payouts at PayPal: a batch of one item each, so that our key is its `sender_batch_id`.

Source: developer.paypal.com/api/payments.payouts-batch/v1, read on 2026-11-27. A `sender_batch_id` is known for 30 days:
sent again it is refused with a link to the first, which is then read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from banibs.core.money import Money
from payments.gateways import outcomes
from payouts.gateways.json_data import Data, decimal, money, part, parts, text
from payouts.gateways.paypal import client

# What PayPal pays out (developer.paypal.com/api/currency-codes, read on 2026-11-27), and of these without decimals.
CURRENCIES = frozenset(
    ("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK",
     "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD")
)  # fmt: skip
WHOLE = frozenset(("HUF", "JPY", "TWD"))
_BATCH = re.compile(r"/v1/payments/payouts/([A-Za-z0-9_-]{1,60})(?:\?.*)?")


@dataclass(frozen=True)
class Item:
    """One payout as PayPal has it. `status` is theirs: SUCCESS, UNCLAIMED, RETURNED …"""

    batch_id: str
    batch_status: str
    item_id: str
    status: str
    amount: Money | None
    fee: Money | None
    failure: str


def takes(amount: Money) -> bool:
    """Whether PayPal can pay exactly this."""
    if amount.currency not in CURRENCIES:
        return False
    return amount.currency not in WHOLE or decimal(amount) == decimal(amount).to_integral_value()


def create(*, key: str, receiver: str, amount: Money, reference: str) -> Item:
    """Sends, or finds what was sent under this key. Raises Refused (nothing was sent under it), Unknown."""
    value = decimal(amount)
    body: Data = {
        "sender_batch_header": {"sender_batch_id": key, "email_subject": f"BANIBS: {reference}"},
        "items": [
            {
                "recipient_type": "EMAIL",
                "receiver": receiver,
                "amount": {
                    "value": str(int(value)) if amount.currency in WHOLE else f"{value:f}",
                    "currency": amount.currency,
                },
                "sender_item_id": reference,
                "note": f"BANIBS {reference}",
            }
        ],
    }
    try:
        made = part(client.ask("POST", "/v1/payments/payouts", body=body), "batch_header")
    except client.PayPalRefused as refused:
        first = _first_under(refused.error)
        if first:
            return read(first)
        if any(text(one, "field") == "SENDER_BATCH_ID" for one in parts(refused.error, "details")):
            raise outcomes.Unknown(
                f"PayPal knows this key and names no batch: {refused.for_staff}"
            ) from refused
        raise
    return Item(text(made, "payout_batch_id"), text(made, "batch_status"), "", "PENDING", None, None, "")


def _first_under(error: Data) -> str:
    """The batch that an error about a known `sender_batch_id` links to. The address is read for its last part alone."""
    if text(error, "name") != "USER_BUSINESS_ERROR":
        return ""
    links = [*parts(error, "links")]
    for detail in parts(error, "details"):
        links += [*parts(detail, "link"), *parts(detail, "links")]
    for link in links:
        found = _BATCH.search(text(link, "href"))
        if found:
            return found[1]
    return ""


def read(batch_id: str) -> Item:
    """The item of a batch of ours, as it is now. Raises Refused `RESOURCE_NOT_FOUND`, Unknown."""
    batch = client.ask("GET", f"/v1/payments/payouts/{batch_id}")
    header = part(batch, "batch_header")
    items = parts(batch, "items")
    if not items:
        status = "FAILED" if text(header, "batch_status") in ("DENIED", "CANCELED") else "PENDING"
        return Item(batch_id, text(header, "batch_status"), "", status, None, None, _failure(header))
    return _item(items[0], batch_id, text(header, "batch_status"))


def cancel(item_id: str) -> Item:
    """Takes back what nobody has claimed. Raises Refused ITEM_INCORRECT_STATUS for anything else, Unknown."""
    item = client.ask("POST", f"/v1/payments/payouts-item/{item_id}/cancel")
    return _item(item, text(item, "payout_batch_id"), "SUCCESS")


def _item(item: Data, batch_id: str, batch_status: str) -> Item:
    amount, fee = part(part(item, "payout_item"), "amount"), part(item, "payout_item_fee")
    return Item(
        batch_id=batch_id,
        batch_status=batch_status,
        item_id=text(item, "payout_item_id"),
        status=text(item, "transaction_status") or "PENDING",
        amount=money(text(amount, "value"), text(amount, "currency")) if amount else None,
        fee=money(text(fee, "value"), text(fee, "currency")) if fee else None,
        failure=_failure(item),
    )


def _failure(data: Data) -> str:
    """The name of the error, which PayPal gives as one object or as a list."""
    errors = [part(data, "errors"), *parts(data, "errors")]
    return next((text(one, "name") for one in errors if text(one, "name")), "")


def balances() -> dict[str, int]:
    """What PayPal holds for us, minor units by currency. Source: developer.paypal.com/api/transaction-search/v1."""
    held = [
        part(one, "total_balance") for one in parts(client.ask("GET", "/v1/reporting/balances"), "balances")
    ]
    found = [money(text(one, "value"), text(one, "currency_code")) for one in held]
    return {one.currency: one.amount for one in found}
