"""Refusals as PayPal writes them."""

import secrets
from typing import Any

from banibs.dev.sandbox_kit.calls import Refusal

NAMES = {
    400: "VALIDATION_ERROR", 401: "AUTHENTICATION_FAILURE", 403: "AUTHORIZATION_ERROR", 404: "RESOURCE_NOT_FOUND",
    422: "UNPROCESSABLE_ENTITY", 429: "RATE_LIMIT_REACHED", 500: "INTERNAL_ERROR",
}  # fmt: skip


def refusal(
    status: int, message: str, *, name: str = "", details: list[dict[str, Any]] | None = None
) -> Refusal:
    """The error object: name, message, a debug id, what is wrong where."""
    body = {
        "name": name or NAMES.get(status, "INTERNAL_ERROR"),
        "message": message,
        "debug_id": secrets.token_hex(7),
        "information_link": "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors",
        "details": details or [],
        "links": [],
    }
    return Refusal(status, body, headers={"PayPal-Debug-Id": str(body["debug_id"])})


def invalid(field: str, issue: str) -> Refusal:
    """A parameter that is unknown, missing or wrong."""
    detail = {"field": field, "location": "body", "issue": issue}
    return refusal(400, "Invalid request - see details", details=[detail])


def unauthorised() -> Refusal:
    """No token, or not one of ours, or one that has expired."""
    return Refusal(401, {"error": "invalid_token", "error_description": "The token passed in was not found"})
