"""Where a shop stands with its bank, for pages to the left that only print it."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.models import Seller
from payouts import onboarding
from payouts.methods import not_me, of_shop
from payouts.models import PayoutMethod

register = template.Library()


@dataclass(frozen=True, slots=True)
class GettingPaid:
    """Whether a shop has said how it is paid: `done`, begun (`words` say what is still to come), or not at all."""

    done: bool
    words: str


@register.simple_tag
def getting_paid(shop: Seller) -> GettingPaid:
    """`{% getting_paid shop as paid %}`: a GettingPaid, of any kind of destination. At most two queries."""
    states = set(of_shop.living(shop.pk).order_by().values_list("state", flat=True))
    if PayoutMethod.State.VERIFIED in states:
        return GettingPaid(done=True, words="")
    if PayoutMethod.State.CHECKING in states:
        return GettingPaid(done=False, words=_("Your destination is being checked."))
    if states:
        return GettingPaid(done=False, words=_("Your destination is not verified yet."))
    bank = onboarding.readiness(shop)
    begun = bank.status in ("started", "checking", "restricted", "rejected")
    return GettingPaid(done=bank.can_be_paid, words=bank.reason if begun else "")


@register.simple_tag
def bank_of(shop: Seller) -> onboarding.Readiness:
    """`{% bank_of shop as bank %}`: a Readiness. One query."""
    return onboarding.readiness(shop)


@register.simple_tag
def not_me_url(method_id: int) -> str:
    """`{% not_me_url said.method %}`: where the owner of a shop stops a destination that is not theirs; for letters."""
    return str(settings.SITE_URL) + reverse("payouts:not_me", args=[not_me.token(method_id)])
