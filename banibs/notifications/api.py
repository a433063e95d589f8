"""`notifications/`: what a person was told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    StrictSerializer,
    flag,
    known_filters,
    page_of,
)
from banibs.core.api.request import Request
from banibs.notifications import inbox
from banibs.notifications import text as words
from banibs.notifications.kinds import KINDS
from banibs.notifications.models import Notice


class NoticeSerializer(serializers.Serializer[Any]):
    """A notice."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=sorted(KINDS))
    text = serializers.CharField()
    url = serializers.CharField(help_text="The page that it is about")
    read = serializers.BooleanField()
    created_at = serializers.DateTimeField()


NoticePage = page_of(NoticeSerializer, "Notice")


class CountSerializer(serializers.Serializer[Any]):
    """How many were changed."""

    changed = serializers.IntegerField()


class ReadRequest(StrictSerializer):
    """Whether it is read."""

    read = serializers.BooleanField()


def serialize(notice: Notice) -> dict[str, Any]:
    """A notice as the API says it."""
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "text": words.text(notice),
        "url": settings.SITE_URL + notice.url,
        "read": notice.read_at is not None,
        "created_at": notice.created_at,
    }


def mark(request: Request, *ids: int) -> int:
    """Marks these, or all, as the body says; how many were changed."""
    asked = ReadRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    change = inbox.mark_read if asked.validated_data["read"] else inbox.mark_unread
    return change(request.user.pk, *ids)


class NoticesView(APIView):
    """`notifications/`: newest first; PATCH and DELETE are for all of them."""

    scope = "orders"

    @extend_schema(parameters=[OpenApiParameter("read", bool), *PAGE_PARAMETERS], responses=NoticePage)
    def get(self, request: Request) -> Response:
        known_filters(request, "read", *PAGING)
        rows = inbox.for_user(request.user.pk)
        wanted = flag(request, "read")
        if wanted is not None:
            rows = rows.filter(read_at__isnull=not wanted)
        pages = KeysetPage()
        found = pages.paginate_queryset(rows.order_by("-pk"), request, view=self)
        return pages.get_paginated_response([serialize(notice) for notice in found or []])

    @extend_schema(request=ReadRequest, responses=CountSerializer)
    def patch(self, request: Request) -> Response:
        return Response({"changed": mark(request)})

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        inbox.remove(request.user.pk)
        return Response(status=204)


class NoticeView(APIView):
    """`notifications/{id}/`"""

    scope = "orders"

    def notice(self, request: Request, pk: int) -> Notice:
        """The caller's notice by this id."""
        found = inbox.for_user(request.user.pk).filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    @extend_schema(responses=NoticeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        return Response(serialize(self.notice(request, pk)))

    @extend_schema(request=ReadRequest, responses=NoticeSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        self.notice(request, pk)
        mark(request, pk)
        return Response(serialize(self.notice(request, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        self.notice(request, pk)
        inbox.remove(request.user.pk, pk)
        return Response(status=204)
