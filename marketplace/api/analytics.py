"""`seller/analytics/`: what the caller's shop sold, by month and currency."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import MoneySerializer, Refused, known_filters, money
from banibs.core.api.request import Request
from banibs.core.money import Money
from marketplace import policy
from marketplace.models import Order, Seller
from marketplace.sellers import sales, time_zones


class MonthSerializer(serializers.Serializer[Any]):
    """What the shop kept of a month's orders, after tax, fees and refunds."""

    month = serializers.RegexField("^[0-9]{4}-[0-9]{2}$")
    orders = serializers.IntegerField()
    parcels = MoneySerializer()
    files = MoneySerializer()
    kept = MoneySerializer()


class ClearingSerializer(serializers.Serializer[Any]):
    """Money that is not the shop's to take yet."""

    orders = serializers.IntegerField()
    held = MoneySerializer()


class CurrencySerializer(serializers.Serializer[Any]):
    """One currency; two are never added."""

    currency = serializers.CharField()
    months = MonthSerializer(many=True)
    clearing = ClearingSerializer()


class AnalyticsSerializer(serializers.Serializer[Any]):
    """How a shop is doing."""

    to_send = serializers.IntegerField(
        help_text="Paid orders that wait for the post; counted to 200, then 201"
    )
    low_on_stock = serializers.IntegerField()
    currencies = CurrencySerializer(many=True)


class AnalyticsView(APIView):
    """`seller/analytics/?months=`"""

    scope = "seller"

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "months",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": policy.ANALYTICS_MOST_MONTHS,
                    "default": policy.SELLER_CHART_MONTHS,
                },
            )
        ],
        responses=AnalyticsSerializer,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "months")
        text = request.query_params.get("months", str(policy.SELLER_CHART_MONTHS))
        if not (
            text.isascii()
            and text.isdigit()
            and len(text) < 3
            and 1 <= int(text) <= policy.ANALYTICS_MOST_MONTHS
        ):
            message = f"months is a whole number from 1 to {policy.ANALYTICS_MOST_MONTHS}"
            raise Refused(400, "invalid_filter", message, fields={"months": [message]})
        seller = Seller.objects.filter(user=request.user).only("pk", "country", "timezone").first()
        if seller is None:
            raise NotFound
        with timezone.override(time_zones.zone(seller)):  # its months, as its pages cut them
            return Response(_analytics(seller.pk, last=int(text)))


def _analytics(seller_id: int, *, last: int) -> dict[str, Any]:
    months, clearing = sales.months(seller_id, last=last), sales.clearing(seller_id)
    waiting = Order.objects.filter(seller_id=seller_id, status=Order.Status.PAID)
    return {
        "to_send": waiting[: policy.SELLER_WAITING_COUNTED + 1].count(),
        "low_on_stock": sales.low_on_stock(seller_id),
        "currencies": [
            {
                "currency": currency,
                "months": [_month(one) for one in months.get(currency, ())],
                "clearing": _clearing(clearing.get(currency), currency),
            }
            for currency in sorted({*months, *clearing})
        ],
    }


def _month(one: sales.Month) -> dict[str, Any]:
    return {
        "month": f"{one.first:%Y-%m}",
        "orders": one.orders,
        "parcels": money(one.parcels),
        "files": money(one.files),
        "kept": money(one.kept),
    }


def _clearing(one: sales.Clearing | None, currency: str) -> dict[str, Any]:
    return {"orders": one.orders if one else 0, "held": money(one.held if one else Money(0, currency))}
