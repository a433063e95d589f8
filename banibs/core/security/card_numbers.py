"""Finds card numbers in text, so that they are neither stored nor logged (README-payments, What is stored).

By ISO/IEC 7812: 13 to 19 digits, in groups or not, that begin like a card's and end in its check digit.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

REFUSED = _("This looks like a card number. Never write one here.")
CODE = "card_number"
_RUN = re.compile(r"(?<![0-9])[2-6](?:[ -]?[0-9]){12,18}(?![0-9])")


def has_card_number(text: str) -> bool:
    """Whether a text holds a card number, grouped by spaces or hyphens or not at all."""
    return any(passes_luhn([int(one) for one in run if one.isdigit()]) for run in _RUN.findall(text))


def passes_luhn(digits: list[int]) -> bool:
    """Whether the last digit is the check digit of those before it."""
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
