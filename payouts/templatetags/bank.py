"""Where a shop stands with its bank, for pages to the left that only print it."""

from __future__ import annotations

from django import template

from marketplace.models import Seller
from payouts import onboarding

register = template.Library()


@register.simple_tag
def bank_of(shop: Seller) -> onboarding.Readiness:
    """`{% bank_of shop as bank %}`: a Readiness. One query."""
    return onboarding.readiness(shop)
