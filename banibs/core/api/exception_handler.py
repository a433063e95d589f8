"""Every refusal, ours or the framework's, in the one shape. Named by the setting EXCEPTION_HANDLER."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import exception_handler as rest_exception_handler

from banibs.core import idempotency, policy
from banibs.core.api.errors import Refused, error
from banibs.core.db.db_retry import Busy, TemporarilyUnavailable, waited_too_long
from banibs.core.states.state_machine import InvalidTransition

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
    elif isinstance(raised, Busy) or waited_too_long(raised):
        raised = Refused(
            503,
            "busy_try_again",
            "Others are changing the same thing just now. Nothing was done. Try again in a moment",
            retry_after=policy.BUSY_RETRY_SECONDS,
        )
    elif isinstance(raised, TemporarilyUnavailable):
        raised = Refused(
            503,
            "temporarily_unavailable",
            "We cannot reach our database for a moment. Try again; with the same key you are charged once at most",
        )
    elif isinstance(raised, Http404):
        raised = exceptions.NotFound()
    elif isinstance(raised, PermissionDenied):
        raised = exceptions.PermissionDenied()
    response = rest_exception_handler(raised, context)
    if response is None:
        return None
    if isinstance(raised, Refused):
        response.data = error(raised.error_code, raised.message, fields=raised.fields, **raised.extra)
        if raised.error_code in ("idempotency_in_progress", "temporarily_unavailable"):
            response["Retry-After"] = "1"
        if "retry_after" in raised.extra:
            response["Retry-After"] = str(raised.extra["retry_after"])
        if response.status_code == 401:  # DRF names the way in for its own refusals only
            response["WWW-Authenticate"] = "Bearer"
    elif isinstance(raised, exceptions.Throttled):  # its Retry-After is there already
        wait = math.ceil(raised.wait or 1)  # type: ignore[attr-defined]  # its stubs forgot it
        response.data = error(
            "rate_limited", f"Too many requests. Try again in {wait} second{'' if wait == 1 else 's'}"
        )
    elif isinstance(raised, exceptions.ValidationError):
        response.data = _validation(raised)
    else:
        detail = getattr(raised, "detail", "")
        code = getattr(detail, "code", "")
        known = _CODES.get(response.status_code, "invalid_request")
        response.data = error(code if code in OWN_CODES else known, str(detail))
    response.data = _writable(response.data)
    return response


# What a serializer says of a field by itself; ours say more.
_FRAMEWORKS = frozenset(
    {
        "invalid_choice",
        "max_length",
        "max_string_length",
        "max_value",
        "min_length",
        "min_value",
        "not_a_list",
        "null_characters_not_allowed",
        "surrogate_characters_not_allowed",
    }
)
OWN_CODES = frozenset({"invalid_api_key", "insufficient_scope", "csrf_failed"})


def _validation(raised: exceptions.ValidationError) -> dict[str, Any]:
    """A serializer's complaints: the first one's own code if it has one, all of them by field."""
    details = raised.get_full_details()
    named = details if isinstance(details, dict) else {}
    fields = {name: [_text(one) for one in _flat(value)] for name, value in named.items()}
    first = next(_flat(details), {"message": "Check what you sent", "code": "invalid_request"})
    code = str(first["code"])
    own = "_" in code and code not in _FRAMEWORKS
    return error(code if own else "invalid_request", str(first["message"]), fields=fields)


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


def _writable(body: Any) -> Any:
    """The body as UTF-8 can say it: a refusal may repeat half a character (\\ud800) that somebody sent."""
    return json.loads(json.dumps(body, cls=JSONEncoder, ensure_ascii=False).encode("utf-8", "replace"))
