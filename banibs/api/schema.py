"""The OpenAPI document's finishing: a plain name and the scope of every operation, and the one shape of an error."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {"type": "object", "additionalProperties": True},
            },
            "additionalProperties": True,
        }
    },
}
REFUSALS = {
    "400": "The request cannot be done as sent.",
    "401": "Sign in, or send a key.",
    "402": "The money is not there, or the card was declined.",
    "403": "The key lacks the scope, or the form its CSRF token.",
    "404": "There is no such thing, or it is somebody else's.",
    "405": "Not with this method.",
    "406": "Not in this format.",
    "409": "The state has changed meanwhile.",
    "410": "It was there and has ended.",
    "413": "Too large.",
    "415": "Send JSON.",
    "416": "The file has no such bytes.",
    "422": "This key was used for another request.",
    "429": "Too many requests: Retry-After says how long to wait. Or a file was fetched as often as it may be.",
    "503": "Try again; Retry-After says when.",
}


class Nothing(serializers.Serializer[Any]):
    """An empty body."""


class Operation(AutoSchema):
    """An operation named by its method and address (`get_orders_number`), saying which scope a key needs."""

    def get_operation_id(self) -> str:
        """The same for ever, since it follows from the address."""
        parts = (
            self.path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace("-", "_").strip("/")
        )
        return f"{self.method.lower()}_{parts.replace('/', '_')}"

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A key or a session; neither is needed where the view is public."""
        if getattr(self.view, "scope", None) is None:
            return [{}]
        return list(super().get_auth())

    def get_description(self) -> str:  # type: ignore[override]  # the library declares Any
        """The view's own words, and the scope."""
        scope = getattr(self.view, "scope", None)
        words = str(super().get_description())
        if scope is None:
            return words
        return f"{words}\n\nScope of a key: `{scope}:{'read' if self.method == 'GET' else 'write'}`"


def with_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: adds the shared refusals to every operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, text in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": text, "content": answer})
    return result
