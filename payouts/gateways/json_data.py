"""A provider's JSON, read by the kind of what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from banibs.core.money import Money, exponent

Data: TypeAlias = Mapping[str, object]


def as_data(value: object) -> Data:
    """An object; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def text(data: Data, name: str) -> str:
    """The text or number under this name, as text; nothing where there is none."""
    value = data.get(name)
    return "" if value is None or isinstance(value, (Mapping, list)) else str(value)


def part(data: Data, name: str) -> Data:
    """The object under this name, empty where there is none."""
    return as_data(data.get(name))


def parts(data: Data, name: str) -> list[Data]:
    """The objects under this name, none where there is no list."""
    return objects(data.get(name))


def objects(value: object) -> list[Data]:
    """The objects of a list, none for anything else."""
    return [as_data(one) for one in value] if isinstance(value, list) else []


def money(value: str, currency: str) -> Money:
    """An amount that a provider wrote as a decimal number. Raises ValueError for what is none of this currency."""
    try:
        scaled = Decimal(value).scaleb(exponent(currency))
    except InvalidOperation as wrong:
        raise ValueError(f"{value!r} is no amount") from wrong
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{value!r} is no amount of {currency}")
    return Money(int(scaled), currency)


def decimal(amount: Money) -> Decimal:
    """12.99 for 1299 USD."""
    return Decimal(amount.amount).scaleb(-exponent(amount.currency))
