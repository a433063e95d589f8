"""The payment methods that a page shows, each with its template. Which are offered: `purchase.offered`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from marketplace.pricing.quote import Tender
from payments.charges import limits, purchase
from payments.models import Method, Payment
from wallet import accounts, ledger
from wallet import demo_credit as demo

CARD_BOX = "payments/methods/card.html"


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the wallet can do for this total. `missing` is zero when it is enough."""

    total: Money
    balance: Money
    left: Money
    missing: Money
    demo: Money | None  # what a development machine gives at one press
    top_up: Money | None  # what a card would have to add, at least

    @property
    def enough(self) -> bool:
        """Whether it covers the whole total."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to pay as the page shows it. `usable`: it could pay this total now."""

    method: str
    label: str | Promise
    hint: str | Promise
    template: str
    usable: bool


def wallet_of(user_id: int, total: Money, *, set_aside: int = 0) -> Wallet:
    """The person's wallet in the currency of this total, and what is `set_aside` of it for this. One query."""
    balance = ledger.balance(accounts.wallet(user_id), total.currency) + Money(set_aside, total.currency)
    missing = Money(max(0, total.amount - balance.amount), total.currency)
    return Wallet(
        total,
        balance,
        left=balance + missing - total,
        missing=missing,
        demo=demo.offer(total.currency),
        top_up=_top_up(missing),
    )


def _top_up(missing: Money) -> Money | None:
    """What is missing, or the least that a card adds; None where no card can."""
    least, most = limits.top_up_range(missing.currency)
    if not missing or missing > most or not limits.cards_taken(missing.currency):
        return None
    return max(missing, least)


def tender(method: str, wallet: Wallet) -> Tender:
    """How this way would meet the total: what the wallet gives, and what is the card's."""
    least = limits.card_minimum(wallet.total.currency)
    return Tender(method, wallet=max(wallet.balance.amount, 0), card_minimum=least)


def other_methods(payment: Payment, wallet: Wallet) -> list[Method]:
    """The other ways that could pay a placed order now: no wallet that is empty, none that is short."""
    return [
        Method(choice.method)
        for choice in offered(wallet)
        if choice.usable and choice.method != payment.method
    ]


def wallet_for(payment: Payment) -> Wallet:
    """The wallet of this payment's buyer, with what is set aside for it: another way would give that back first."""
    return wallet_of(payment.user_id, payment.money(payment.amount), set_aside=payment.reserved)


def offered(wallet: Wallet) -> list[Choice]:
    """Every way to pay of this total, in the order in which they are offered."""
    some = bool(wallet.balance.amount) and not wallet.enough
    boxes = {
        Method.WALLET: Choice(
            Method.WALLET,
            Method.WALLET.label,
            _("No card needed, refunds land at once"),
            "payments/methods/wallet.html",
            usable=wallet.enough,
        ),
        Method.CARD: Choice(
            Method.CARD, Method.CARD.label, _("Your bank may ask you to confirm"), CARD_BOX, usable=True
        ),
        Method.WALLET_AND_CARD: Choice(
            Method.WALLET_AND_CARD,
            Method.WALLET_AND_CARD.label,
            _("What the wallet holds first, a card for the rest"),
            CARD_BOX,
            usable=some,
        ),
        Method.STRIPE_CHECKOUT: Choice(
            Method.STRIPE_CHECKOUT,
            Method.STRIPE_CHECKOUT.label,
            _("Apple Pay, Google Pay and Link, on Stripe’s page"),
            CARD_BOX,
            usable=True,
        ),
    }
    total = wallet.total
    by_card = total.amount and limits.takes(total)
    ways = purchase.offered(total.currency) if by_card else purchase.OFFERED
    return [boxes[method] for method in ways if method != Method.WALLET_AND_CARD or some]
