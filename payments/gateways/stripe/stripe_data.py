"""Stripe's objects as plain data, read by the kind of what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import SupportsInt, TypeAlias

import stripe

StripeData: TypeAlias = Mapping[str, object]
# As the library gives an object, or as an event carried it.
StripeRaw: TypeAlias = stripe.StripeObject | StripeData


def as_dict(value: StripeRaw) -> dict[str, object]:
    """An object as plain data, all that it holds included."""
    return value.to_dict() if isinstance(value, stripe.StripeObject) else dict(value)


def id_of(value: object) -> str:
    """An id, whether the object came expanded or not; nothing for None. Raises TypeError for what is neither."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (Mapping, stripe.StripeObject)):
        return str(value["id"])
    raise TypeError(f"neither an id nor an object: {value!r}")


def text(data: StripeData, name: str) -> str:
    """The text under this name, or nothing where there is none."""
    return str(data.get(name) or "")


def integer(data: StripeData, name: str) -> int:
    """The whole number under this name. Raises KeyError without one, TypeError for what is no number."""
    value = data[name]
    if not isinstance(value, (str, SupportsInt)):
        raise TypeError(f"{name} is no number: {value!r}")
    return int(value)


def part(data: StripeData, name: str) -> StripeData:
    """The object under this name, empty where there is none. Raises TypeError for what is no object."""
    return _object(data.get(name) or {})


def parts(data: StripeData, name: str) -> list[StripeData]:
    """The objects under this name, none where there is no list. Raises TypeError for what is no object."""
    return [_object(one) for one in _list(data, name)]


def texts(data: StripeData, name: str) -> tuple[str, ...]:
    """The texts under this name, none where there is no list."""
    return tuple(str(one) for one in _list(data, name))


def metadata(data: StripeData) -> dict[str, str]:
    """What we noted on the object."""
    return {name: str(value) for name, value in part(data, "metadata").items()}


def _object(value: object) -> StripeData:
    if not isinstance(value, Mapping):
        raise TypeError(f"no object: {value!r}")
    return value


def _list(data: StripeData, name: str) -> Sequence[object]:
    value = data.get(name) or []
    if not isinstance(value, list):
        raise TypeError(f"{name} is no list: {value!r}")
    return value
