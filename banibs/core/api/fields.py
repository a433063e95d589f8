"""Serializer fields for money, and request serializers that refuse unknown fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions, serializers

from banibs.core.money import Money
from banibs.core.security.card_numbers import CODE, REFUSED, has_card_number
from banibs.core.text import clean_line, clean_text


def money(value: Money) -> dict[str, Any]:
    """Money as the API shows it: `{"amount": 1299, "currency": "USD", "display": "$12.99"}`."""
    return {"amount": value.amount, "currency": value.currency, "display": value.format()}


class MoneySerializer(serializers.Serializer[Money]):
    """The schema of an amount in an answer."""

    amount = serializers.IntegerField(help_text="Minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    display = serializers.CharField(source="format", help_text="As a person reads it")


class MoneyField(serializers.Field[Any, Any, Any, Any]):
    """Read-only money: the attribute is a Money, or an int beside a `currency` on the same object."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["read_only"] = True
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> Any:
        value = super().get_attribute(instance)
        if isinstance(value, int):
            return Money(value, instance["currency"] if isinstance(instance, dict) else instance.currency)
        return value

    def to_representation(self, value: Money) -> dict[str, Any]:
        return money(value)


class AmountField(serializers.IntegerField):
    """Minor units in a request: a positive whole number, never a float, a string or true."""

    default_error_messages = {
        "invalid_amount": "An amount is a whole number of minor units within its bounds"
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 2**53 - 1)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int or not (self.min_value or 0) <= data <= (self.max_value or 0):
            self.fail("invalid_amount")
        return int(super().to_internal_value(data))


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class LineField(serializers.CharField):
    """One line that a person writes, as it is kept."""

    def to_internal_value(self, data: Any) -> str:
        return self.kept(super().to_internal_value(data), clean_line)

    def kept(self, text: str, clean: Callable[[str], str]) -> str:
        """The text after `clean`. Raises ValidationError, also when nothing is left of a text that is needed."""
        if _NO_TEXT.search(text):
            return text  # the validators of every text of the API refuse it, as what no program should send
        try:
            cleaned = clean(text)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages, error.code) from error
        if not cleaned and not self.allow_blank:
            self.fail("blank")
        return cleaned


class TextField(LineField):
    """Several lines that a person writes, as they are kept."""

    def to_internal_value(self, data: Any) -> str:
        return self.kept(serializers.CharField.to_internal_value(self, data), clean_text)


class StrictSerializer(serializers.Serializer[Any]):
    """A request's body: unknown fields are refused, so that `price` or `is_staff` never slips by.

    So is a text that holds a card number, except in what carriers and phone companies number.
    """

    default_error_messages = {"unknown_field": "There is no such field"}
    digits_allowed: ClassVar[frozenset[str]] = frozenset({"phone", "tracking"})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                detail = exceptions.ErrorDetail(str(self.error_messages["unknown_field"]), "unknown_field")
                raise serializers.ValidationError({name: [detail] for name in unknown[:20]})
        found = super().to_internal_value(data)
        if cards := [
            name
            for name, value in found.items()
            if name not in self.digits_allowed and isinstance(value, str) and has_card_number(value)
        ]:
            detail = exceptions.ErrorDetail(str(REFUSED), CODE)
            raise serializers.ValidationError({name: [detail] for name in cards})
        return found
