"""`orders/{number}/refunds/`: what was given back of an order, for its buyer and its seller."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    MoneySerializer,
    known_filters,
    money,
    page_of,
)
from banibs.core.api.request import Request
from banibs.core.money import Money
from marketplace.orders.order_access import get_visible_order, visible_orders
from payments.models import Refund


class RefundSerializer(serializers.Serializer[object]):
    """Money on its way back to the buyer."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Refund.Status.choices)
    amount = MoneySerializer()
    to_wallet = MoneySerializer()
    to_card = MoneySerializer()
    reason = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    succeeded_at = serializers.DateTimeField(allow_null=True)


RefundPage = page_of(RefundSerializer, "Refund")


def serialize(row: Refund) -> dict[str, object]:
    """A refund as the API says it."""
    return {
        "id": row.pk,
        "status": row.status,
        "amount": money(Money(row.amount, row.currency)),
        "to_wallet": money(Money(row.wallet_part, row.currency)),
        "to_card": money(Money(row.card_part, row.currency)),
        "reason": row.reason,
        "note": row.note,
        "created_at": row.created_at,
        "succeeded_at": row.succeeded_at,
    }


class RefundsView(APIView):
    """`orders/{number}/refunds/`"""

    scope = "refunds"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=RefundPage)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request, *PAGING)
        orders = visible_orders(request.user).prefetch_related(None)
        order = get_visible_order(request.user, number, rows=orders)
        pages = KeysetPage()
        rows = pages.paginate_queryset(Refund.objects.filter(order=order).order_by("-pk"), request, view=self)
        return pages.get_paginated_response([serialize(row) for row in rows or []])
