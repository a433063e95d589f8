"""`staff/webhook-logs/`: the monitor's figures and rows, and working on an event again."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import request as rest
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import PAGE_PARAMETERS, PAGING, KeysetPage, Refused, known_filters, page_of
from banibs.core.api.request import Request
from payments.models import WebhookLog
from payments.webhooks import metrics, process


class LogSerializer(serializers.ModelSerializer[WebhookLog]):
    """A stored event, without its body."""

    class Meta:
        model = WebhookLog
        fields = (
            "id", "provider", "external_id", "type", "account", "livemode", "status", "reason", "payment", "order",
            "deliveries", "retry_count", "last_retry_at", "next_retry_at", "received_at", "processed_at",
        )  # fmt: skip
        read_only_fields = fields


LogPage = page_of(LogSerializer, "Log")


class StatsSerializer(serializers.Serializer[object]):
    """What the monitor shows on top."""

    by_status = serializers.DictField(child=serializers.IntegerField())
    by_type = serializers.DictField(child=serializers.IntegerField())
    oldest_pending_seconds = serializers.FloatField(allow_null=True)
    latency_p50_ms = serializers.FloatField(allow_null=True)
    latency_p99_ms = serializers.FloatField(allow_null=True)


class ForStaff(APIView):
    """Staff only, by session or by a key with the scope."""

    scope = "staff"

    def initial(self, request: rest.Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_staff:
            raise PermissionDenied


class LogsView(ForStaff):
    """`staff/webhook-logs/`"""

    @extend_schema(
        parameters=[
            OpenApiParameter("status", enum=WebhookLog.Status.values),
            OpenApiParameter("type"),
            *PAGE_PARAMETERS,
        ],
        responses=LogPage,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "status", "type", *PAGING)
        rows = WebhookLog.objects.defer("payload", "error")
        if status := request.query_params.get("status"):
            if status not in WebhookLog.Status.values:
                raise Refused(400, "unknown_filter", "There is no such status")
            rows = rows.filter(status=status)
        if kind := request.query_params.get("type"):
            rows = rows.filter(type=kind[:80])
        pages = KeysetPage()
        found = pages.paginate_queryset(rows.order_by("-pk"), request, view=self)
        return pages.get_paginated_response(LogSerializer(found, many=True).data)


class StatsView(ForStaff):
    """`staff/webhook-logs/stats/`"""

    @extend_schema(responses=StatsSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(metrics.stats())


class ResendView(ForStaff):
    """`staff/webhook-logs/{id}/resend/`"""

    @extend_schema(request=None, responses={200: LogSerializer})
    def post(self, request: Request, pk: int) -> Response:
        row = WebhookLog.objects.filter(pk=pk).first()
        if row is None:
            raise NotFound
        process.resend([pk], actor=events.Actor.person(request.user, role="staff"))
        process.process_event(pk)
        row.refresh_from_db()
        return Response(LogSerializer(row).data)
