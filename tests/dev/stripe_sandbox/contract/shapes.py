"""The contract of each object: its keys and the types of their values, from Stripe's published examples."""

import json
from typing import Any

from tests.dev.stripe_sandbox.local import ROOT

EXAMPLES = ROOT / "banibs" / "dev" / "stripe_sandbox" / "examples.json"
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


def stored() -> dict[str, Shape]:
    """The shapes that the tests hold objects to."""
    return {name: derive(example) for name, example in json.loads(EXAMPLES.read_text()).items()}
