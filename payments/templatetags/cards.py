"""Whether cards are taken, for templates that stand left of payments: the region menu and the cart."""

from django import template

from payments.charges import limits

register = template.Library()


@register.filter
def takes_cards(currency: str) -> bool:
    """Whether a card pays in this currency."""
    return limits.cards_taken(currency)
