"""Money: whole minor units and a currency, exact to the last one. Nothing here touches a database.

Rules: docs "Money", section Amounts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, get_currency_symbol
from django.utils import translation

MAX_AMOUNT = 2**53 - 1  # what a JSON number holds exactly; far inside a bigint


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum. Money is never converted and never added across currencies."""


class InvalidAmount(ValueError):
    """The text or number is not an amount of this currency."""


@functools.cache
def exponent(currency: str) -> int:
    """How many decimals the currency has (ISO 4217 by CLDR): 2 for USD, 0 for XOF, 3 for KWD."""
    fractions = get_global("currency_fractions")
    return int(fractions.get(currency, fractions["DEFAULT"])[0])


def half_up(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator, rounded half away from zero, in integers only."""
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def share_bps(amount: int, basis_points: int) -> int:
    """A rate in basis points of an amount, half up: `share_bps(4800, 1000)` is 480."""
    return half_up(amount * basis_points, 10_000)


def allocate(total: int, weights: Sequence[int], *, capped: bool = False) -> list[int]:
    """Spreads `total` over `weights` so that the parts add up to it exactly (largest remainder).

    Ties go to the lowest index. With `capped`, a weight is also what remains there, so no part exceeds it
    (docs "Money": the weights are what remains, the last takes the remainder).

    Raises ValueError for a negative total or weight, for no weight at all, and for a capped total above the sum.
    """
    if total < 0 or any(w < 0 for w in weights):
        raise ValueError("amounts to spread are not negative")
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole == 0:
        raise ValueError("nothing to spread over")
    if capped and total > whole:
        raise ValueError("more than what remains")
    floors = [total * w // whole for w in weights]
    left = total - sum(floors)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[:left]:
        floors[i] += 1
    return floors


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of one currency: `Money(1299, "USD")` is $12.99."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise InvalidAmount(f"{self.amount!r} is not a whole number of minor units")

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return self.format()

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    @property
    def plain(self) -> str:
        """Major units without symbol or grouping, as a form field shows them: `12.99`."""
        return f"{self.decimal:.{exponent(self.currency)}f}"

    def format(self, locale: str | None = None) -> str:
        """As a person of this locale reads it; a minus is U+2212."""
        return _format(self.amount, self.currency, locale or translation.get_language() or "en-gb")


@functools.lru_cache(maxsize=16_384)
def _format(amount: int, currency: str, locale: str) -> str:
    value = Decimal(abs(amount)).scaleb(-exponent(currency))
    babel_locale = _locale(locale)
    pattern = babel_locale.currency_formats["standard"]
    text = format_currency(value, currency, format=pattern.pattern, locale=babel_locale)
    text = text.replace(get_currency_symbol(currency, babel_locale), symbol(currency))
    return f"\N{MINUS SIGN}{text}" if amount < 0 else text


@functools.cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


_OWN_SYMBOLS = {
    "USD": "$",
    "NGN": "₦",
    "GHS": "GH₵",
    "KES": "KSh",
    "ZAR": "R",
    "CAD": "CA$",
    "JMD": "J$",
}


@functools.cache
def symbol(currency: str) -> str:
    """The short sign shown before an amount, chosen so that no two of our currencies look alike.

    A word ("F CFA", "CHF") keeps a space from the figures.
    """
    sign = _OWN_SYMBOLS.get(currency) or get_currency_symbol(currency, "en")
    return f"{sign}\N{NO-BREAK SPACE}" if len(sign) > 1 and sign[-1].isalpha() else sign


_AMOUNT_TEXT = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?", re.ASCII)


def parse(text: str, currency: str) -> Money:
    """What a person typed as major units ("1,299.50", "£12") → Money.

    Raises InvalidAmount for anything else: more decimals than the currency has, signs, exponents, other digits.
    """
    cleaned = text.strip().replace("\N{NO-BREAK SPACE}", " ")
    for sign in (symbol(currency).strip(), currency):
        cleaned = cleaned.removeprefix(sign).strip()
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", cleaned, re.ASCII):
        cleaned = cleaned.replace(",", "")
    if not _AMOUNT_TEXT.fullmatch(cleaned):
        raise InvalidAmount(text)
    whole, _, decimals = cleaned.partition(".")
    places = exponent(currency)
    if len(decimals) > places:
        raise InvalidAmount(text)
    amount = int(whole + decimals.ljust(places, "0"))
    if amount > MAX_AMOUNT:
        raise InvalidAmount(text)
    return Money(amount, currency)
