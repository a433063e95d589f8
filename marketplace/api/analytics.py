"""`seller/analytics/`: what the caller's shop sold, by month, listing and region, and how often it was seen."""

from __future__ import annotations

import re
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
from marketplace.sellers import figures, report, sales, time_zones
from marketplace.sellers.figures import Sums


class MonthSerializer(serializers.Serializer[Any]):
    """What the shop kept of what a month moved, after tax, fees and refunds; a refund counts when it was given."""

    month = serializers.RegexField("^[0-9]{4}-[0-9]{2}$")
    orders = serializers.IntegerField()
    parcels = MoneySerializer()
    files = MoneySerializer()
    kept = MoneySerializer()


class ClearingSerializer(serializers.Serializer[Any]):
    """Money that is not the shop's to take yet."""

    orders = serializers.IntegerField()
    held = MoneySerializer()


class CountsSerializer(serializers.Serializer[Any]):
    """What was sold in the time, and how often listings were seen where buyers pay in this currency."""

    orders = serializers.IntegerField()
    units = serializers.IntegerField()
    views = serializers.IntegerField(
        help_text="Whole pages of listings shown to visitors; nobody is recognised"
    )
    sales = MoneySerializer(help_text="Paid by buyers; of orders, with delivery and tax")


class TotalSerializer(CountsSerializer):
    """The time as a whole."""

    shop_views = serializers.IntegerField(help_text="Of the shop's own page")
    refunds = MoneySerializer(help_text="Given back in the time")
    kept = MoneySerializer()
    conversion = serializers.FloatField(
        allow_null=True, help_text="Orders in percent of views; null without views"
    )


class ListingCountsSerializer(CountsSerializer):
    """A listing; `orders` is 0, since an order may be of several."""

    id = serializers.IntegerField()
    title = serializers.CharField(help_text="Empty when the listing is gone")


class RegionCountsSerializer(CountsSerializer):
    """A region."""

    region = serializers.CharField()


class CurrencySerializer(serializers.Serializer[Any]):
    """One currency; two are never added."""

    currency = serializers.CharField()
    months = MonthSerializer(many=True)
    clearing = ClearingSerializer()


class FiguresSerializer(serializers.Serializer[Any]):
    """What was sold in one currency, and what was seen where buyers pay in it."""

    currency = serializers.CharField()
    total = TotalSerializer()
    listings = ListingCountsSerializer(many=True, help_text="The best-selling, a few of them")
    regions = RegionCountsSerializer(many=True)


class AnalyticsSerializer(serializers.Serializer[Any]):
    """How a shop is doing."""

    to_send = serializers.IntegerField(
        help_text="Paid orders that wait for the post; counted to 200, then 201"
    )
    low_on_stock = serializers.IntegerField()
    currencies = CurrencySerializer(many=True)
    figures = FiguresSerializer(allow_null=True, help_text="Of `currency`; null for a shop that never sold")


class AnalyticsView(APIView):
    """`seller/analytics/?months=&currency=`"""

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
            ),
            OpenApiParameter(
                "currency",
                {"type": "string", "pattern": "^[A-Z]{3}$"},
                description="Of `figures`; the one with most orders when it is left out",
            ),
        ],
        responses=AnalyticsSerializer,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "months", "currency")
        currency = request.query_params.get("currency", "")
        if currency and not re.fullmatch("[A-Z]{3}", currency, re.ASCII):
            message = 'currency is three capital letters: "GBP"'
            raise Refused(400, "invalid_filter", message, fields={"currency": [message]})
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
            return Response(_analytics(seller, last=int(text), currency=currency))


def _analytics(seller: Seller, *, last: int, currency: str) -> dict[str, Any]:
    months, clearing = sales.months(seller.pk, last=last), sales.clearing(seller.pk)
    waiting = Order.objects.filter(seller_id=seller.pk, status=Order.Status.PAID)
    span = report.last_months(seller, last)
    chosen = currency or next(iter(figures.currencies(seller.pk)), None)
    return {
        "to_send": waiting[: policy.SELLER_WAITING_COUNTED + 1].count(),
        "low_on_stock": sales.low_on_stock(seller.pk),
        "currencies": [
            {
                "currency": currency,
                "months": [_month(one) for one in months.get(currency, ())],
                "clearing": _clearing(clearing.get(currency), currency),
            }
            for currency in sorted({*months, *clearing})
        ],
        "figures": _figures(report.report(seller.pk, chosen, span)) if chosen else None,
    }


def _figures(found: report.Report) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "total": {
            **_counted(found, found.sums, found.views.listings),
            "shop_views": found.views.shop,
            "refunds": money(found.money(found.sums.refunds)),
            "kept": money(found.money(found.sums.net)),
            "conversion": found.conversion,
        },
        "listings": [
            {"id": int(row.key), "title": row.name, **_counted(found, row.sums, row.views)}
            for row in found.listings
        ],
        "regions": [{"region": row.key, **_counted(found, row.sums, row.views)} for row in found.regions],
    }


def _counted(found: report.Report, sums: Sums, views: int) -> dict[str, Any]:
    return {
        "orders": sums.orders,
        "units": sums.units,
        "views": views,
        "sales": money(found.money(sums.sales)),
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
