"""The least and most that a card is charged, in minor units. Source: Stripe, "Minimum and maximum charge amounts"."""

from __future__ import annotations

from django.conf import settings

from banibs.core.money import Money

CARD_MINIMUM = {"USD": 50, "GBP": 30, "EUR": 50, "CAD": 50}
TOP_UP_LEAST = {"USD": 500, "GBP": 500, "EUR": 500, "CAD": 500}
TOP_UP_MOST = {"USD": 100_000, "GBP": 100_000, "EUR": 100_000, "CAD": 100_000}
TOP_UP_CHOICES = (1_000, 2_000, 5_000, 10_000)


def cards_taken(currency: str) -> bool:
    """Whether cards are offered in a currency: our Stripe account settles it, and there is a key."""
    return bool(settings.STRIPE_SECRET_KEY) and currency in settings.STRIPE_SETTLEMENT_CURRENCIES


def card_minimum(currency: str) -> int:
    """The least that a card can be charged; a currency not listed counts as the dollar."""
    return CARD_MINIMUM.get(currency, CARD_MINIMUM["USD"])


def too_small(card_part: int, currency: str) -> bool:
    """Whether this is less than a card can be charged, and not nothing."""
    return 0 < card_part < card_minimum(currency)


def top_up_range(currency: str) -> tuple[Money, Money]:
    """The least and the most of one top-up."""
    return (
        Money(TOP_UP_LEAST.get(currency, TOP_UP_LEAST["USD"]), currency),
        Money(TOP_UP_MOST.get(currency, TOP_UP_MOST["USD"]), currency),
    )
