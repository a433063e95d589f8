"""The least and most that a card is charged, in minor units. Source: Stripe, "Minimum and maximum charge amounts"."""

from __future__ import annotations

from django.conf import settings

from banibs.core.money import Money
from marketplace.checkout import refusals
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


def card_most(currency: str) -> Money:
    """The most that a card can be charged at once."""
    return Money(policy.CARD_MAXIMUM, currency)


def too_large(card_part: int) -> bool:
    """Whether this is more than a card can be charged at once."""
    return card_part > policy.CARD_MAXIMUM


def takes(total: Money) -> bool:
    """Whether a card can be charged this at once."""
    return not too_small(total.amount, total.currency) and not too_large(total.amount)


def check_card_part(card_part: int, currency: str) -> None:
    """Raises CheckoutRefusal for a card's part that no card takes: too little, or too much. Nothing passes for 0."""
    if too_small(card_part, currency):
        raise refusals.below_card_minimum(card_least(currency))
    if too_large(card_part):
        raise refusals.above_card_maximum(card_most(currency))


def top_up_range(currency: str) -> tuple[Money, Money]:
    """The least and the most of one top-up."""
    return (
        Money(policy.TOP_UP_LEAST.get(currency, policy.TOP_UP_LEAST["USD"]), currency),
        Money(policy.TOP_UP_MOST.get(currency, policy.TOP_UP_MOST["USD"]), currency),
    )
