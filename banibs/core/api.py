"""What every API view needs: one error shape, scopes, money fields, keyset pages, idempotent POSTs.

Shapes and codes: docs "What the outside sees", HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as rest_exception_handler

from banibs.core import idempotency
from banibs.core.money import Money
from banibs.core.states import InvalidTransition

IDEMPOTENCY_HEADER = "Idempotency-Key"
SCOPES = ("catalogue", "cart", "orders", "wallet", "seller", "payouts", "refunds", "disputes", "developer", "staff")


class Refused(exceptions.APIException):
    """A refusal with a code of ours: `{"error": {"code", "message", "fields"?, …}}`."""

    def __init__(
        self, status: int, code: str, message: str, *, fields: Mapping[str, Any] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail=message, code=code)
        self.status_code = status
        self.error_code = code
        self.message = message
        self.fields = fields
        self.extra = extra


def error(code: str, message: str, *, fields: Mapping[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
    """The one shape of an error's body."""
    body: dict[str, Any] = {"code": code, "message": message, **extra}
    if fields:
        body["fields"] = fields
    return {"error": body}


_CODES = {
    400: "invalid_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    429: "rate_limited",
}


def exception_handler(raised: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: every refusal, ours or the framework's, in the one shape."""
    if isinstance(raised, InvalidTransition):
        raised = Refused(409, "invalid_transition", f"This is {raised.current} now", current=raised.current)
    elif isinstance(raised, idempotency.KeyMissing):
        raised = Refused(400, "idempotency_key_required", "Send an Idempotency-Key of at most 255 characters")
    elif isinstance(raised, idempotency.KeyReused):
        raised = Refused(422, "idempotency_key_reused", "This Idempotency-Key was used for another request")
    elif isinstance(raised, idempotency.InProgress):
        raised = Refused(409, "idempotency_in_progress", "The first request with this key is still running")
    elif isinstance(raised, Http404):
        raised = exceptions.NotFound()
    elif isinstance(raised, PermissionDenied):
        raised = exceptions.PermissionDenied()
    response = rest_exception_handler(raised, context)
    if response is None:
        return None
    if isinstance(raised, Refused):
        response.data = error(raised.error_code, raised.message, fields=raised.fields, **raised.extra)
        if raised.error_code == "idempotency_in_progress":
            response["Retry-After"] = "1"
    elif isinstance(raised, exceptions.ValidationError):
        response.data = _validation(raised)
    else:
        detail = getattr(raised, "detail", "")
        code = getattr(detail, "code", "")
        known = _CODES.get(response.status_code, "invalid_request")
        response.data = error(code if code in OWN_CODES else known, str(detail))
    return response


OWN_CODES = frozenset({"invalid_api_key", "insufficient_scope", "csrf_failed"})


def _validation(raised: exceptions.ValidationError) -> dict[str, Any]:
    """A serializer's complaints: the first one's own code if it has one, all of them by field."""
    details = raised.get_full_details()
    fields = {name: [_text(one) for one in _flat(value)] for name, value in details.items()} if isinstance(details, dict) else {}
    first = next(_flat(details), {"message": "Check what you sent", "code": "invalid_request"})
    code = str(first["code"])
    return error(code if "_" in code and code not in {"not_a_list"} else "invalid_request", str(first["message"]), fields=fields)


def _flat(details: Any) -> Any:
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield details
    elif isinstance(details, dict):
        for value in details.values():
            yield from _flat(value)
    elif isinstance(details, list):
        for value in details:
            yield from _flat(value)


def _text(detail: Mapping[str, Any]) -> str:
    return str(detail["message"])


def money(value: Money) -> dict[str, Any]:
    """Money as the API shows it: `{"amount": 1299, "currency": "USD", "display": "$12.99"}`."""
    return {"amount": value.amount, "currency": value.currency, "display": value.format()}


class MoneySerializer(serializers.Serializer[Money]):
    """The schema of an amount in an answer."""

    amount = serializers.IntegerField(help_text="Minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    display = serializers.CharField(source="format", help_text="As a person reads it")


class MoneyField(serializers.Field):  # type: ignore[type-arg]
    """Read-only money: the attribute is a Money, or an int beside a `currency` on the same object."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["read_only"] = True
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> Any:
        value = super().get_attribute(instance)
        if isinstance(value, int):
            return Money(value, instance["currency"] if isinstance(instance, dict) else instance.currency)
        return value

    def to_representation(self, value: Money) -> dict[str, Any]:
        return money(value)


class AmountField(serializers.IntegerField):
    """Minor units in a request: a positive whole number, never a float, a string or true."""

    default_error_messages = {"invalid_amount": "An amount is a whole number of minor units"}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 2**53 - 1)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid_amount")
        return int(super().to_internal_value(data))


class StrictSerializer(serializers.Serializer[Any]):
    """A request's body: fields that nobody asked for are refused, so that `price` or `is_staff` never slips by."""

    default_error_messages = {"unknown_field": "There is no such field"}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {name: [exceptions.ErrorDetail(self.error_messages["unknown_field"], "unknown_field")] for name in unknown[:20]}
                )
        return super().to_internal_value(data)


class KeysetPage(CursorPagination):
    """`{"results", "next", "previous"}`, newest first unless the view says otherwise; never a count, never an offset."""

    page_size = 24
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "-pk"

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})


class HasScope(BasePermission):
    """A request by key needs the view's scope, `:read` for safe methods and `:write` for the others; a session has all.

    A view names its scope (`scope = "orders"`). `scope = None` is public.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope: str | None = getattr(view, "scope", None)
        if scope is None:
            return True
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated
        granted: frozenset[str] | None = getattr(request.auth, "scopes", None)
        if granted is None:
            return True
        needed = f"{scope}:{'read' if request.method in ('GET', 'HEAD', 'OPTIONS') else 'write'}"
        if needed not in granted and "*" not in granted:
            raise Refused(403, "insufficient_scope", f"This key lacks {needed}")
        return True


def known_filters(request: Request, *names: str) -> None:
    """Refuses a query with parameters that this list does not know: 400 `unknown_filter`."""
    allowed = {*names, "cursor", "limit", "format"}
    unknown = sorted(set(request.query_params) - allowed)
    if unknown:
        raise Refused(400, "unknown_filter", f"Unknown filter: {', '.join(unknown)[:100]}")


def idempotent(request: Request, *, scope: str, effect: Callable[[], idempotency.Answer]) -> Response:
    """Runs a POST that moves money at most once per Idempotency-Key; see `banibs.core.idempotency`."""
    answer = idempotency.once(
        user_id=request.user.pk,
        scope=scope,
        key=request.headers.get(IDEMPOTENCY_HEADER, ""),
        request=request.data,
        effect=effect,
    )
    response = Response(answer.body, status=answer.status)
    if answer.replayed:
        response["Idempotency-Replayed"] = "true"
    return response
