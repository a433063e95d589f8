"""Keyset pages, and filters that are known or refused."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from banibs.core import policy
from banibs.core.api.errors import Refused

PAGING = ("cursor", "limit")  # what every list knows besides its own filters
CURSOR = OpenApiParameter("cursor", str, description="Follow `next` and `previous` instead of making one")
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": policy.API_PAGE_MOST_ROWS},
    description=f"How many at most; {policy.PAGE_ROWS} if not said",
)
PAGE_PARAMETERS = (CURSOR, LIMIT)


class KeysetPage(CursorPagination):
    """`{"results", "next", "previous"}`, newest first unless the view says otherwise; never a count, never an offset."""

    page_size = policy.PAGE_ROWS
    max_page_size = policy.API_PAGE_MOST_ROWS
    page_size_query_param = "limit"
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        """What `limit` asks for. Raises Refused for what is no whole number from 1 to the most."""
        text = request.query_params.get("limit")
        if text is None:
            return self.page_size
        if not (
            text.isascii()
            and text.isdigit()
            and len(text) < 4
            and 1 <= int(text) <= policy.API_PAGE_MOST_ROWS
        ):
            raise Refused(
                400, "invalid_limit", f"limit is a whole number from 1 to {policy.API_PAGE_MOST_ROWS}"
            )
        return int(text)

    def decode_cursor(self, request: Request) -> Any:
        """The place a cursor names. Raises Refused for one that we did not make."""
        text = request.query_params.get(self.cursor_query_param)
        try:
            if text is not None and not b64decode(text, validate=True):
                raise ValueError(text)
            cursor = super().decode_cursor(request)
        except (exceptions.NotFound, ValueError) as error:
            raise Refused(400, "invalid_cursor", "This is no cursor of ours") from error
        position = str(cursor.position) if cursor is not None and cursor.position is not None else None
        if position is not None and not (position.isascii() and position.isdigit() and len(position) < 19):
            raise Refused(400, "invalid_cursor", "This is no cursor of ours")
        return cursor

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})


def page_of(shape: type[serializers.BaseSerializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """The schema of a page of these."""
    fields = {
        "__doc__": "A page; `next` and `previous` lead on.",
        "results": shape(many=True),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


def known_filters(request: Request, *names: str) -> None:
    """Refuses a query with parameters that this address does not know: 400 `unknown_filter`; and NUL in any of them."""
    unknown = sorted(set(request.query_params) - {*names, "format"})
    if unknown:
        named = ", ".join(unknown)[:100].replace("\x00", "")
        raise Refused(400, "unknown_filter", f"Unknown filter: {named}")
    if any("\x00" in value for values in request.query_params.lists() for value in values[1]):
        raise Refused(400, "invalid_request", "A filter cannot hold a NUL character")


def flag(request: Request, name: str) -> bool | None:
    """A filter that is `true` or `false`; None when it is not asked for. Raises Refused for anything else."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if text not in ("true", "false"):
        message = f"{name} is true or false"
        raise Refused(400, "invalid_filter", message, fields={name: [message]})
    return text == "true"
