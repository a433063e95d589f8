"""The pictures of a listing in their order; the first one is its cover, copied to the row of cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from banibs.core.states import state_machine
from marketplace import policy
from marketplace.media import image_uploads
from marketplace.models import Product, ProductImage


def add(product: Product, upload: UploadedFile[Any]) -> ProductImage:
    """Keeps an upload as the last picture. Raises UnsupportedImage, or OSError when the storage is full.

    Whatever is raised, no file is left without its row.
    """
    if product.images.count() >= policy.LISTING_MOST_IMAGES:
        raise image_uploads.UnsupportedImage(
            _("A listing may have %(most)d pictures at most") % {"most": policy.LISTING_MOST_IMAGES}
        )
    stored = image_uploads.store(upload, folder=f"listings/{product.pk}")
    try:
        return _listed(product, stored)
    except BaseException:
        image_uploads.forget(stored.path)
        raise


def _listed(product: Product, stored: image_uploads.Stored) -> ProductImage:
    with transaction.atomic():
        state_machine.lock(Product, [product.pk])
        last = product.images.aggregate(last=Max("position"))["last"]
        picture = ProductImage.objects.create(
            product=product,
            path=stored.path,
            width=stored.width,
            height=stored.height,
            position=0 if last is None else last + 1,
        )
        _set_cover(product)
    return picture


def move(product: Product, *, pk: int, by: int) -> None:
    """Moves a picture one place up (-1) or down (+1); at the end nothing happens."""
    with transaction.atomic():
        state_machine.lock(Product, [product.pk])
        rows = list(product.images.all())
        place = next((n for n, row in enumerate(rows) if row.pk == pk), None)
        if place is None or not 0 <= place + by < len(rows):
            return
        rows[place], rows[place + by] = rows[place + by], rows[place]
        for position, row in enumerate(rows):
            row.position = position
        ProductImage.objects.bulk_update(rows, ["position"])
        _set_cover(product)


def remove(product: Product, *, pk: int) -> None:
    """Takes a picture away. Its files stay while an order still shows it as what was bought."""
    with transaction.atomic():
        state_machine.lock(Product, [product.pk])
        product.images.filter(pk=pk).delete()
        _set_cover(product)


def describe(product: Product, *, alts: Mapping[int, str]) -> None:
    """What the pictures show, by picture. The cover's goes with it."""
    rows = [row for row in product.images.all() if alts.get(row.pk, row.alt) != row.alt]
    for row in rows:
        row.alt = alts[row.pk].strip()[:200]
    with transaction.atomic():
        ProductImage.objects.bulk_update(rows, ["alt"])
        _set_cover(product)


def _set_cover(product: Product) -> None:
    first = product.images.order_by("position", "pk").first()
    cover = {"cover": first.path, "cover_alt": first.alt} if first else {"cover": "", "cover_alt": ""}
    Product.objects.filter(pk=product.pk).update(
        **cover
    )  # not a change of the text that others may be writing
    for name, value in cover.items():
        setattr(product, name, value)
