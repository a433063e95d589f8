"""What a notice says, in the reader's language."""

from __future__ import annotations

from typing import Any

from banibs.core.money import Money
from banibs.notifications.kinds import KINDS
from banibs.notifications.models import Notice


def shown_data(notice: Notice) -> dict[str, Any]:
    """The notice's data with its amounts as Money."""
    return {
        name: Money(value["amount"], value["currency"])
        if isinstance(value, dict) and "currency" in value
        else value
        for name, value in notice.data.items()
    }


def text(notice: Notice) -> str:
    """The sentence of a notice."""
    return str(KINDS[notice.kind].text) % shown_data(notice)
