"""Keyset pages, and filters that are known or refused."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from banibs.core.api.errors import Refused


class KeysetPage(CursorPagination):
    """`{"results", "next", "previous"}`, newest first unless the view says otherwise; never a count, never an offset."""

    page_size = 24
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "-pk"

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})


def known_filters(request: Request, *names: str) -> None:
    """Refuses a query with parameters that this list does not know: 400 `unknown_filter`."""
    allowed = {*names, "cursor", "limit", "format"}
    unknown = sorted(set(request.query_params) - allowed)
    if unknown:
        raise Refused(400, "unknown_filter", f"Unknown filter: {', '.join(unknown)[:100]}")
