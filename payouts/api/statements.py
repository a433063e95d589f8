"""`seller/statements/`: a shop's months, each as PDF, and any period as CSV."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import Refused, known_filters
from banibs.core.api.request import Request
from marketplace.models import Seller
from payments.api.documents import FILE_OR_WAIT, FileView, file_or_wait
from payments.receipts import months, stored
from payouts.statements.months import statement_months
from payouts.statements.period import BadPeriod, read
from payouts.statements.serving import csv_answer

CURRENCY = OpenApiParameter("currency", required=True, pattern="^[A-Z]{3}$")
MONTH = "^[0-9]{4}-(0[1-9]|1[0-2])$"


class StatementMonthSerializer(serializers.Serializer[object]):
    """A month of a currency. `pdf` is empty until the month is over."""

    currency = serializers.CharField()
    month = serializers.CharField(help_text="2026-11")
    number = serializers.CharField(allow_null=True, help_text="Of the document, once it was asked for")
    pdf = serializers.CharField(allow_null=True)
    csv = serializers.CharField()


class StatementMonthsSerializer(serializers.Serializer[object]):
    """Newest first, by currency."""

    results = StatementMonthSerializer(many=True)


def _shop(request: Request) -> Seller:
    found = Seller.objects.filter(user=request.user).first()
    if found is None:
        raise NotFound
    return found


class StatementsView(APIView):
    """`seller/statements/`"""

    scope = "payouts"

    @extend_schema(responses=StatementMonthsSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        rows = [
            {
                "currency": one.currency,
                "month": one.name,
                "number": one.number or None,
                "pdf": self._link(request, "pdf", one.currency, one.name) if one.over else None,
                "csv": self._link(request, "csv", one.currency, one.name),
            }
            for months_of in statement_months(_shop(request).pk).values()
            for one in months_of
        ]
        return Response({"results": rows})

    def _link(self, request: Request, form: str, currency: str, month: str) -> str:
        address = f"/api/v1/seller/statements/{form}/?currency={currency}&month={month}"
        return request.build_absolute_uri(address)


class StatementPdfView(FileView):
    """`seller/statements/pdf/?currency=&month=`: a month that is over; 202 with Retry-After while it is made."""

    scope = "payouts"

    @extend_schema(
        parameters=[CURRENCY, OpenApiParameter("month", required=True, description="2026-11", pattern=MONTH)],
        responses=FILE_OR_WAIT,
    )
    def get(self, request: Request) -> HttpResponseBase:
        known_filters(request, "currency", "month")
        shop, asked = _shop(request), request.query_params
        month = months.over(asked.get("month", ""))
        if month is None:
            message = _("Say which month, like month=2026-11. It has to be over")
            raise Refused(400, "invalid_month", message, fields={"month": [message]})
        try:
            period = read({"currency": asked.get("currency", ""), "month": month.name})
            document = stored.of_shop(shop.pk, period.currency, month)
        except BadPeriod as bad:
            raise _refused(bad) from bad
        except stored.NothingToSay as nothing:
            raise Refused(404, "no_statement", nothing.message) from nothing
        return file_or_wait([document], name=f"BANIBS {shop.slug} {period.currency} {month.name}")


class StatementCsvView(FileView):
    """`seller/statements/csv/?currency=&from=&to=`, or `&month=`: every movement of a period, both days included."""

    scope = "payouts"

    @extend_schema(
        parameters=[
            CURRENCY,
            OpenApiParameter("month", description="2026-11", pattern=MONTH),
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("to", OpenApiTypes.DATE),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        known_filters(request, "currency", "month", "from", "to")
        shop = _shop(request)
        try:
            period = read(request.query_params)
        except BadPeriod as bad:
            raise _refused(bad) from bad
        return csv_answer(shop.pk, shop.slug, period)


def _refused(bad: BadPeriod) -> Refused:
    code = {"currency": "currency_required", "month": "invalid_month"}.get(bad.field, "invalid_period")
    return Refused(400, code, bad.message, fields={bad.field: [bad.message]})
