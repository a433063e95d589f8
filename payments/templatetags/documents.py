"""Filters of documents, which read plain figures of a snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template

from banibs.core.money import Money
from banibs.core.ui import quantities
from wallet import statement

register = template.Library()


@register.filter(name="in")
def in_currency(amount: int, said: Mapping[str, Any]) -> str:
    """`{{ line.amount|in:said }}`: minor units as money of the document."""
    return Money(amount, said["currency"]).format()


@register.filter
def signed_in(amount: int, said: Mapping[str, Any]) -> str:
    """The same with its sign always shown."""
    return f"{'+' if amount > 0 else ''}{in_currency(amount, said)}"


@register.filter
def net(line: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """What was earned of a line less what was given back."""
    return in_currency(line["earned"] - line["back"], said)


@register.filter
def percent(rate_bps: int) -> str:
    """Basis points as people write a rate."""
    return quantities.percent(rate_bps)


@register.filter
def moment(text: str) -> str:
    """A moment of a snapshot, to the minute, UTC."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M")


@register.filter
def movement(kind: str) -> str:
    """A kind of movement in words."""
    return str(statement.KINDS[kind])
