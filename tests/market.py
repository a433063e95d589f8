"""What the people of the tests need around them: shops that send, listings on sale, money, carts. Rows, nothing more."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from banibs.core.models import ClockOffset
from banibs.core.money import Money
from banibs.users.models import Address, User
from marketplace.cart import add_item
from marketplace.cart import contents as carts
from marketplace.catalogue import categories, offer_index
from marketplace.models import Cart, Category, Offer, Product, Seller, ShippingRate, Variant
from marketplace.regions import lookup as regions
from tests import people
from wallet import ledger, movements

_numbers = itertools.count(1_000_001)


def address(user: User, country: str = "GB") -> Address:
    """Where the person's parcels go."""
    return Address.objects.create(
        user=user,
        name=user.name,
        line1="14 Ashley Road",
        city="Bristol",
        postcode="BS6 5NP",
        country=country,
        is_default=True,
    )


def sends_to(seller: Seller, *codes: str) -> Seller:
    """The shop sends parcels to these regions for 4.00, and 1.00 for each piece."""
    ShippingRate.objects.bulk_create(
        ShippingRate(seller=seller, region_id=code, flat=400, per_item=100) for code in codes
    )
    return seller


def category(name: str = "Home", parent: Category | None = None) -> Category:
    """A department, or a category below one."""
    slug = name.lower().replace(" ", "-")
    path = f"{parent.path}/{slug}" if parent else slug
    row, _ = Category.objects.get_or_create(
        path=path, defaults={"slug": slug, "name": name, "parent": parent}
    )
    categories.forget()
    return row


def listing(
    seller: Seller,
    title: str,
    *,
    price: int = 4800,
    stock: int | None = 10,
    kind: str = "physical",
    sold_in: tuple[str, ...] = ("GB", "US"),
    in_category: Category | None = None,
    **fields: Any,
) -> Variant:
    """A listing on sale with one variant, at the same number of minor units in each region. Returns the variant."""
    slug = title.lower().replace(" ", "-")[:80]
    product = Product.objects.create(
        seller=seller,
        category=in_category or category(),
        slug=slug,
        title=title,
        kind=kind,
        status="active",
        **fields,
    )
    variant = Variant.objects.create(product=product, stock=stock)
    offer(variant, price, *sold_in)
    return variant


def offer(variant: Variant, price: int, *sold_in: str) -> None:
    """Prices a variant in these regions and puts its listing on sale there."""
    product = variant.product
    Offer.objects.bulk_create(
        Offer(
            variant=variant,
            region_id=code,
            amount=price,
            product=product,
            seller=product.seller,
            category=product.category,
            department=product.category.parent or product.category,
            kind=product.kind,
            country=product.seller.country,
        )
        for code in sold_in
    )
    offer_index.refresh_products([product.pk])


def credit(user: User, amount: int, currency: str = "GBP") -> None:
    """Play money in the wallet."""
    with transaction.atomic():
        ledger.post(
            movements.demo_credited(user=user.pk, number=next(_numbers), amount=Money(amount, currency))
        )


def put_in_cart(user: User, *wanted: tuple[Variant, int], region: str = "GB") -> Cart:
    """The person's cart with these variants in it."""
    place = regions.place(region)
    cart = carts.open_for(user_id=user.pk, place=place)
    for variant, quantity in wanted:
        add_item.add_item(user_id=user.pk, token=None, place=place, variant_id=variant.pk, quantity=quantity)
    return cart


@dataclass
class Market:
    """The scene of most stories: Amara with money, Kofi's basket, Zuri's jar and zine."""

    amara: User
    kofi: Seller
    zuri: Seller
    basket: Variant
    jar: Variant
    zine: Variant

    def wallet(self, currency: str = "GBP") -> int:
        """What Amara can spend, in minor units."""
        return ledger.balance(f"user:{self.amara.pk}:wallet", currency).amount


def opened(*, wallet: int = 20_000) -> Market:
    """Sets the scene; Amara's wallet holds this many pence."""
    amara = people.amara()
    address(amara)
    kofi, zuri = sends_to(people.kofi(), "GB", "US"), sends_to(people.zuri(), "GB", "US")
    if wallet:
        credit(amara, wallet)
    return Market(
        amara=amara,
        kofi=kofi,
        zuri=zuri,
        basket=listing(kofi, "Bolga market basket", price=4800),
        jar=listing(zuri, "Shea butter", price=1400),
        zine=listing(zuri, "Night Market issue 4", price=700, stock=None, kind="digital"),
    )


def forward(**duration: float) -> None:
    """Moves the shared clock, as `/dev/clock/` would."""
    moved, _new = ClockOffset.objects.get_or_create(pk=1, defaults={"offset": dt.timedelta()})
    moved.offset += dt.timedelta(**duration)
    moved.save()
