"""Departments, shops and listings of the demo, as rows. Everything in a few statements, whatever the number."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence

from django.core.files.base import ContentFile
from django.db import connection
from django.utils.text import slugify

from banibs.core.clock import now
from banibs.dev.demo import people
from banibs.dev.demo.goods import digital_files, gallery, prices, reading
from marketplace import policy
from marketplace.catalogue import categories, offer_index
from marketplace.media.digital_files import check_content
from marketplace.models import (
    Category,
    DigitalFile,
    Offer,
    Product,
    ProductImage,
    Seller,
    ShippingRate,
    Variant,
)
from marketplace.storage import private_files

OPENED = dt.timedelta(days=300)  # the first shop came this long ago, the newest listing yesterday


def load() -> None:
    """Writes the whole catalogue. Expects an empty one."""
    tree = _departments()
    sellers = _sellers()
    gallery.publish(picture.name for _, listing in _listings() for picture in listing.pictures)
    products = _products(sellers, tree)
    _pictures(products)
    _prices(products)
    _files(products)
    _tell_planner()
    offer_index.refresh_products([product.pk for product, _ in products])


def _tell_planner() -> None:
    """Tells the planner how many rows have just been written: what it knew was the empty table, and its plan for that takes hours."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE marketplace_product, marketplace_variant, marketplace_offer")


def _departments() -> Mapping[str, Category]:
    """The tree by path."""
    rows = {}
    for position, department in enumerate(reading.departments()):
        rows[department.slug] = parent = Category(
            slug=department.slug, path=department.slug, name=department.name,
            intro=department.intro, art=department.art, position=position,
        )  # fmt: skip
        for place, name in enumerate(department.categories):
            slug = slugify(name)
            rows[f"{department.slug}/{slug}"] = Category(
                parent=parent, slug=slug, path=f"{department.slug}/{slug}", name=name, position=place
            )
    Category.objects.bulk_create([row for row in rows.values() if row.parent is None])
    Category.objects.bulk_create([row for row in rows.values() if row.parent is not None])
    categories.forget()
    return rows


def _sellers() -> Mapping[str, Seller]:
    """The shops by slug, each owned by its maker, opened one after another."""
    shops = reading.shops()
    owners = people.makers()
    opened = now() - OPENED
    sellers = Seller.objects.bulk_create(
        Seller(
            user=owners[shop.slug],
            slug=shop.slug,
            name=shop.name,
            status=Seller.Status.ACTIVE,
            tagline=shop.tagline,
            story_html=reading.paragraphs(shop.story),
            quote=shop.quote,
            maker=shop.maker,
            country=shop.country,
            city=shop.city,
            return_days=shop.return_days,
            return_paid_by=shop.return_paid_by,
            cancel_policy=shop.cancel_policy,
            returns_html=reading.paragraphs(shop.returns),
            created_at=opened + dt.timedelta(days=5 * n, hours=3 * n),
        )
        for n, shop in enumerate(shops)
    )
    ShippingRate.objects.bulk_create(
        ShippingRate(
            seller=seller,
            region_id=code,
            flat=prices.local(flat, code).amount,
            per_item=prices.local(each, code).amount,
            min_days=soonest,
            max_days=latest,
        )
        for seller, shop in zip(sellers, shops, strict=True)
        for code, (flat, each, soonest, latest) in shop.delivery.items()
    )
    return {seller.slug: seller for seller in sellers}


def _listings() -> Iterator[tuple[reading.Shop, reading.Listing]]:
    """Every listing with its shop, well mixed: the newest twenty-four come from many shops."""
    every = [(shop, listing) for shop in reading.shops() for listing in shop.listings]
    random.Random(1865).shuffle(every)  # nosec B311  # an order, not a secret
    yield from every


Written = Sequence[tuple[Product, reading.Listing]]


def _products(sellers: Mapping[str, Seller], tree: Mapping[str, Category]) -> Written:
    listings = list(_listings())
    first = now() - OPENED + dt.timedelta(days=80)
    step = (now() - dt.timedelta(days=1) - first) / max(1, len(listings) - 1)
    products = Product.objects.bulk_create(
        Product(
            seller=sellers[shop.slug],
            category=tree[listing.category],
            slug=listing.slug,
            title=listing.title,
            kind=listing.kind,
            status=Product.Status.ACTIVE,
            summary=listing.summary,
            description_html=reading.paragraphs(listing.description),
            materials=listing.materials,
            tax_class=listing.tax,
            cover=gallery.path(listing.pictures[0].name),
            cover_alt=listing.pictures[0].alt,
            created_at=first + n * step,
        )
        for n, (shop, listing) in enumerate(listings)
    )
    return [(product, listing) for product, (_, listing) in zip(products, listings, strict=True)]


def _pictures(products: Written) -> None:
    width, height = gallery.SIZE
    ProductImage.objects.bulk_create(
        ProductImage(
            product=product,
            path=gallery.path(picture.name),
            alt=picture.alt,
            width=width,
            height=height,
            position=n,
        )
        for product, listing in products
        for n, picture in enumerate(listing.pictures)
    )


def _prices(products: Written) -> None:
    rows = [(product, listing, choice) for product, listing in products for choice in listing.choices]
    variants = Variant.objects.bulk_create(
        Variant(
            product=product,
            name=choice.name[:80],
            options=choice.options,
            sku=f"{product.seller.slug[:6].upper().strip('-')}-{product.pk}-{listing.choices.index(choice) + 1}",
            stock=choice.stock,
            position=listing.choices.index(choice),
        )
        for product, listing, choice in rows
    )
    Offer.objects.bulk_create(
        Offer(
            variant=variant,
            region_id=code,
            amount=prices.local(choice.price, code).amount,
            compare_at=prices.local(choice.was, code).amount if choice.was else None,
            product=product,
            seller=product.seller,
            category=product.category,
            department=product.category.parent or product.category,
            kind=product.kind,
            country=product.seller.country,
        )
        for variant, (product, listing, choice) in zip(variants, rows, strict=True)
        for code in listing.regions
    )


def _files(products: Written) -> None:
    """The files of what is digital, in the private storage."""
    shops = {shop.slug: shop for shop in reading.shops()}
    DigitalFile.objects.bulk_create(
        _file(
            product,
            name,
            digital_files.make(name, shop=shops[product.seller.slug], listing=listing),
            position=n,
        )
        for product, listing in products
        for n, name in enumerate(listing.files)
    )


def _file(product: Product, name: str, content: bytes, *, position: int) -> DigitalFile:
    check_content(name, content[: policy.FILE_HEAD_BYTES])
    digest = hashlib.sha256(content).hexdigest()
    key = f"digital/{digest[:32]}"
    if not private_files().exists(key):
        private_files().save(key, ContentFile(content))
    return DigitalFile(
        product=product, file=key, name=name, size=len(content), sha256=digest, position=position
    )
