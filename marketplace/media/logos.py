"""A shop's logo: one square WebP of our own making, beside the cloth that every shop has."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from marketplace import policy
from marketplace.media import image_uploads
from marketplace.models import Seller


def replace(seller: Seller, upload: UploadedFile[Any]) -> None:
    """Puts an upload in the place of the logo. Raises UnsupportedImage, or OSError: storage is full.

    Whatever is raised, the old logo stays and no file is left without its row.
    """
    content = image_uploads.square(upload, side=policy.LOGO_SIDE_PIXELS)
    old = seller.logo.name
    seller.logo.save(f"{seller.pk}.webp", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            seller.save(update_fields=["logo"])
            _forget(seller, old)
    except BaseException:
        seller.logo.storage.delete(seller.logo.name or "")
        seller.logo = old or ""
        raise


def remove(seller: Seller) -> None:
    """Takes the logo away; the cloth stands in its place."""
    old = seller.logo.name
    seller.logo = ""
    with transaction.atomic():
        seller.save(update_fields=["logo"])
        _forget(seller, old)


def _forget(seller: Seller, name: str | None) -> None:
    if name:
        storage = seller.logo.storage
        transaction.on_commit(lambda: storage.delete(name))
