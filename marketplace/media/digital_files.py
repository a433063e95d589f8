"""Files for sale: kept as they came, under a name of our own, in the private storage. Never unpacked.

What is sold is what its name says, and free of viruses where a scanner is configured; whoever takes a file in from
anywhere asks `check_content` first.

What a buyer sees as the name is cleaned text; nothing on a disk or in a path is ever made from it
(docs "Faults", Hostile input).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from banibs.core.states import state_machine
from banibs.core.text import shown_line
from banibs.core.ui import quantities
from marketplace import policy
from marketplace.media import file_types, virus_scan
from marketplace.models import DigitalFile, Download, Product, Seller
from marketplace.storage import private_files

_SCANNER_AWAY = "virus_scan:away"


class FileRefused(Exception):
    """Nothing was kept. `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def name_of(raw: str) -> str:
    """A file's name as text to show: no folders, no control or direction marks, at most 200 characters.

    The ending is kept when the middle has to go. "" when nothing is left.
    """
    last = re.split(r"[/\\]", raw.replace("\x00", ""))[-1]
    shown = shown_line(last).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 12:
        return shown[: policy.FILE_NAME_MOST_CHARACTERS]
    return f"{stem[: policy.FILE_NAME_MOST_CHARACTERS - len(ending) - 1]}.{ending}"


def add(product: Product, upload: UploadedFile[Any]) -> DigitalFile:
    """Keeps an upload as a file that buyers of the listing may fetch, as often and as long as policy says at first.

    Raises FileRefused for an empty or nameless file, one that is not what its name says or holds a virus, one above
    what policy allows, and a shop above its quota; OSError when the storage is full. A row never stands without its
    file, nor a file without its row. When the scanner does not answer, the file is kept and waits: it is not sold yet.
    """
    name = name_of(upload.name or "")
    if not name:
        raise FileRefused(_("That file has no name"))
    if not upload.size:
        raise FileRefused(_("That file is empty"))
    if upload.size > policy.FILE_MOST_BYTES:
        raise FileRefused(
            _("A file may have %(most)s at most") % {"most": quantities.size(policy.FILE_MOST_BYTES)}
        )
    upload.seek(0)
    check_content(name, upload.read(policy.FILE_HEAD_BYTES))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    scan = _scanned(upload)
    upload.seek(0)
    with transaction.atomic():
        state_machine.lock(
            Seller, [product.seller_id]
        )  # so that two uploads cannot both have the last of the quota
        _check_room(product, upload.size)
        key = private_files().save(f"digital/{uuid.uuid4().hex}", upload)
        try:
            place = product.files.aggregate(last=Max("position"))["last"]
            return DigitalFile.objects.create(
                product=product,
                file=key,
                name=name,
                size=upload.size,
                sha256=digest.hexdigest(),
                position=0 if place is None else place + 1,
                scan=scan,
            )
        except BaseException:
            private_files().delete(key)
            raise


def check_content(name: str, head: bytes) -> None:
    """Raises FileRefused when the beginning of a file shows that it is not what its name says."""
    held = file_types.mismatch(name, head)
    if held is not None:
        raise FileRefused(
            _(
                "Its name says .%(ending)s, but it holds %(held)s. Choose the right file, or name it as what it is"
            )
            % {"ending": name.rpartition(".")[2], "held": held}
        )


def _scanned(upload: UploadedFile[Any]) -> DigitalFile.Scan:
    """What the scanner says of an upload, within the time that its seller waits. Raises FileRefused."""
    if not virus_scan.configured():
        return DigitalFile.Scan.NONE
    if cache.get(_SCANNER_AWAY):
        return DigitalFile.Scan.WAITING
    found = virus_scan.scan(upload.chunks(), seconds=policy.SCAN_SECONDS)
    refusal = refused_by(found)
    if refusal:
        raise FileRefused(refusal)
    if found.verdict == virus_scan.Verdict.UNKNOWN:
        cache.set(_SCANNER_AWAY, True, policy.SCANNER_LEFT_ALONE_SECONDS)
        return DigitalFile.Scan.WAITING
    return DigitalFile.Scan.CLEAN


def refused_by(found: virus_scan.Scan) -> str:
    """Why a file is not taken after a scan, in words; "" when the scan does not speak against it."""
    if found.verdict == virus_scan.Verdict.INFECTED:
        return _("A virus was found in it: %(virus)s. It was not kept") % {"virus": found.virus}
    if found.verdict == virus_scan.Verdict.TOO_LARGE:
        return _("It is larger than what our virus scanner takes. It was not kept")
    return ""


def _check_room(product: Product, size: int) -> None:
    files = DigitalFile.objects.exclude(scan=DigitalFile.Scan.REFUSED)
    if files.filter(product=product).count() >= policy.LISTING_MOST_FILES:
        raise FileRefused(
            _("A listing may have %(most)d files at most") % {"most": policy.LISTING_MOST_FILES}
        )
    used = files.filter(product__seller=product.seller_id).aggregate(sum=Sum("size"))["sum"] or 0
    if used + size > policy.SHOP_FILES_MOST_BYTES:
        raise FileRefused(
            _("Your shop's %(most)s are used up. Remove a file you no longer sell.")
            % {"most": quantities.size(policy.SHOP_FILES_MOST_BYTES)}
        )


def remove(file: DigitalFile) -> None:
    """Takes a file off its listing.

    Raises FileRefused when it was sold, because its buyers may still fetch it, and when a listing that is on sale would
    be left with nothing to hand out.
    """
    with transaction.atomic():
        (product,) = state_machine.lock(Product, [file.product_id])
        others = product.files.filter(scan__in=DigitalFile.SOLD).exclude(pk=file.pk)
        if product.status == Product.Status.ACTIVE and file.can_be_sold and not others.exists():
            raise FileRefused(
                _(
                    "This is all that buyers get, and it is on sale. Add the new file first, or take the listing down."
                )
            )
        if Download.objects.filter(file=file).exists():
            raise FileRefused(
                _("Buyers may still download this file, so it stays. New files can stand beside it.")
            )
        key = file.file.name or ""
        file.delete()
        transaction.on_commit(lambda: private_files().delete(key))
