"""Files that the virus scanner has not seen are scanned by the timetable: uploads that waited, before they are sold, and
what was kept before there was a scanner.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import structlog
from django.db import transaction

from banibs.core import events
from marketplace import policy
from marketplace.media import virus_scan
from marketplace.models import DigitalFile, Product
from marketplace.sellers import listings
from marketplace.storage import private_files

log = structlog.get_logger(__name__)
_READ_BYTES = 64 * 1024  # as Django hands on an upload


def scan_waiting() -> int:
    """Scans what waits, then what was never scanned, oldest first, until the run's time is up or the scanner is away.

    Returns how many it answered. What it refuses is deleted, its row stays to tell the seller why, its seller is told,
    and a listing that has nothing else to hand out is a draft again. Safe twice: a file that was dealt with meanwhile
    is left as it is.
    """
    if not virus_scan.configured():
        return 0
    ends = time.monotonic() + policy.SCANS_AT_ONCE_SECONDS
    answered = 0
    for file in _unseen():
        try:
            found = virus_scan.scan(_chunks(file), seconds=policy.SCAN_AT_LEISURE_SECONDS)
        except FileNotFoundError:  # the others are not held up by it
            log.error("file.lost", file=file.pk)
            continue
        if found.verdict == virus_scan.Verdict.UNKNOWN:
            break
        _note(file, found)
        answered += 1
        if time.monotonic() > ends:
            break
    return answered


def _unseen() -> Iterator[DigitalFile]:
    files = DigitalFile.objects.select_related("product__seller").order_by("id")
    for scan in (DigitalFile.Scan.WAITING, DigitalFile.Scan.NONE):
        yield from files.filter(scan=scan).iterator()


def _chunks(file: DigitalFile) -> Iterator[bytes]:
    with private_files().open(file.file.name or "") as opened:
        while chunk := opened.read(_READ_BYTES):
            yield chunk


def _scan(file: DigitalFile, found: virus_scan.Scan) -> DigitalFile.Scan:
    """What is written beside the file. One that was sold already and is merely large stays what it was."""
    if found.verdict == virus_scan.Verdict.CLEAN:
        return DigitalFile.Scan.CLEAN
    was_sold = file.scan == DigitalFile.Scan.NONE
    if found.verdict == virus_scan.Verdict.TOO_LARGE and was_sold:
        return DigitalFile.Scan.TOO_LARGE
    return DigitalFile.Scan.REFUSED


def _note(file: DigitalFile, found: virus_scan.Scan) -> None:
    scan = _scan(file, found)
    with transaction.atomic():
        changed = DigitalFile.objects.filter(pk=file.pk, scan=file.scan).update(scan=scan, virus=found.virus)
        if changed and scan == DigitalFile.Scan.REFUSED:
            _take_back(file, found)
    log.info("file.scanned", file=file.pk, verdict=found.verdict.value, virus=found.virus)


def _take_back(file: DigitalFile, found: virus_scan.Scan) -> None:
    """Deletes the bytes, takes a listing that is left with no file off sale, and tells its seller."""
    product, name = file.product, file.file.name or ""
    withdrawn = (
        product.status == Product.Status.ACTIVE
        and not product.files.filter(scan__in=DigitalFile.SOLD).exists()
    )
    if withdrawn:
        listings.move(product.pk, to=Product.Status.DRAFT, actor=events.SYSTEM, reason="virus")
    said = {"file": file.name, "listing": product.title, "product": product.pk, "virus": found.virus}
    events.record(events.New("shop.file_refused", product.seller, data={**said, "withdrawn": withdrawn}))
    transaction.on_commit(lambda: private_files().delete(name))
