"""The least and most that a card is charged, in minor units. Source: Stripe, "Minimum and maximum charge amounts"."""

from __future__ import annotations

from django.conf import settings

from banibs.core.money import Money
from payments import policy


def cards_taken(currency: str) -> bool:
    """Whether cards are offered in a currency: our Stripe account settles it, and there is a key."""
    return bool(settings.STRIPE_SECRET_KEY) and currency in settings.STRIPE_SETTLEMENT_CURRENCIES


def card_minimum(currency: str) -> int:
    """The least that a card can be charged; a currency not listed counts as the dollar."""
    return policy.CARD_MINIMUM.get(currency, policy.CARD_MINIMUM["USD"])


def card_least(currency: str) -> Money:
    """The same as money, to be said to a buyer."""
    return Money(card_minimum(currency), currency)


def too_small(card_part: int, currency: str) -> bool:
    """Whether this is less than a card can be charged, and not nothing."""
    return 0 < card_part < card_minimum(currency)


def top_up_range(currency: str) -> tuple[Money, Money]:
    """The least and the most of one top-up."""
    return (
        Money(policy.TOP_UP_LEAST.get(currency, policy.TOP_UP_LEAST["USD"]), currency),
        Money(policy.TOP_UP_MOST.get(currency, policy.TOP_UP_MOST["USD"]), currency),
    )
