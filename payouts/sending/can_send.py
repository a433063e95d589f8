"""Whether a payout may be sent just now, and why not. Read under the shop's lock, before anything is posted."""

from __future__ import annotations

from django.db.models import Q

from banibs.core.clock import Now
from banibs.core.money import Money, exponent
from marketplace.models import Seller
from payouts import countries, policy
from payouts.models import Payout, PayoutHold, PayoutMethod
from payouts.providers.interface import PROVIDERS
from wallet import accounts, ledger
from wallet.payout_pause import payouts_paused


def available(seller_id: int, currency: str) -> Money:
    """What may be paid out; below zero where more was taken back than earned.

    A refund or a dispute that commits meanwhile may take it below zero after the payout: they may always do that. Two
    payouts cannot: they hold the shop.
    """
    return ledger.balance(accounts.available(seller_id), currency)


def limits(method: PayoutMethod, currency: str) -> tuple[Money, Money]:
    """The smallest and the largest payout of this balance to this destination."""
    major = 10 ** exponent(currency)
    least = policy.PAYOUT_MINIMUM.get(currency, major)
    place = countries.destination(method.country, method=method.kind) if method.country else None
    if place is not None and place.minimum is not None and place.minimum.currency == currency:
        least = max(least, place.minimum.amount)
    return Money(least, currency), Money(policy.PAYOUT_MOST_MAJOR_UNITS * major, currency)


def takes_currency(method: PayoutMethod, currency: str) -> bool:
    """Whether the destination takes this balance as it is. Wise changes it, at a rate that the seller confirms; crypto is
    valued by the treasury; a bank at Stripe takes its own currency alone.
    """
    if method.kind == PayoutMethod.Kind.STRIPE:
        return method.currency == currency
    return True


def method_problem(method: PayoutMethod) -> str:
    """Why nothing can go to this destination yet: a code, or nothing. One statement where it is verified."""
    if method.removed_at is not None:
        return "method_removed"
    if method.state != PayoutMethod.State.VERIFIED:
        return "method_not_verified"
    if PayoutMethod.objects.filter(Q(usable_from__gt=Now()), pk=method.pk).exists():
        return "method_cooling_off"
    if not PROVIDERS.get(method.provider).terms().configured:
        return "provider_not_configured"
    return ""


def seller_problem(seller: Seller) -> str:
    """Why nothing leaves this shop just now: a code, or nothing. The caller holds the shop. Two statements."""
    if payouts_paused():
        return "payouts_paused"
    if seller.status == Seller.Status.SUSPENDED:
        return "account_suspended"
    if PayoutHold.objects.filter(seller=seller, lifted_at=None).exists():
        return "on_hold"
    return ""


def reason_to_wait(payout: Payout) -> str:
    """Why a payout cannot be sent now: a code of `refusals.waits_text`, or nothing. The caller holds its shop."""
    problem = seller_problem(payout.seller) or method_problem(payout.method)
    if problem:
        return problem
    if payout.waits_for == "quote_worse":  # until the seller confirms another (request_payout.confirm_quote)
        return payout.waits_for
    if not takes_currency(payout.method, payout.currency):
        return "currency_not_supported"
    if available(payout.seller_id, payout.currency) < payout.money:
        return "insufficient_available"
    return ""
