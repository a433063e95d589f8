"""The file of a period as an answer over HTTP, the same for pages and programs."""

from __future__ import annotations

import datetime as dt

from django.http import StreamingHttpResponse

from payouts.statements import csv_file
from payouts.statements.period import Period


def csv_answer(seller: int, slug: str, period: Period) -> StreamingHttpResponse:
    """Streamed, a thousand movements in memory at a time; kept by nobody."""
    pieces = csv_file.pieces(seller, period.currency, since=period.since, until=period.until)
    last = (period.until - dt.timedelta(days=1)).date()
    name = f"banibs-{slug}-{period.currency.lower()}-{period.since.date()}-{last}.csv"
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
