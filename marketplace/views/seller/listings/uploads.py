"""Pictures and files that come with a listing's form: taken one by one, each refused or kept for itself."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, NamedTuple

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from marketplace import policy
from marketplace.media import digital_files, image_uploads, product_images
from marketplace.models import DigitalFile, Product

log = structlog.get_logger(__name__)


class Refusal(NamedTuple):
    """A sentence, and the id of the field that it stands beside."""

    field: str
    text: str


PICTURES, FILES = "pictures-in", "files-in"  # the ids of the two fields


def take(request: HttpRequest, product: Product) -> list[Refusal]:
    """Keeps what was uploaded and what the pictures are said to show; returns a sentence for each refusal."""
    refusals: list[Refusal] = []
    for upload in request.FILES.getlist("pictures")[: policy.UPLOADS_AT_ONCE]:
        refusals += _keep(upload, lambda one: product_images.add(product, one), field=PICTURES)
    if product.kind == "digital":
        for upload in request.FILES.getlist("files")[: policy.UPLOADS_AT_ONCE]:
            refusals += _keep(upload, lambda one: digital_files.add(product, one), field=FILES)
        refusals += _limits(request, product)
    alts = {
        int(name.removeprefix("alt_")): str(value)
        for name, value in request.POST.items()
        if name.startswith("alt_") and name.removeprefix("alt_").isdecimal()
    }
    if alts:
        product_images.describe(product, alts=alts)
    return refusals


def _keep(
    upload: UploadedFile[Any], keep: Callable[[UploadedFile[Any]], object], *, field: str
) -> list[Refusal]:
    name = digital_files.name_of(upload.name or "") or _("A file without a name")
    try:
        keep(upload)
    except (image_uploads.UnsupportedImage, digital_files.FileRefused) as refusal:
        return [Refusal(field, f"{name}: {refusal.message}")]
    except (DatabaseError, InterfaceError):
        raise  # no fault of the upload: the whole page says "try again"
    except (
        Exception
    ) as error:  # a storage of any kind may fail in any way; what was typed must not go with it
        log.exception("upload.failed", error=type(error).__name__)
        return [Refusal(field, no_room(name) if is_full(error) else not_kept(name))]
    return []


def is_full(error: Exception) -> bool:
    """Whether the storage has no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def no_room(name: str) -> str:
    """The sentence for a full storage."""
    return _("%(name)s: there is no room to keep it. Nothing is lost; try again later.") % {"name": name}


def not_kept(name: str) -> str:
    """The sentence for a storage that fails."""
    return _("%(name)s could not be kept. Nothing is lost; try again later.") % {"name": name}


def _limits(request: HttpRequest, product: Product) -> list[Refusal]:
    """How often and how long each file may be fetched; empty is without end."""
    refusals: list[Refusal] = []
    changed = []
    for file in product.files.all():
        texts = (request.POST.get(f"limit_{file.pk}"), request.POST.get(f"days_{file.pk}"))
        if None in texts:
            continue
        numbers = [_number(text or "") for text in texts]
        if -1 in numbers:
            text = _("%(name)s: downloads and days are whole numbers from 1 to %(most)d")
            refusals.append(
                Refusal(f"limit_{file.pk}", text % {"name": file.name, "most": policy.DOWNLOADS_MOST})
            )
        elif [file.limit, file.days] != numbers:
            file.limit, file.days = numbers
            changed.append(file)
    DigitalFile.objects.bulk_update(changed, ["limit", "days"])
    return refusals


def _number(text: str) -> int | None:
    """A number from 1 to the most, None for nothing, -1 for anything else."""
    text = text.strip()
    if not text:
        return None
    return (
        int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= policy.DOWNLOADS_MOST else -1
    )


def change(product: Product, do: str) -> list[str]:
    """A button beside a picture or file: "up:12", "down:12", "remove:12", "file:7". Others do nothing.

    "ask-remove:12" and "ask-file:7", which come first, change nothing: `asks` says what the page is to ask.
    """
    verb, _colon, number = do.partition(":")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    if verb in ("up", "down"):
        product_images.move(product, pk=pk, by=-1 if verb == "up" else 1)
    elif verb == "remove":
        product_images.remove(product, pk=pk)
    elif verb == "file":
        file = product.files.filter(pk=pk).first()
        try:
            if file is not None:
                digital_files.remove(file)
        except digital_files.FileRefused as refusal:
            return [refusal.message]
    return []


def asks(do: str) -> str:
    """The button that the page asks about: "remove:12" for "ask-remove:12"; "" for none."""
    return do.removeprefix("ask-") if do.startswith(("ask-remove:", "ask-file:")) else ""
