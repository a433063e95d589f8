"""`orders/` and what can be read of one: its buyer's and its seller's view are the same rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import PAGE_PARAMETERS, PAGING, KeysetPage, Refused, known_filters, page_of
from banibs.core.api.request import Request
from marketplace.api import serializers as shapes
from marketplace.models import Order
from marketplace.orders import timeline
from marketplace.orders.order_access import get_visible_order, visible_orders

OrderPage = page_of(shapes.OrderSerializer, "Order")


def page_of_orders(request: Request, rows: QuerySet[Order], view: APIView) -> Response:
    """A keyset page of orders, narrowed by `status`."""
    status = request.query_params.get("status")
    if status is not None:
        if status not in Order.Status.values:
            raise Refused(400, "unknown_filter", "There is no such status")
        rows = rows.filter(status=status)
    pages = KeysetPage()
    found = pages.paginate_queryset(rows.order_by("-pk"), request, view=view)
    return pages.get_paginated_response([shapes.order(row) for row in found or []])


STATUS = OpenApiParameter("status", enum=Order.Status.values)


class OrdersView(APIView):
    """`orders/`: what the caller bought."""

    scope = "orders"

    @extend_schema(parameters=[STATUS, *PAGE_PARAMETERS], responses=OrderPage)
    def get(self, request: Request) -> Response:
        known_filters(request, "status", *PAGING)
        return page_of_orders(request, visible_orders(request.user).filter(buyer=request.user), self)


class SoldOrdersView(APIView):
    """`seller/orders/`: what the caller's shop sold."""

    scope = "seller"

    @extend_schema(parameters=[STATUS, *PAGE_PARAMETERS], responses=OrderPage)
    def get(self, request: Request) -> Response:
        known_filters(request, "status", *PAGING)
        sold = visible_orders(request.user).filter(seller__user=request.user, paid_at__isnull=False)
        return page_of_orders(request, sold, self)


class OneOrder(APIView):
    """Finds an order that is the caller's to see."""

    scope = "orders"

    def order(self, request: Request, number: str) -> Order:
        """The order, or 404 whether it does not exist or is somebody else's."""
        known_filters(request)
        return get_visible_order(request.user, number)


class OrderView(OneOrder):
    """`orders/{number}/`"""

    @extend_schema(responses=shapes.OrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        return Response(shapes.order(self.order(request, number)))


class FeesView(OneOrder):
    """`orders/{number}/fees/`"""

    @extend_schema(responses=shapes.FeesSerializer)
    def get(self, request: Request, number: str) -> Response:
        return Response(shapes.fees(self.order(request, number)))


class ActorSerializer(serializers.Serializer[Any]):
    """Who did it."""

    type = serializers.ChoiceField(choices=["buyer", "seller", "staff", "stripe", "system"])
    name = serializers.CharField(allow_blank=True)


class EntrySerializer(serializers.Serializer[Any]):
    """One thing that happened to an order."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=sorted(timeline.TEXTS))
    to = serializers.CharField(allow_null=True)
    actor = ActorSerializer()
    reason = serializers.CharField(allow_null=True)
    text = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which Python keeps for itself."""
        return {**super().get_fields(), "from": serializers.CharField(allow_null=True)}


TimelinePage = page_of(EntrySerializer, "Timeline")


class TimelineView(OneOrder):
    """`orders/{number}/timeline/`: what happened to it, oldest first."""

    @extend_schema(responses=TimelinePage)
    def get(self, request: Request, number: str) -> Response:
        order = self.order(request, number)
        entries = timeline.read([order.pk])[order.pk]
        return Response({"results": [_entry(one) for one in entries], "next": None, "previous": None})


def _entry(one: timeline.Entry) -> dict[str, Any]:
    return {
        "at": one.at,
        "kind": one.kind,
        "from": one.from_state or None,
        "to": one.to_state or None,
        "actor": {"type": one.actor_type, "name": one.actor_name},
        "reason": one.reason or None,
        "text": one.text,
    }
