"""The file of documents as an answer over HTTP, the same for pages and programs."""

from __future__ import annotations

import structlog
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from payments.models import Document
from payments.receipts import stored

log = structlog.get_logger(__name__)
PDF = "application/pdf"


def answer(documents: list[Document | None], *, name: str) -> HttpResponse | None:
    """The file of these documents, bound when they are several; None while one of them is not made."""
    ready = [one for one in documents if one is not None and one.rendered]
    if len(ready) < len(documents) or not ready:
        return None
    try:
        data = stored.bind(ready, title=name)
    except (OSError, stored.Spoilt):
        log.exception("document.lost", documents=[one.pk for one in ready])
        return None
    return HttpResponse(
        data,
        content_type=PDF,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=f"{name}.pdf"),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            # A browser's own viewer draws with styles and scripts of its own; the file has none.
            "Content-Security-Policy": "frame-ancestors 'none'",
        },
    )
