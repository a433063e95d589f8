"""Path converters of the API: an address that does not match one is 404 without a query."""

from __future__ import annotations

from typing import Any

from django.urls import register_converter
from django.urls.converters import get_converters


class RowId:
    """A row's id, as large as a row can have one."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The id."""
        return int(value)

    def to_url(self, value: int) -> str:
        """As it stands in an address."""
        return str(value)


class Word:
    """Text that a database can look for."""

    regex = "[A-Za-z0-9_-]{1,120}"

    def to_python(self, value: str) -> str:
        """The text."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in an address."""
        return value


class CheckoutNumber(Word):
    """As on a receipt: B-71840."""

    regex = "B-[0-9]{1,14}"


class OrderNumber(Word):
    """As a seller reads it: B-71840-1."""

    regex = "B-[0-9]{1,14}-[0-9]{1,3}"


class PayoutNumber(Word):
    """As a seller reads it: PO-20417."""

    regex = "PO-[0-9]{1,14}"


CONVERTERS: dict[str, Any] = {
    "row": RowId,
    "word": Word,
    "checkout": CheckoutNumber,
    "order": OrderNumber,
    "payout": PayoutNumber,
}


def register() -> None:
    """Registers the converters with Django's `path`."""
    for name, kind in CONVERTERS.items():
        if name not in get_converters():
            register_converter(kind, name)
