"""Why something cannot be done with a destination, in words; codes of the API."""

from __future__ import annotations

from collections.abc import Mapping


class MethodRefused(Exception):
    """Nothing was changed. `code` and `status` are the API's; `fields` says beside which field what is wrong."""

    def __init__(
        self, code: str, message: str, *, status: int = 409, fields: Mapping[str, str] | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})
        self.secret = False  # what was typed is nothing that may be shown again
        super().__init__(f"{code}: {message}")


def invalid(fields: Mapping[str, str], *, code: str = "destination_invalid") -> MethodRefused:
    """What was typed is wrong; the first of the texts speaks for all."""
    return MethodRefused(code, next(iter(fields.values())), status=400, fields=fields)
