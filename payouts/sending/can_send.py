"""Whether a payout may be sent just now, and why not. Read under the shop's lock, before anything is posted."""

from __future__ import annotations

from django.db.models import Q

from banibs.core.clock import Now
from banibs.core.money import Money, exponent
from marketplace.models import Seller
from payouts import countries, policy
from payouts.gateways.paypal import batch_payouts
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
    most = policy.PAYOUT_MOST_MAJOR_UNITS * major
    if needs_confirming(method):
        most = policy.FIRST_CRYPTO_PAYOUT.get(currency, most)
    return Money(least, currency), Money(most, currency)


def takes_currency(method: PayoutMethod, currency: str) -> bool:
    """Whether the destination takes this balance as it is. Wise changes it, at a rate that the seller confirms; crypto is
    valued by the treasury; a bank at Stripe takes its own currency alone.
    """
    if method.kind == PayoutMethod.Kind.STRIPE:
        return method.currency == currency
    if method.kind == PayoutMethod.Kind.PAYPAL:
        return currency in batch_payouts.CURRENCIES
    return True


def needs_confirming(method: PayoutMethod) -> bool:
    """Whether nobody has seen money arrive at this crypto address: then one small payout goes there, and no more."""
    return method.kind == PayoutMethod.Kind.CRYPTO and method.confirmed_at is None


def first_payout_problem(method: PayoutMethod, *, besides: int = 0) -> str:
    """`not_confirmed` where the small first payout to a crypto address is under way or arrived, and the seller has not
    said so; else nothing. `besides`: the payout that is asked about. At most one statement.
    """
    if not needs_confirming(method):
        return ""
    others = Payout.objects.filter(method=method).exclude(pk=besides)
    given = others.exclude(status__in=[Payout.Status.FAILED, Payout.Status.CANCELED, Payout.Status.RETURNED])
    return "not_confirmed" if given.exists() else ""


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
    first = first_payout_problem(payout.method, besides=payout.pk)
    if first:
        return first
    if available(payout.seller_id, payout.currency) < payout.money:
        return "insufficient_available"
    return ""
