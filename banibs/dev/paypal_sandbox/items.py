"""A payout item's life: its states, what each does to our balance, and the events that tell of it."""

import secrets
from typing import Any

from banibs.dev.sandbox_kit import money
from banibs.dev.sandbox_kit.calls import emit, moment
from banibs.dev.sandbox_kit.store import Object, Store

WHOLE = ("HUF", "JPY", "TWD")  # PayPal takes no decimals of these
UNCLAIMED_DAYS = 30
# From where a state may be reached.
BEFORE = {
    "SUCCESS": ("PENDING", "UNCLAIMED", "ONHOLD"),
    "UNCLAIMED": ("PENDING", "ONHOLD"),
    "ONHOLD": ("PENDING",),
    "FAILED": ("PENDING", "ONHOLD"),
    "BLOCKED": ("PENDING", "ONHOLD", "UNCLAIMED"),
    "RETURNED": ("UNCLAIMED", "ONHOLD"),
    "REFUNDED": ("SUCCESS", "UNCLAIMED"),
    "REVERSED": ("SUCCESS",),
}
EVENTS = {"SUCCESS": "SUCCEEDED", "ONHOLD": "HELD", "REVERSED": "REFUNDED"}  # others bear the state's name
TAKES = ("SUCCESS", "UNCLAIMED", "ONHOLD")
FAILURES = {
    "RECEIVER_UNREGISTERED": "Receiver is unregistered",
    "RECEIVER_ACCOUNT_LOCKED": "Receiver's account is locked",
    "RECEIVER_COUNTRY_NOT_ALLOWED": "This country is not supported",
    "INSUFFICIENT_FUNDS": "Sender does not have sufficient funds. Please add funds and retry.",
}


def text(amount: int, currency: str) -> str:
    """An amount as PayPal writes it."""
    value = money.decimal(amount, currency)
    return str(int(value)) if currency in WHOLE else f"{value:.2f}"


def written(amount: int, currency: str) -> Object:
    """A currency object."""
    return {"currency": currency, "value": text(amount, currency)}


def shown(item: Object, base_url: str) -> Object:
    """The item as PayPal answers it."""
    body = {name: value for name, value in item.items() if not name.startswith("_")}
    body["payout_item_fee"] = written(item["_fee"], item["_currency"])
    body["links"] = [
        {
            "href": f"{base_url}/v1/payments/payouts-item/{item['payout_item_id']}",
            "rel": "self",
            "method": "GET",
        },
        {
            "href": f"{base_url}/v1/payments/payouts/{item['payout_batch_id']}",
            "rel": "batch",
            "method": "GET",
        },
    ]
    return body


def become(store: Store, item: Object, status: str, *, failure: str = "") -> Object:
    """Moves an item on, takes or gives back the money, and tells. Raises ValueError for a move that cannot be."""
    if item["transaction_status"] not in BEFORE[status]:
        raise ValueError(f"{item['payout_item_id']} is {item['transaction_status']}, not to become {status}")
    item_id, currency, amount = item["payout_item_id"], item["_currency"], item["_amount"]
    if status in TAKES and not item["_taken"]:
        store.enter(-amount - item["_fee"], currency, what="payout", subject=item_id, fee=item["_fee"])
        item.update(_taken=True, transaction_id=secrets.token_hex(9)[:17].upper())
    elif status not in TAKES and not item["_taken"]:
        item["_fee"] = 0
    elif status not in TAKES:
        back = amount + (item["_fee"] if store.setting("fee_returned", False) else 0)
        store.enter(back, currency, what=status.lower(), subject=item_id)
        item["_taken"] = False
    item.update(transaction_status=status, time_processed=moment(store.now()))
    if failure:
        item["errors"] = {
            "name": failure,
            "message": FAILURES[failure],
            "information_link": "https://developer.paypal.com",
        }
    store.save("item", item_id, item)
    if status == "UNCLAIMED":
        store.later(UNCLAIMED_DAYS * 86_400, "return", item_id)
    tell(
        store,
        "PAYMENT.PAYOUTS-ITEM." + EVENTS.get(status, status),
        "payouts_item",
        shown(item, "https://local-paypal.test"),
    )
    return item


def tell(store: Store, type_: str, resource_type: str, resource: Any) -> None:
    """Records an event and queues it."""
    event_id = f"WH-{secrets.token_hex(9).upper()}-{secrets.token_hex(9).upper()}"
    body = {
        "id": event_id,
        "event_version": "1.0",
        "create_time": moment(store.now()),
        "resource_type": resource_type,
        "event_type": type_,
        "summary": f"{type_} for {resource.get('payout_item_id', 'a batch')}",
        "resource": resource,
        "links": [],
    }
    emit(store, event_id, type_, body)


def take_next(store: Store) -> tuple[str, str]:
    """What becomes of the next item, and its failure: as the switch says."""
    status = str(store.setting("next_item", "SUCCESS"))
    return status, str(store.setting("failure", "RECEIVER_UNREGISTERED")) if status == "FAILED" else ""
