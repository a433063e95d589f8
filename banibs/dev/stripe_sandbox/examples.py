"""New objects, made from Stripe's own examples: one of each resource, in `examples.json` (licence: README.md)."""

import copy
import functools
import json
from pathlib import Path
from typing import Any

from banibs.dev.stripe_sandbox.store import Object

# What the examples fill with inventions and a new object does not have yet. Some keys of theirs hold a choice that
# BANIBS never makes.
_UNSET = {
    "charge": "balance_transaction description shipping source transfer_data",
    "checkout.session": "after_expiration cancel_url collected_information consent consent_collection currency_conversion "
    "customer_details invoice_creation payment_intent payment_method_configuration_details permissions "
    "shipping_address_collection shipping_cost wallet_options",
    "customer": "address currency discount shipping",
    "payment_intent": "canceled_at last_payment_error next_action payment_method_configuration_details processing shipping "
    "source transfer_data",
    "topup": "source",
}
_OFF = {"enabled": False}
_AS_OURS: dict[str, Object] = {
    "checkout.session": {"adaptive_pricing": _OFF, "managed_payments": _OFF},
    "payment_intent": {"managed_payments": _OFF},
}


@functools.cache
def examples() -> dict[str, Object]:
    """Every example, by its resource."""
    found: dict[str, Object] = json.loads(Path(__file__).with_name("examples.json").read_text())
    return found


def new(kind: str, **fields: Any) -> Object:
    """An object of a kind with every key of Stripe's: those of `fields`, and the example's for the rest."""
    body = copy.deepcopy(examples()[kind])
    body.update(dict.fromkeys(_UNSET.get(kind, "").split()))
    if "metadata" in body:
        body["metadata"] = {}
    body.update(copy.deepcopy(_AS_OURS.get(kind, {})))
    return {**body, **fields}


def taken(params: Object, *names: str) -> Object:
    """Those of the parameters that an object keeps as they are; None for what was not given."""
    return {name: params.get(name) for name in names}
