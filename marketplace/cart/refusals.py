"""The exception of a cart that refuses a change."""

from __future__ import annotations


class CartRefusal(Exception):
    """The cart was not changed. `code` is the API's, `field` the one that the message belongs to."""

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        self.code = code
        self.message = message
        self.field = field
        super().__init__(message)
