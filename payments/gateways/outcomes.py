"""The outcomes of a call to a provider besides done: refused, and unknown."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """The provider said no. `message` is for the person, `code` is the provider's (a decline's own where there is one)."""

    def __init__(
        self, code: str, message: str, *, declined: bool = False, data: Mapping[str, object] | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.declined = declined
        self.data = dict(data or {})
        super().__init__(f"{code}: {message}")


class Unknown(Exception):
    """The call may or may not have happened. Never repeated with another key."""
