"""Stripe's error object, and the few ways in which a call is refused."""

from typing import Any


class ApiError(Exception):
    """A refused call. `keeps` says that what was written before the refusal stays (a declined card
    leaves a charge).
    """

    status = 400
    type = "invalid_request_error"
    keeps = False
    stored = True  # whether an idempotency key remembers this answer

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = {name: value for name, value in fields.items() if value is not None}

    def body(self) -> dict[str, Any]:
        """The JSON that a client reads."""
        code = self.fields.get("code")
        doc = (
            {"doc_url": f"https://docs.stripe.com/error-codes/{str(code).replace('_', '-')}"} if code else {}
        )
        return {"error": {**self.fields, **doc, "message": self.message, "type": self.type}}


class InvalidRequest(ApiError):
    """The call makes no sense as it stands, or not in this state of the object."""


class InvalidParameter(ApiError):
    """A parameter is unknown, missing or malformed: nothing was begun, so no idempotency key remembers it."""

    stored = False


class Missing(ApiError):
    """The object of the call does not exist, or belongs to another account."""

    status = 404


class Unauthorised(ApiError):
    """No key, or not one of ours."""

    status = 401
    stored = False


class Forbidden(ApiError):
    """The key is right and may not do this."""

    status = 403
    stored = False


class CardDeclined(ApiError):
    """The bank, or Stripe for it, refused the card. The attempt stays on record."""

    status = 402
    type = "card_error"
    keeps = True


class IdempotencyMismatch(ApiError):
    """The key was first used with another call or other parameters."""

    type = "idempotency_error"
    stored = False


class IdempotencyInProgress(ApiError):
    """The first call with this key is still being worked on."""

    status = 409
    type = "idempotency_error"
    stored = False


class RateLimited(ApiError):
    """Too many calls: come back later with the same key."""

    status = 429
    stored = False


class ServerFault(ApiError):
    """Something broke on the other side."""

    status = 500
    type = "api_error"


def no_such(kind: str, object_id: str, *, param: str = "id", in_path: bool = True) -> ApiError:
    """The refusal for an identifier that names nothing; 404 in the path, 400 in a parameter."""
    name = kind.rpartition(".")[2]
    cls: type[ApiError] = Missing if in_path else InvalidRequest
    return cls(f"No such {name}: '{object_id}'", code="resource_missing", param=param)
