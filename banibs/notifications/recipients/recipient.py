"""Who is told what, before it is written down as a notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, one kind of notice, and what it says."""

    user_id: int
    kind: str
    url: str
    data: Mapping[str, Any]
    letter: bool = True


def money(amount: int, currency: str) -> dict[str, Any]:
    """Money as a notice keeps it: written out when it is read, in the reader's language."""
    return {"amount": amount, "currency": currency}
