"""`wallet/` and `wallet/statement/`: what the caller holds, and what moved."""

from __future__ import annotations

import re

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import policy as core_policy
from banibs.core.api import PAGE_PARAMETERS, PAGING, MoneySerializer, Refused, known_filters, money, page_of
from banibs.core.api.request import Request
from banibs.core.money import Money
from wallet import accounts, filters, ledger, policy, statement


class BalanceSerializer(serializers.Serializer[object]):
    """What is held in one currency."""

    currency = serializers.CharField()
    available = MoneySerializer(help_text="What can be spent")
    held = MoneySerializer(help_text="Set aside for a payment under way, or disputed")


class WalletSerializer(serializers.Serializer[object]):
    """A wallet."""

    balances = BalanceSerializer(many=True)


class LineSerializer(serializers.Serializer[object]):
    """One movement as the wallet saw it."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()
    amount = MoneySerializer(help_text="Negative when it left the wallet")
    balance = MoneySerializer(help_text="What was left after it")
    reference = serializers.CharField(allow_null=True, help_text="The order that caused it")


StatementSerializer = page_of(LineSerializer, "Statement")


class WalletView(APIView):
    """`wallet/`: what the caller holds, in each currency."""

    scope = "wallet"

    @extend_schema(responses=WalletSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        held = ledger.wallet_balances(request.user.pk)
        return Response(
            {
                "balances": [
                    {
                        "currency": currency,
                        "available": money(Money(amounts["available"], currency)),
                        "held": money(Money(amounts["held"], currency)),
                    }
                    for currency, amounts in held.items()
                ]
            }
        )


class StatementView(APIView):
    """`wallet/statement/?currency=`: the caller's lines, newest first, a page at a time by key."""

    scope = "wallet"

    @extend_schema(
        parameters=[
            OpenApiParameter("currency", required=True, pattern="^[A-Z]{3}$"),
            OpenApiParameter("kind", enum=list(filters.GROUPS)),
            OpenApiParameter("month", description="2026-11", pattern="^[0-9]{4}-(0[1-9]|1[0-2])$"),
            *PAGE_PARAMETERS,
        ],
        responses=StatementSerializer,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "currency", "kind", "month", *PAGING)
        currency = request.query_params.get("currency", "")
        if not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
            raise Refused(
                400, "currency_required", "Say which currency, like currency=USD", fields={"currency": []}
            )
        chosen = _filter(request)
        page = statement.page(
            accounts.wallet(request.user.pk),
            currency,
            span=chosen.span,
            older_than=chosen.older_than,
            newer_than=chosen.newer_than,
            size=_size(request),
        )
        return Response(
            {
                "results": [_line(line) for line in page.lines],
                "next": _link(request, "older", page.older),
                "previous": _link(request, "newer", page.newer),
            }
        )


def _line(line: statement.Line) -> dict[str, object]:
    return {
        "at": line.at,
        "kind": line.kind,
        "text": str(line.text),
        "amount": money(line.amount),
        "balance": money(line.balance),
        "reference": line.reference or None,
    }


def _filter(request: Request) -> filters.Filter:
    query = {name: request.query_params.get(name, "") for name in ("kind", "month")}
    side, _, place = request.query_params.get("cursor", "").partition(":")
    if place and side in ("older", "newer"):
        query[side] = place
    elif side:
        raise Refused(400, "invalid_cursor", "This is no cursor of ours")
    try:
        return filters.read(query)
    except filters.NoSuchFilter as error:
        raise Refused(400, "unknown_filter", "There is no such kind, month or cursor") from error


def _size(request: Request) -> int:
    text = request.query_params.get("limit", str(policy.STATEMENT_PAGE_LINES))
    if (
        not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII)
        or not 1 <= int(text) <= core_policy.API_PAGE_MOST_ROWS
    ):
        raise Refused(
            400, "invalid_limit", f"limit is a whole number from 1 to {core_policy.API_PAGE_MOST_ROWS}"
        )
    return int(text)


def _link(request: Request, side: str, place: statement.Place | None) -> str | None:
    if place is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = f"{side}:{place}"
    return request.build_absolute_uri(f"?{query.urlencode()}")
