"""A seller's listings: written, priced, stocked, pictured, published, taken down. Amounts are minor units.

Every change ends in `offer_index.refresh_products`, which alone decides what buyers find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.core.text import fold
from marketplace.catalogue import offer_index
from marketplace.models import Category, DigitalFile, Offer, Product, Seller, Variant
from marketplace.pricing import fees
from marketplace.regions import lookup as regions

Status = Product.Status
TRANSITIONS: state_machine.Transitions = {
    Status.DRAFT: frozenset({Status.ACTIVE, Status.ARCHIVED}),
    Status.ACTIVE: frozenset({Status.ARCHIVED, Status.DRAFT}),
    Status.ARCHIVED: frozenset({Status.ACTIVE}),
}


class Conflict(Exception):
    """The listing was changed elsewhere since it was opened. Nothing was written."""

    def __init__(self, product: Product) -> None:
        self.product = product
        super().__init__(f"listing {product.pk} changed")


class Lack(NamedTuple):
    """What a listing lacks, in words, and where it is given: "pictures", "prices" or "files"."""

    part: str
    text: str


class NotReady(Exception):
    """The listing cannot be on sale yet. `lacks` is what it lacks, `problems` the sentences for its seller."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        self.lacks = lacks
        self.problems = [one.text for one in lacks]
        super().__init__("; ".join(self.problems))


class StockMoved(Exception):
    """Pieces were sold since the number was shown. `left` by variant is what is in stock now."""

    def __init__(self, left: Mapping[int, int | None]) -> None:
        self.left = left
        super().__init__("stock changed meanwhile")


def is_reduced(amount: int, compare_at: int | None) -> bool:
    """Whether a compare-at price may stand beside a price: it is higher."""
    return compare_at is not None and compare_at > amount


def repeated_choices(named: Sequence[Sequence[str]]) -> list[int]:
    """Which of a listing's choices, each given by its values, look like an earlier one to a buyer."""
    looks = [tuple(value.casefold() for value in values if value) for values in named]
    return [at for at, look in enumerate(looks) if look in looks[:at]]


def unnamed_choices(named: Sequence[Sequence[str]]) -> list[int]:
    """Which of a listing's choices have no name although there are others to choose from."""
    return [at for at, values in enumerate(named) if len(named) > 1 and not any(values)]


@dataclass(frozen=True, slots=True)
class Price:
    """What a piece costs in a region, and what it cost before (None: never more)."""

    amount: int
    compare_at: int | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """A number in stock as it shall be, and as the seller saw it. None is unlimited."""

    wanted: int | None
    seen: int | None


@dataclass(frozen=True)
class Choice:
    """A variant as its seller wants it. `pk` None makes a new one; `prices` are those that differ."""

    pk: int | None
    options: Mapping[str, str]
    sku: str
    stock: Stock
    prices: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The choice in words: "Medium, Indigo"."""
        return ", ".join(value for value in self.options.values() if value)[:80]


@dataclass(frozen=True)
class Content:
    """A whole listing as its form holds it: columns of the row, prices by region, its choices in order."""

    columns: Mapping[str, Any]
    prices: Mapping[str, Price]
    choices: Sequence[Choice]


def slug_of(title: str) -> str:
    """The readable part of a listing's address."""
    return slugify(fold(title))[:90].strip("-_") or "piece"


def draft(seller: Seller, *, title: str, kind: str, category: Category) -> Product:
    """A new listing with one choice, on sale nowhere."""
    with transaction.atomic():
        product = Product.objects.create(
            seller=seller, title=title, slug=slug_of(title), kind=kind, category=category, status=Status.DRAFT
        )
        Variant.objects.create(product=product, stock=None if kind == "digital" else 1)
    return product


