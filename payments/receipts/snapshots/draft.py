"""A document before it has its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payments.models import Document

US_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "GT"})  # where letters are on Letter


class NotYet(Exception):
    """The document must wait for another, or has nothing to say yet."""


@dataclass(frozen=True)
class Draft:
    """All but number and day. `data` is plain JSON; amounts are minor units of `data["currency"]`."""

    language: str
    country: str  # where it is read: decides the paper
    data: Mapping[str, Any]
    seller_id: int | None = None
    user_id: int | None = None

    @property
    def paper(self) -> str:
        """The paper of the country where it is read."""
        return Document.Paper.LETTER if self.country in US_PAPER else Document.Paper.A4


# subjects → what makes the draft of each; a fixed number of statements, however many there are. A subject that is gone
# is left out. Making one draft asks nothing of the database, and raises NotYet.
Loader = Callable[[Sequence[str]], Mapping[str, Callable[[], Draft]]]


def ids(subjects: Sequence[str]) -> list[int]:
    """The rows that subjects like "order:7" name."""
    return [int(subject.rpartition(":")[2]) for subject in subjects]
