"""A plain catalogue of any size beside the demo: for measuring, and for seeing pages full.

Rows go in by COPY, in chunks, so that memory does not grow with their number. They are live in the United States.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from banibs.core.clock import now
from banibs.core.money import Money
from banibs.dev.demo import people
from banibs.dev.demo.bulk import indexes, words
from banibs.dev.demo.goods import gallery
from banibs.users.models import Address, User
from marketplace.models import Category, Product, Seller, ShippingRate
from wallet import ledger, movements

REGION = "US"
PREFIX = "plain-"
STOCK = 1_000_000_000  # never sold out, and yet counted
CHUNK = 5_000
PURSE = Money(100_000_000, "USD")
MANY = 100_000  # from here on it is faster to build the indexes after the rows
PICTURES = {
    "lamp": "pendantlamp-marigold", "chair": "foldstool-blush", "table": "stool-clay", "mug": "mug-cotton", "shirt": "tee-sage",
    "scarf": "scarf-cotton", "jacket": "jacket-clay", "bag": "bucketbag-straw", "wallet": "journal-clay", "watch": "cuff-wine",
    "ring": "rings-sky", "bowl": "bowl-clay", "vase": "vase-indigo-3", "rug": "weave-indigo-3", "clock": "tray-cotton",
    "candle": "candle-lilac", "pillow": "cushion-sage", "blanket": "blanket-cotton-3", "mirror": "tray-wine-2", "frame": "print-cotton",
}  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """How much there shall be of each, the demo's own not counted."""

    sellers: int = 0
    products: int = 0
    buyers: int = 0


def load(sizes: Sizes) -> None:
    """Adds what is missing to reach these numbers. The same numbers always give the same rows."""
    sellers = sizes.sellers or (1_000 if sizes.products else 0)
    with transaction.atomic():
        _sellers(sellers)
        _products(sizes.products)
        _buyers(sizes.buyers)


def _sellers(wanted: int) -> None:
    there = Seller.objects.filter(slug__startswith=PREFIX).count()
    users = _users("shop", there, wanted)
    sellers = Seller.objects.bulk_create(
        (
            Seller(
                user=user, slug=f"{PREFIX}{n}", name=f"Plain shop {n}", status=Seller.Status.ACTIVE, country="US", city="Atlanta",
                tagline="One of many, for measuring.",
            )
            for n, user in enumerate(users, start=there)
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    ShippingRate.objects.bulk_create(
        (ShippingRate(seller=seller, region_id=REGION, flat=500, per_item=100) for seller in sellers),
        batch_size=CHUNK,
    )


def _buyers(wanted: int) -> None:
    """People with an address in the United States and a full purse, posted like any other money."""
    there = User.objects.filter(email__startswith=f"{PREFIX}buyer-").count()
    users = _users("buyer", there, wanted)
    Address.objects.bulk_create(
        (
            Address(
                user=user, name=user.name, line1="1 Peachtree Street", city="Atlanta", region="GA", postcode="30303", country="US",
                is_default=True,
            )
            for user in users
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    for user in users:
        ledger.post(movements.demo_credited(user=user.pk, number=1, amount=PURSE))


def _users(kind: str, there: int, wanted: int) -> Sequence[User]:
    password = make_password(people.PASSWORD) if wanted > there else ""
    users = User.objects.bulk_create(
        (
            User(email=f"{PREFIX}{kind}-{n}@banibs.test", name=f"Plain {kind} {n}", password=password)
            for n in range(there, wanted)
        ),
        batch_size=CHUNK,
    )
    EmailAddress.objects.bulk_create(
        (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users),
        batch_size=CHUNK,
    )
    return users


def _products(wanted: int) -> None:
    sellers = list(Seller.objects.filter(slug__startswith=PREFIX).order_by("pk").values_list("pk", flat=True))
    there = Product.objects.filter(seller__in=sellers).count() if sellers else 0
    if wanted <= there:
        return
    categories = list(Category.objects.exclude(parent=None).order_by("path").values_list("pk", "parent_id"))
    rows = words.listings(first=there, until=wanted, sellers=len(sellers), categories=len(categories))
    tables = ("marketplace_product", "marketplace_variant", "marketplace_offer")
    with indexes.built_afterwards(tables if wanted - there >= MANY else ()):
        writer = _Writer(sellers, categories)
        while chunk := list(islice(rows, CHUNK)):
            writer.write(chunk)
        writer.finish()


class _Writer:
    """Copies listings with one variant and one price each; ids are drawn once and counted on."""

    def __init__(self, sellers: Sequence[int], categories: Sequence[tuple[int, int]]) -> None:
        self.sellers, self.categories = sellers, categories
        self.next = {table: _last(f"marketplace_{table}") + 1 for table in ("product", "variant", "offer")}
        self.stamp = now().isoformat()

    def write(self, chunk: Sequence[words.Plain]) -> None:
        """Three COPYs for a chunk."""
        ids = {table: range(first, first + len(chunk)) for table, first in self.next.items()}
        _copy(_PRODUCT, (self._product(pk, row) for pk, row in zip(ids["product"], chunk, strict=True)))
        _copy(_VARIANT, (f"{pk}\t{product}\t\t{{}}\tU{row.number:08}\t{STOCK}\t0\tt\n"
                         for pk, product, row in zip(ids["variant"], ids["product"], chunk, strict=True)))  # fmt: skip
        _copy(_OFFER, (self._offer(pk, variant, product, row)
                       for pk, variant, product, row in zip(ids["offer"], ids["variant"], ids["product"], chunk, strict=True)))  # fmt: skip
        for table in self.next:
            self.next[table] += len(chunk)

    def finish(self) -> None:
        """Tells the sequences how far the ids went."""
        with connection.cursor() as cursor:
            for table, following in self.next.items():
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                    [f"marketplace_{table}", following - 1],
                )

    def _product(self, pk: int, row: words.Plain) -> str:
        category, _ = self.categories[row.category]
        cover = gallery.path(PICTURES[row.noun])
        slug = row.title.lower().replace(" ", "-")
        return (
            f"{pk}\t{self.sellers[row.seller]}\t{category}\t{slug}\t{row.title}\tphysical\tactive\t\t<p>{row.description}</p>"
            f"\t\tstandard\t{cover}\tA drawn {row.noun}\t{self.stamp}\t{self.stamp}\n"
        )

    def _offer(self, pk: int, variant: int, product: int, row: words.Plain) -> str:
        category, department = self.categories[row.category]
        return (
            f"{pk}\t{variant}\t{REGION}\t{row.cents}\t{product}\t{self.sellers[row.seller]}\t{category}\t{department}"
            "\tphysical\tUS\tt\n"
        )


_PRODUCT = (
    "COPY marketplace_product (id, seller_id, category_id, slug, title, kind, status, summary, description_html, materials, "
    "tax_class, cover, cover_alt, created_at, updated_at) FROM STDIN"
)
_VARIANT = "COPY marketplace_variant (id, product_id, name, options, sku, stock, position, active) FROM STDIN"
_OFFER = (
    "COPY marketplace_offer (id, variant_id, region_id, amount, product_id, seller_id, category_id, department_id, kind, "
    "country, lead) FROM STDIN"
)


def _copy(statement: str, lines: Iterator[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(lines))


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')), 0)", [table]
        )
        return int(cursor.fetchone()[0])
