"""Plain orders: plain buyers buy plain things, each by the one function that sells."""

from __future__ import annotations

import random

from banibs.dev.demo.bulk import plain_catalogue
from banibs.users.models import User
from marketplace.cart import add_item
from marketplace.models import Checkout, Variant
from marketplace.regions import lookup as regions
from payments.charges import purchase
from payments.models import Method


def load(wanted: int) -> None:
    """Brings the number of plain checkouts up to `wanted`, of one to three lines each. Needs plain buyers and products."""
    buyers = list(
        User.objects.filter(email__startswith=f"{plain_catalogue.PREFIX}buyer-")
        .prefetch_related("addresses")
        .order_by("pk")[:1_000]
    )
    things = list(
        Variant.objects.filter(sku__startswith="U0").order_by("pk").values_list("pk", flat=True)[:10_000]
    )
    there = Checkout.objects.filter(user__in=buyers).count()
    place = regions.place(plain_catalogue.REGION)
    for number in range(there, wanted):
        chance = random.Random(number)  # nosec B311  # a story, not a secret
        buyer = buyers[number % len(buyers)]
        for variant in chance.sample(things, chance.randint(1, 3)):
            add_item.add_item(user_id=buyer.pk, token=None, place=place, variant_id=variant, quantity=1)
        address = buyer.addresses.all()[0].snapshot()
        purchase.buy(user=buyer, address=address, method=Method.WALLET, expected_total=None)
