"""Uploads that waited for the virus scanner are scanned before they are sold. For the timetable."""

from __future__ import annotations

import time
from collections.abc import Iterator

import structlog
from django.db import transaction

from marketplace import policy
from marketplace.media import digital_files, virus_scan
from marketplace.models import DigitalFile
from marketplace.storage import private_files

log = structlog.get_logger(__name__)
_READ_BYTES = 64 * 1024  # as Django hands on an upload


def scan_waiting() -> int:
    """Scans what waits, oldest first, until the run's time is up or the scanner is away; returns how many it answered.

    What it refuses is deleted, its row stays to tell the seller why. Safe twice: a file that was dealt with meanwhile
    is left as it is.
    """
    if not virus_scan.configured():
        return 0
    ends = time.monotonic() + policy.SCANS_AT_ONCE_SECONDS
    answered = 0
    for file in DigitalFile.objects.filter(scan=DigitalFile.Scan.WAITING).order_by("id").iterator():
        found = virus_scan.scan(_chunks(file), seconds=policy.SCAN_AT_LEISURE_SECONDS)
        if found.verdict == virus_scan.Verdict.UNKNOWN:
            break
        _note(file, found)
        answered += 1
        if time.monotonic() > ends:
            break
    return answered


def _chunks(file: DigitalFile) -> Iterator[bytes]:
    with private_files().open(file.file.name or "") as opened:
        while chunk := opened.read(_READ_BYTES):
            yield chunk


def _note(file: DigitalFile, found: virus_scan.Scan) -> None:
    refused = bool(digital_files.refused_by(found))
    with transaction.atomic():
        changed = DigitalFile.objects.filter(pk=file.pk, scan=DigitalFile.Scan.WAITING).update(
            scan=DigitalFile.Scan.REFUSED if refused else DigitalFile.Scan.CLEAN, virus=found.virus
        )
        if changed and refused:
            name = file.file.name or ""
            transaction.on_commit(lambda: private_files().delete(name))
    log.info("file.scanned", file=file.pk, verdict=found.verdict.value, virus=found.virus)
