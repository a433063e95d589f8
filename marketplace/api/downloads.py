"""`downloads/`: the files that the caller bought."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import transaction
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import request as rest
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import clock, events
from banibs.core.api import PAGE_PARAMETERS, PAGING, KeysetPage, Refused, known_filters, page_of
from banibs.core.api.request import Request
from banibs.core.security import access_audit
from marketplace.media import file_responses
from marketplace.models import DigitalFile, Download
from marketplace.orders import downloads

log = structlog.get_logger(__name__)
WORDS: dict[str, Promise] = {
    "download_not_available": _(
        "This file is not available: its order is not paid, was refunded or is disputed, "
        "or a virus was found in it"
    ),
    "link_expired": _("The time for this download is over"),
    "download_limit_reached": _("All downloads of this file are used up"),
    "too_many_requests": _("Too many requests for this file. Try again a little later"),
}
FILE = "application/octet-stream"
RANGE_OUTSIDE = 416


class DownloadSerializer(serializers.Serializer[Any]):
    """A file that was bought."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes")
    title = serializers.CharField()
    checkout = serializers.CharField(source="number")
    shop = serializers.CharField()
    left = serializers.IntegerField(allow_null=True, help_text="Null for as often as you like")
    limit = serializers.IntegerField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=["ready", "expired", "used_up", "refused"])


DownloadPage = page_of(DownloadSerializer, "Download")


class DownloadsView(APIView):
    """`downloads/`"""

    scope = "orders"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=DownloadPage)
    def get(self, request: Request) -> Response:
        known_filters(request, *PAGING)
        pages, moment = KeysetPage(), clock.now()
        rows = pages.paginate_queryset(
            downloads.rows().filter(user=request.user).order_by("-pk"), request, view=self
        )
        files = [downloads.as_file(row, moment=moment) for row in rows or []]
        return pages.get_paginated_response(DownloadSerializer(files, many=True).data)


class DownloadView(APIView):
    """`downloads/{id}/`: the file itself. Each answer to GET counts as one download; HEAD tells of it and counts nothing."""

    scope = "orders"

    def perform_content_negotiation(self, request: rest.Request, force: bool = False) -> Any:
        """Whatever kind of file is asked for, it is sent as it is; refusals are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[OpenApiParameter("Range", location="header", description="bytes=0-1023")],
        responses={
            (200, FILE): OpenApiTypes.BINARY,
            (206, FILE): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        with _answered(request, pk), transaction.atomic():  # what is not sent is not counted
            actor = events.Actor.person(request.user, role="buyer")
            token = downloads.start(pk, user_id=request.user.pk, actor=actor)
            _download, file = downloads.by_link(token, user_id=request.user.pk)
            return _file(request, file)

    def head(self, request: Request, pk: int) -> HttpResponseBase:
        """What GET would answer, without its bytes."""
        with _answered(request, pk):
            return _file(request, downloads.look(pk, user_id=request.user.pk))


def _file(request: Request, file: DigitalFile) -> HttpResponseBase:
    response = file_responses.serve(file, range_header=request.headers.get("Range", ""))
    if response.status_code == RANGE_OUTSIDE:
        raise Refused(RANGE_OUTSIDE, "range_not_satisfiable", str(_("The file has no such bytes")))
    return response


@contextmanager
def _answered(request: Request, pk: int) -> Iterator[None]:
    """Every way in which a file is not handed out, as the API says it."""
    known_filters(request)
    try:
        yield
    except Download.DoesNotExist as missing:
        access_audit.record_refusal(request.user, Download.objects.filter(pk=pk))
        raise NotFound from missing
    except downloads.DownloadRefused as refusal:
        wait: dict[str, Any] = {"retry_after": refusal.retry_after} if refusal.retry_after else {}
        raise Refused(refusal.status, refusal.code, WORDS[refusal.code], **wait) from refusal
    except FileNotFoundError as lost:
        log.exception("download.file_lost", download=pk)
        raise Refused(404, "file_lost", str(_("We cannot find this file. Nothing was counted"))) from lost
