"""The API's errors: a refusal with a code of ours, and the one shape of an error's body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from rest_framework import exceptions


class Refused(exceptions.APIException):
    """A refusal with a code of ours: `{"error": {"code", "message", "fields"?, …}}`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str | Promise,
        *,
        fields: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail=str(message), code=code)
        self.status_code = status
        self.error_code = code
        self.message = str(message)
        self.fields = fields
        self.extra = extra


def error(
    code: str, message: str, *, fields: Mapping[str, Any] | None = None, **extra: Any
) -> dict[str, Any]:
    """The one shape of an error's body."""
    body: dict[str, Any] = {"code": code, "message": message, **extra}
    if fields:
        body["fields"] = fields
    return {"error": body}