def save(product_id: int, content: Content, *, seen: dt.datetime) -> Product:
    """Writes a listing's content, if nobody else did since `seen` (its `updated_at` when it was opened).

    Raises Conflict or StockMoved with nothing written. A fixed number of statements however many choices.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(of=("self",)).get(pk=product_id)
        if product.updated_at != seen:
            raise Conflict(product)
        for name, value in content.columns.items():
            setattr(product, name, value)
        product.slug = slug_of(product.title)
        product.save()
        variants = _write_choices(product, content.choices)
        _write_prices(product, variants, content)
        offer_index.refresh_products([product.pk])
    return product


def _write_choices(product: Product, choices: Sequence[Choice]) -> list[Variant]:
    kept = {
        variant.pk: variant
        for variant in Variant.objects.select_for_update().filter(product=product, active=True).order_by("pk")
    }
    _check_stock(kept, {choice.pk: choice.stock for choice in choices if choice.pk is not None})
    rows = []
    for position, choice in enumerate(choices):
        row = kept.pop(choice.pk, None) if choice.pk is not None else None
        row = row or Variant(product=product)
        row.name, row.options, row.sku = choice.name, dict(choice.options), choice.sku
        row.position = position
        if row.pk is None or choice.stock.wanted != choice.stock.seen:
            row.stock = choice.stock.wanted
        rows.append(row)
    # a choice that may have been sold is kept for its orders, and is on sale no more
    Variant.objects.filter(pk__in=kept).update(active=False)
    Offer.objects.filter(variant__in=kept).delete()
    Variant.objects.bulk_create([row for row in rows if row.pk is None])
    fields = ["name", "options", "sku", "stock", "position"]
    Variant.objects.bulk_update([row for row in rows if row.pk is not None], fields)
    return rows


def _check_stock(rows: Mapping[int, Variant], wanted: Mapping[int, Stock]) -> None:
    """A number that its seller changed must have been changed from what is there now."""
    moved = {
        pk: rows[pk].stock
        for pk, stock in wanted.items()
        if pk in rows and stock.wanted != stock.seen and rows[pk].stock != stock.seen
    }
    if moved:
        raise StockMoved(moved)


def _write_prices(product: Product, variants: Sequence[Variant], content: Content) -> None:
    category = product.category
    rows = []
    for variant, choice in zip(variants, content.choices, strict=True):
        for region, price in content.prices.items():
            amount = choice.prices.get(region, price.amount)
            compare_at = price.compare_at if is_reduced(amount, price.compare_at) else None
            rows.append(
                Offer(
                    variant=variant,
                    region_id=region,
                    amount=amount,
                    compare_at=compare_at,
                    product=product,
                    seller_id=product.seller_id,
                    category=category,
                    department_id=category.parent_id or category.pk,
                    kind=product.kind,
                    country=product.seller.country,
                )
            )
    Offer.objects.filter(product=product).exclude(region__in=content.prices).delete()
    Offer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["variant", "region"],
        update_fields=["amount", "compare_at"],
    )


def restock(
    product: Product, *, region: str, stocks: Mapping[int, Stock], amounts: Mapping[int, int]
) -> None:
    """New numbers in stock, and new prices in one region, by variant; for the list. Raises StockMoved."""
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Variant.objects.select_for_update().filter(product=product, active=True).order_by("pk")
        }
        _check_stock(rows, stocks)
        changed = [rows[pk] for pk, stock in stocks.items() if pk in rows and stock.wanted != stock.seen]
        for row in changed:
            row.stock = stocks[row.pk].wanted
        Variant.objects.bulk_update(changed, ["stock"])
        offers = list(Offer.objects.filter(variant__in=list(rows), region=region).order_by("pk"))
        for offer in offers:
            offer.amount = amounts.get(offer.variant_id, offer.amount)
            if not is_reduced(offer.amount, offer.compare_at):
                offer.compare_at = None
        Offer.objects.bulk_update(offers, ["amount", "compare_at"])
        offer_index.refresh_products([product.pk])


def problems(product: Product) -> list[str]:
    """What a listing lacks to be on sale, in words; empty when nothing. Four statements at most."""
    return [one.text for one in lacks(product)]


def lacks(product: Product) -> list[Lack]:
    """The same, each with the part of the form that it belongs to."""
    lacking = []
    if not product.images.exists() and not product.cover:
        lacking.append(Lack("pictures", _("Add at least one picture")))
    if not product.offers.exists():
        lacking.append(Lack("prices", _("Give it a price in at least one region")))
    if product.kind == "digital":
        scans = set(product.files.values_list("scan", flat=True))
        if not scans:
            lacking.append(Lack("files", _("Add the file that buyers get")))
        elif DigitalFile.Scan.WAITING in scans:
            said = _("Its files are still being scanned for viruses. Publish it in a few minutes")
            lacking.append(Lack("files", said))
        elif scans == {DigitalFile.Scan.REFUSED}:
            lacking.append(Lack("files", _("Its file was refused. Add another that buyers get")))
    return lacking


def move(product_id: int, *, to: str, actor: events.Actor, reason: str = "") -> Product:
    """Publishes a listing, takes it down, or makes it a draft again.

    Raises NotReady when it lacks something, states.InvalidTransition when it is elsewhere already.
    """
    with transaction.atomic():
        (product,) = state_machine.lock(Product, [product_id])
        lacking = lacks(product) if to == Status.ACTIVE else []
        if lacking:
            raise NotReady(lacking)
        kind = {"active": "listing.published", "archived": "listing.archived"}.get(to, "listing.withdrawn")
        state_machine.move([product], to=to, table=TRANSITIONS, kind=kind, actor=actor, reason=reason)
        offer_index.refresh_products([product.pk])
    return product


@dataclass(frozen=True, slots=True)
class SellerShare:
    """What a seller keeps of a price, and what goes where."""

    kept: Money
    fee: Money
    tax: Money


def seller_share(amount: int, *, region: str, kind: str, tax_class: str) -> SellerShare:
    """The seller's part of one piece at this price there, without a card fee (docs "Money", Amounts)."""
    place = regions.place(region)
    rate = place.rates.get(tax_class, 0)
    net = fees.without_tax(amount, rate, inclusive=place.tax_inclusive)
    fee = fees.marketplace_fee(net, kind)
    return SellerShare(*(Money(part, place.currency) for part in (net - fee, fee, amount - net)))
