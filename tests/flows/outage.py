"""The market of a house with a PostgreSQL of its own, as a child of the test: `open` sets it up, `look` reads it.

Answers in one line of JSON on standard output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from banibs.core import audit  # noqa: E402
from banibs.core.models import IdempotencyKey  # noqa: E402
from banibs.developers import keys  # noqa: E402
from marketplace.models import Cart, Checkout, Variant  # noqa: E402
from tests import market as scene  # noqa: E402
from tests import people  # noqa: E402

BUYERS = 6


def set_up() -> dict[str, Any]:
    """Six buyers with money, an address and a key each; the variants that they will buy."""
    call_command("dev_tables")
    market = scene.opened(wallet=0)
    Variant.objects.filter(pk=market.basket.pk).update(stock=1_000_000)
    buyers = [people.person(f"buyer{n}@example.com", name=f"Buyer {n}") for n in range(BUYERS)]
    told = []
    for buyer in buyers:
        scene.credit(buyer, 1_000_000_000)
        home = scene.address(buyer)
        Cart.objects.create(user=buyer, region_id="GB")
        told.append({"key": keys.create(buyer, name="test", scopes=("*",))[1], "address": home.pk})
    return {"buyers": told, "variants": [market.basket.pk, market.zine.pk]}


def look() -> dict[str, Any]:
    """What is stored, and which promises of the books do not hold."""
    return {
        "numbers": list(Checkout.objects.values_list("number", flat=True)),
        "unpaid": Checkout.objects.filter(paid_at=None).count(),
        "keys": IdempotencyKey.objects.filter(scope="checkout").count(),
        "broken": [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds],
    }


if __name__ == "__main__":
    print(json.dumps({"open": set_up, "look": look}[sys.argv[1]]()), flush=True)
