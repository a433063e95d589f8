"""The contract of each object: its keys and the types of their values, from Stripe's published examples.

`shapes.json` holds the derivation alone (names and types, no example). Run this file with the path of
`fixtures3.json` to derive it anew.
"""

import json
import sys
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("shapes.json")
RESOURCES = (
    "account", "account_link", "balance", "balance_transaction", "bank_account", "capability", "charge",
    "checkout.session", "customer", "deleted_account", "deleted_customer", "deleted_webhook_endpoint",
    "dispute",
    "event", "file", "item", "login_link", "payment_intent", "payment_method", "refund", "setup_intent",
    "topup", "webhook_endpoint",
)  # fmt: skip
# What has another shape for each type of payment, error or owner: the contract says only that it is an
# object.
OPEN = frozenset(
    {
        "amount_details", "capabilities", "card_payments", "controller", "data", "discount",
        "last_payment_error",
        "last_setup_error", "metadata", "next_action", "payment_method_options", "processing",
        "sepa_debit_payments",
        "source", "tip", "transfer_data", "wallet",
    }
)  # fmt: skip

Shape = Any  # a type's name, or a dict of key → Shape


def derive(example: Any) -> Shape:
    """The shape of an example."""
    if isinstance(example, dict):
        return {
            key: "object" if key in OPEN and isinstance(value, dict) else derive(value)
            for key, value in example.items()
        }
    return type_name(example)


def type_name(value: Any) -> str:
    """A JSON type."""
    names = {
        type(None): "null",
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "list",
    }
    return names.get(type(value), "object")


def mismatches(shape: Shape, value: Any, path: str = "") -> list[str]:
    """Every key that is missing and every value of another type. Null fits everywhere, as in Stripe's
    examples.
    """
    if value is None or shape == "null":
        return []
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{path}: {type_name(value)} instead of object"]
        missing = [f"{path}.{key}: missing" for key in shape if key not in value]
        wrong = [mismatches(part, value[key], f"{path}.{key}") for key, part in shape.items() if key in value]
        return missing + [line for lines in wrong for line in lines]
    found = type_name(value)
    return (
        []
        if found == shape or (shape == "number" and found == "integer")
        else [f"{path}: {found} instead of {shape}"]
    )


def derive_all(published: dict[str, Any]) -> dict[str, Shape]:
    """The shapes of the resources that the local Stripe has."""
    return {name: derive(published["resources"][name]) for name in RESOURCES}


def stored() -> dict[str, Shape]:
    """The shapes that the tests hold objects to."""
    shapes: dict[str, Shape] = json.loads(STORED.read_text())
    return shapes


if __name__ == "__main__":
    STORED.write_text(
        json.dumps(derive_all(json.loads(Path(sys.argv[1]).read_text())), indent=1, sort_keys=True) + "\n"
    )
