"""The treasury's offer for a payout in crypto, for its seller's page."""

from __future__ import annotations

from django import template

from payouts.models import CryptoOffer, Payout, PayoutMethod
from payouts.sending.treasury import explorer_url

register = template.Library()


@register.simple_tag
def offer_of(payout: Payout) -> CryptoOffer | None:
    """`{% offer_of payout as offer %}`: the newest; none for other providers. At most one statement."""
    if payout.method.kind != PayoutMethod.Kind.CRYPTO:
        return None
    return CryptoOffer.objects.filter(attempt__payout=payout).order_by("-pk").first()


@register.simple_tag
def transaction_of(payout: Payout) -> dict[str, str] | None:
    """The hash by which it was sent, and where anybody can look it up. At most one statement."""
    if payout.method.kind != PayoutMethod.Kind.CRYPTO or payout.paid_at is None:
        return None
    attempt = payout.attempts.filter(number=payout.attempt).first()
    if attempt is None or not attempt.external_id:
        return None
    return {"hash": attempt.external_id, "url": explorer_url(payout.method.network, attempt.external_id)}
