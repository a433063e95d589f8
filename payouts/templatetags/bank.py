"""Where a shop stands with its bank, for pages to the left that only print it."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse

from marketplace.models import Seller
from payouts import onboarding
from payouts.methods import not_me

register = template.Library()


@register.simple_tag
def bank_of(shop: Seller) -> onboarding.Readiness:
    """`{% bank_of shop as bank %}`: a Readiness. One query."""
    return onboarding.readiness(shop)


@register.simple_tag
def not_me_url(method_id: int) -> str:
    """`{% not_me_url said.method %}`: where the owner of a shop stops a destination that is not theirs; for letters."""
    return str(settings.SITE_URL) + reverse("payouts:not_me", args=[not_me.token(method_id)])
