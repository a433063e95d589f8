"""Numbers without gaps: one task takes what is asked for, series by series, under the lock of the series' row.

A number and its document are one transaction: a worker that dies before COMMIT leaves neither, so the next one draws the
same number. The purchase knows nothing of it.
"""

from __future__ import annotations

import datetime as dt
import traceback
import zoneinfo
from collections.abc import Callable, Sequence

import structlog
from django.db import transaction

from banibs.core import policy as core_policy
from banibs.core.clock import Now, now
from banibs.core.jobs import task_wakeup
from marketplace.models import Seller
from marketplace.sellers import time_zones
from payments import policy
from payments.models import Document, DocumentRequest, DocumentSeries
from payments.receipts.kinds import KINDS
from payments.receipts.snapshots.draft import Draft, NotYet

log = structlog.get_logger(__name__)
RENDER_TASK = "payments.tasks.render_documents"


def issue_due() -> int:
    """Draws the numbers of all that is due, a series at a time; returns how many were drawn. Renders nothing."""
    drawn = 0
    for kind in KINDS:  # receipts before the credit notes that name them
        issuers = DocumentRequest.objects.filter(kind=kind, due_at__lte=Now()).values_list(
            "issuer", flat=True
        )
        for issuer in list(issuers.distinct().order_by("issuer")[: policy.DOCUMENT_SERIES_AT_ONCE]):
            drawn += issue_series(issuer, kind)
    if drawn:
        task_wakeup.request_run(RENDER_TASK)
    return drawn


def issue_series(issuer: str, kind: str) -> int:
    """Draws the numbers of one issuer's documents of a kind, in the order of their facts; returns how many.

    One transaction, under the lock of the series' row. A draft that cannot be made yet stays asked for and takes no
    number.
    """
    with transaction.atomic():
        issued, zone = now(), _zone(issuer)
        series = _locked(issuer, kind, issued.astimezone(zone).year)
        # Nothing is skipped but what another year's series holds, on the night between the two.
        due = DocumentRequest.objects.filter(issuer=issuer, kind=kind, due_at__lte=Now())
        requests = list(
            due.select_for_update(skip_locked=True).order_by("fact_at", "pk")[: policy.DOCUMENTS_AT_ONCE]
        )
        makers = KINDS[kind].load([request.subject for request in requests])
        drafts: list[tuple[DocumentRequest, Draft]] = []
        for request in requests:
            draft = _made(request, makers.get(request.subject))
            if draft is not None:
                drafts.append((request, draft))
        if drafts:
            _draw(series, drafts, issued.astimezone(zone))
    return len(drafts)


def _zone(issuer: str) -> zoneinfo.ZoneInfo:
    """The zone by which the issuer's days and years are."""
    shop = issuer.removeprefix("shop:")
    if shop == issuer:
        return zoneinfo.ZoneInfo("UTC")
    return time_zones.zone(Seller.objects.get(pk=shop))


def _locked(issuer: str, kind: str, year: int) -> DocumentSeries:
    DocumentSeries.objects.get_or_create(issuer=issuer, kind=kind, year=year)
    return DocumentSeries.objects.select_for_update().get(issuer=issuer, kind=kind, year=year)


def _made(request: DocumentRequest, make: Callable[[], Draft] | None) -> Draft | None:
    """The draft, or None when it is put off. What a broken one raises keeps no other document waiting."""
    if make is None:  # its fact was undone before it had a document
        request.delete()
        return None
    try:
        return make()
    except NotYet as reason:
        _put_off(request, str(reason))
    except Exception as error:  # shown to staff, and tried again
        log.exception("document.draft_failed", kind=request.kind, subject=request.subject)
        _put_off(request, "".join(traceback.format_exception(error))[-4000:])
    return None


def _put_off(request: DocumentRequest, error: str) -> None:
    attempts = min(request.attempts + 1, policy.DOCUMENT_MOST_WAITS)
    DocumentRequest.objects.filter(pk=request.pk).update(
        attempts=attempts, error=error, due_at=Now() + core_policy.retry_wait(attempts)
    )


def _draw(
    series: DocumentSeries, drafts: Sequence[tuple[DocumentRequest, Draft]], issued: dt.datetime
) -> None:
    made = [
        _document(series, number, request, draft, issued)
        for number, (request, draft) in enumerate(drafts, start=series.last + 1)
    ]
    Document.objects.bulk_create(made)
    DocumentSeries.objects.filter(pk=series.pk).update(last=series.last + len(made))
    DocumentRequest.objects.filter(pk__in=[request.pk for request, _draft in drafts]).delete()


def _document(
    series: DocumentSeries, number: int, request: DocumentRequest, draft: Draft, issued: dt.datetime
) -> Document:
    name = f"{KINDS[series.kind].letter}-{series.year}-{number:06d}"
    return Document(
        series=series,
        number=number,
        name=name,
        kind=series.kind,
        subject=request.subject,
        seller_id=draft.seller_id,
        user_id=draft.user_id,
        snapshot={
            **draft.data,
            "number": name,
            "issued": issued.date().isoformat(),
            "issued_at": issued.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "zone": str(issued.tzinfo),
        },
        language=draft.language,
        paper=draft.paper,
        fact_at=request.fact_at,
        issued_at=issued,
    )
