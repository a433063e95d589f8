"""Refusals as Wise writes them."""

from banibs.dev.sandbox_kit.calls import Refusal
from banibs.dev.sandbox_kit.store import Object


def refusal(status: int, message: str, *, code: str = "error", path: str = "") -> Refusal:
    """`{"errors": [{code, message, path, arguments}]}`"""
    return Refusal(status, {"errors": [{"code": code, "message": message, "path": path, "arguments": []}]})


def only(given: Object, known: set[str], place: str = "") -> None:
    """Raises Refusal for a parameter that Wise does not know."""
    for name in given:
        if name not in known:
            raise refusal(422, "Unknown parameter", code="NOT_VALID", path=place + name)
