"""Why something about a case cannot be done: for the page, and for the API by its code. Nothing has moved."""

from __future__ import annotations

from django.utils.translation import gettext as _


class CaseRefused(Exception):
    """Nothing has moved. `code` and `status` are the API's (docs "What the outside sees"), `message` is for people."""

    def __init__(self, code: str, message: str, *, status: int = 409) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(message)


def moved_on() -> CaseRefused:
    """The case is not where the caller saw it, or it is not their turn."""
    return CaseRefused("invalid_transition", _("Nothing was done: this has changed meanwhile."))
