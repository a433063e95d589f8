"""Documents that have a number get their file: made from the snapshot, kept in the private storage, once.

A worker that dies here leaves a number without a file; the next one makes it, the same bytes, under the same number.
"""

from __future__ import annotations

import hashlib
import traceback

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from banibs.core import policy as core_policy
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from marketplace.storage import private_files
from payments import policy
from payments.models import Document
from payments.receipts import html
from payments.receipts.numbering import RENDER_TASK
from payments.receipts.pdf import Renderer, RenderingFailed, renderer

log = structlog.get_logger(__name__)


def render_due() -> int:
    """Makes the files of documents that are due, in one process; returns how many were tried."""
    with renderer() as process:
        tried = 0
        while tried < policy.DOCUMENTS_RENDERED_AT_ONCE and (document := _claim()) is not None:
            render(document, process)
            tried += 1
    if tried == policy.DOCUMENTS_RENDERED_AT_ONCE:
        task_wakeup.request_run(RENDER_TASK)
    return tried


def _claim() -> Document | None:
    """The next document without a file, which nobody else takes for a while; None when there is none."""
    with transaction.atomic():
        due = Document.objects.exclude(state=Document.State.RENDERED).filter(due_at__lte=Now())
        document = due.select_for_update(skip_locked=True).order_by("due_at", "pk").first()
        if document is not None:
            Document.objects.filter(pk=document.pk).update(
                due_at=Now() + policy.DOCUMENT_CLAIMED_FOR, attempts=F("attempts") + 1
            )
    return document


def render(document: Document, process: Renderer) -> bool:
    """Makes the file of one document and keeps it; False when it failed, which its row tells and when it is due again."""
    try:
        data = process.make(html.page(document))
        if len(data) > policy.DOCUMENT_MOST_BYTES:
            raise RenderingFailed(f"{len(data)} bytes are more than a document may have")
        key = _kept(document, data)
    except Exception as error:  # shown to staff, and tried again under the same number
        log.exception("document.rendering_failed", document=document.name, pk=document.pk)
        _failed(document, "".join(traceback.format_exception(error))[-4000:])
        return False
    # Another worker may have been faster: its file has the same bytes.
    Document.objects.filter(pk=document.pk).exclude(state=Document.State.RENDERED).update(
        state=Document.State.RENDERED,
        file=key,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        rendered_at=Now(),
        error="",
    )
    return True


def _kept(document: Document, data: bytes) -> str:
    """The key of the file, named by what it holds: a half that a dead worker left is written anew."""
    digest = hashlib.sha256(data).hexdigest()
    key = f"documents/{document.kind}/{document.issued_at:%Y}/{document.pk}-{digest[:32]}.pdf"
    files = private_files()
    if files.exists(key):
        with files.open(key) as there:
            if there.read() == data:
                return key
        files.delete(key)
    return files.save(key, ContentFile(data))


def _failed(document: Document, error: str) -> None:
    attempts = min(document.attempts + 1, policy.DOCUMENT_MOST_WAITS)
    Document.objects.filter(pk=document.pk).exclude(state=Document.State.RENDERED).update(
        state=Document.State.FAILED, error=error, due_at=Now() + core_policy.retry_wait(attempts)
    )
