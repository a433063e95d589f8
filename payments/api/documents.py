"""Documents as programs fetch them: the PDF, or 202 with Retry-After while it is made. The same bytes as the pages'."""

from __future__ import annotations

import re

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import request as rest
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    MoneySerializer,
    Refused,
    known_filters,
    money,
    page_of,
)
from banibs.core.api.request import Request
from banibs.core.money import Money
from banibs.core.security.access_audit import get_own_or_404
from marketplace.models import Checkout, Seller
from marketplace.orders import order_access
from payments import policy
from payments.models import Document, DocumentKind, Refund
from payments.receipts import months, serving, stored


class PreparingSerializer(serializers.Serializer[object]):
    """A document that is being made: ask again after Retry-After."""

    status = serializers.ChoiceField(choices=["preparing", "trying_again"])


class InvoiceSerializer(serializers.Serializer[object]):
    """A fee invoice."""

    number = serializers.CharField()
    month = serializers.CharField(help_text="2026-11")
    total = MoneySerializer(help_text="Negative when more was given back than earned")
    issued_on = serializers.DateField()
    pdf = serializers.CharField(help_text="The address of the file")


InvoicePage = page_of(InvoiceSerializer, "Invoice")
FILE_OR_WAIT: dict[object, object] = {(200, serving.PDF): OpenApiTypes.BINARY, 202: PreparingSerializer}


def file_or_wait(documents: list[Document | None], *, name: str) -> HttpResponseBase:
    """The file of these documents; 202 with Retry-After while one of them is made."""
    found = serving.answer(documents, name=name)
    if found is not None:
        return found
    failed = any(one is not None and one.state == Document.State.FAILED for one in documents)
    seconds = policy.DOCUMENT_ASKED_LATER_SECONDS if failed else policy.DOCUMENT_ASKED_AGAIN_SECONDS
    return Response(
        {"status": "trying_again" if failed else "preparing"},
        status=202,
        headers={"Retry-After": str(seconds), "Cache-Control": "private, no-store"},
    )


def _never_paid() -> Refused:
    return Refused(404, "no_receipt", _("An order that was never paid has no receipt"))


class FileView(APIView):
    """What every one of these shares: whatever kind of file is asked for, it is sent as it is; refusals are JSON."""

    def perform_content_negotiation(
        self, request: rest.Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Never 406."""
        return super().perform_content_negotiation(request, force=True)


class OrderReceiptView(FileView):
    """`orders/{number}/receipt/`: the buyer's receipt, or to its seller the sales receipt."""

    scope = "orders"

    @extend_schema(responses=FILE_OR_WAIT)
    def get(self, request: Request, number: str) -> HttpResponseBase:
        known_filters(request)
        rows = order_access.visible_orders(request.user).prefetch_related(None)
        order = order_access.get_visible_order(request.user, number, rows=rows)
        if order.paid_at is None:
            raise _never_paid()
        bought = order.buyer_id == request.user.pk
        kind = DocumentKind.RECEIPT if bought else DocumentKind.SALES_RECEIPT
        return file_or_wait([stored.of_order(order, kind)], name=f"BANIBS {number}")


class CheckoutReceiptView(FileView):
    """`checkouts/{number}/receipt/`: the receipts of all its orders, bound into one file."""

    scope = "orders"

    @extend_schema(responses=FILE_OR_WAIT)
    def get(self, request: Request, number: str) -> HttpResponseBase:
        known_filters(request)
        checkout = order_access.get_bought_checkout(request.user, number, rows=Checkout.objects.all())
        paid = list(checkout.orders.filter(paid_at__isnull=False).order_by("pk"))
        if not paid:
            raise _never_paid()
        return file_or_wait(stored.of_orders(paid), name=f"BANIBS {number}")


class CreditNoteView(FileView):
    """`orders/{number}/refunds/{id}/credit-note/`, for the buyer and the seller."""

    scope = "refunds"

    @extend_schema(responses=FILE_OR_WAIT)
    def get(self, request: Request, number: str, pk: int) -> HttpResponseBase:
        known_filters(request)
        rows = order_access.visible_orders(request.user).prefetch_related(None)
        order = order_access.get_visible_order(request.user, number, rows=rows)
        refund = Refund.objects.filter(order=order, pk=pk).select_related("order").first()
        if refund is None or ((document := stored.of_refund(refund)) is None and _undone(refund)):
            raise NotFound
        return file_or_wait([document], name=f"BANIBS {number} {pk}")


def _undone(refund: Refund) -> bool:
    return refund.status == Refund.Status.CANCELED


def _shop(request: Request) -> Seller:
    found = Seller.objects.filter(user=request.user).first()
    if found is None:
        raise NotFound
    return found


class InvoicesView(APIView):
    """`seller/invoices/`: the shop's fee invoices, newest first."""

    scope = "seller"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=InvoicePage)
    def get(self, request: Request) -> Response:
        known_filters(request, *PAGING)
        paging = KeysetPage()
        rows = paging.paginate_queryset(stored.invoices_of(_shop(request).pk), request, view=self)
        return paging.get_paginated_response([_invoice(row, request) for row in rows or []])


def _invoice(row: Document, request: Request) -> dict[str, object]:
    said = row.snapshot
    return {
        "number": row.name,
        "month": said["month"],
        "total": money(Money(said["total"], said["currency"])),
        "issued_on": said["issued"],
        "pdf": request.build_absolute_uri(f"/api/v1/seller/invoices/{row.name}/"),
    }


class InvoiceView(FileView):
    """`seller/invoices/{number}/`"""

    scope = "seller"

    @extend_schema(responses=FILE_OR_WAIT)
    def get(self, request: Request, name: str) -> HttpResponseBase:
        known_filters(request)
        document = get_own_or_404(
            stored.invoices_of(_shop(request).pk).filter(name=name),
            among=Document.objects.filter(kind=DocumentKind.FEE_INVOICE, name=name),
            user=request.user,
            role="seller",
        )
        return file_or_wait([document], name=f"BANIBS {name}")


class StatementFileView(FileView):
    """`wallet/statement/pdf/?currency=&month=`: the statement of a month that is over."""

    scope = "wallet"

    @extend_schema(
        parameters=[
            OpenApiParameter("currency", required=True, pattern="^[A-Z]{3}$"),
            OpenApiParameter(
                "month", required=True, description="2026-11", pattern="^[0-9]{4}-(0[1-9]|1[0-2])$"
            ),
        ],
        responses=FILE_OR_WAIT,
    )
    def get(self, request: Request) -> HttpResponseBase:
        known_filters(request, "currency", "month")
        currency = request.query_params.get("currency", "")
        if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            raise Refused(
                400, "currency_required", _("Say which currency, like currency=USD"), fields={"currency": []}
            )
        month = months.over(request.query_params.get("month", ""))
        if month is None:
            message = _("Say which month, like month=2026-11. It has to be over")
            raise Refused(400, "invalid_month", message, fields={"month": [message]})
        try:
            document = stored.of_wallet(request.user.pk, currency, month)
        except stored.NothingToSay as nothing:
            raise Refused(404, "no_statement", nothing.message) from nothing
        return file_or_wait([document], name=f"BANIBS {currency} {month.name}")
