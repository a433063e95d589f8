"""The outcomes of a call to a provider besides done: refused, and unknown."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """The provider said no. `message` is for the person, `code` is the provider's (a decline's own where there is one).

    `detail`, `param` and `request_id` are what the provider said, for staff: developers' words, no buyer reads them.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        declined: bool = False,
        data: Mapping[str, object] | None = None,
        detail: str = "",
        param: str = "",
        request_id: str = "",
    ) -> None:
        self.code = code
        self.message = message
        self.declined = declined
        self.data = dict(data or {})
        self.detail = detail or message
        self.param = param
        self.request_id = request_id
        super().__init__(f"{code}: {self.for_staff}")

    @property
    def for_staff(self) -> str:
        """What the provider said, with what its support asks for."""
        named = ", ".join(
            part for part in (self.param and f"parameter {self.param}", self.request_id) if part
        )
        return f"{self.detail} ({named})" if named else self.detail

    def misses(self, param: str) -> bool:
        """Whether it is that the provider does not know what this parameter names."""
        return self.code == "resource_missing" and self.param == param


class Unknown(Exception):
    """The call may or may not have happened. Never repeated with another key."""


class KeyRefused(Unknown):
    """Our key is wrong, revoked, or may not do this. It says nothing of what happened before, so nothing is decided;
    and it does not end by waiting: a person is told.
    """


class KeyConflict(Unknown):
    """The idempotency key came with other parameters before. What came first may have happened; this did not, and never
    will under this key.
    """


class Slow(Unknown):
    """The provider was not asked: it has been silent, or too many ask it just now. Nothing has happened there.

    An Unknown to whoever decides about money: what was asked before may still happen.
    """
