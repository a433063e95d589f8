"""Buys a cart, for the payment page and the API: one transaction, or nothing at all (docs "Architecture", a sale)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from banibs.core import events
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.cart import contents as carts
from marketplace.checkout import refusals
from marketplace.checkout.company import NONE, Company
from marketplace.checkout.place_order import Buyer, Placed, place_order
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from payments import policy
from payments.charges import frozen_wallets, limits, payment_states
from payments.models import Method, Payment
from wallet import accounts, ledger

OFFERED = (Method.WALLET,)
CARDS = (Method.CARD, Method.WALLET_AND_CARD, Method.STRIPE_CHECKOUT)


@dataclass(frozen=True)
class Bought:
    """A placed checkout and its payment."""

    placed: Placed
    payment: Payment


def buyer_of(
    user: User, address: Mapping[str, str] | None, company: Company = NONE, *, digital_consent: bool = False
) -> Buyer:
    """The person as a buyer, with the address that this purchase goes to and the company that it is for."""
    return Buyer(
        user_id=user.pk,
        name=user.name,
        email=user.email,
        email_verified=user.email_is_verified(),
        address=address,
        company=company,
        digital_consent=digital_consent,
    )


def offered(currency: str) -> tuple[Method, ...]:
    """The ways to pay in a currency: the wallet always, cards where our Stripe account settles it."""
    return (*OFFERED, *CARDS) if limits.cards_taken(currency) else OFFERED


def buy(
    *,
    user: User,
    address: Mapping[str, str] | None,
    method: str,
    expected_total: int | None,
    save_card: bool = False,
    company: Company = NONE,
    digital_consent: bool = False,
) -> Bought:
    """Places the cart of `user` as one checkout, and pays it if the wallet does so alone.

    Orders, stock, cart, payment, ledger and events are one transaction; a card is asked for afterwards
    (`payments.charges.open_intent`). `expected_total` is the total that the person was shown, in minor units;
    `digital_consent` whether they were told that files are there at once and cannot be given back.

    `idempotency.once` calls it, and tries the whole again when PostgreSQL called it off. Raises CheckoutRefusal (codes in
    docs "What the outside sees"), also for `insufficient_funds` with what is missing; nothing has moved then.
    """
    if method not in (*OFFERED, *CARDS):
        raise refusals.method_unavailable(method)
    frozen_wallets.check_not_frozen(user.pk, method)
    actor = events.Actor.person(user, role="buyer")
    # Inside the transaction of `once` it is part of that, not a step of its own.
    with transaction.atomic(savepoint=False), events.together():
        placed = place_order(
            buyer=buyer_of(user, address, company, digital_consent=digital_consent),
            tender=_tender(user.pk, method),
            expected_total=expected_total,
            pay_within=policy.UNPAID_FOR,
            actor=actor,
        )
        if method not in offered(placed.checkout.currency):
            raise refusals.method_unavailable(method)
        try:
            limits.check_card_part(placed.quote.card_part, placed.checkout.currency)
            payment = payment_states.create_payment(placed, method=method, save_card=save_card)
            if not payment.card_part:
                payment_states.pay_from_wallet(payment, placed, actor=actor)
        except ledger.InsufficientFunds as short:
            total = Money(placed.quote.total, placed.quote.market.currency)
            raise refusals.insufficient_funds(missing=short.missing, total=total) from short
    return Bought(placed, payment)


def _tender(user_id: int, method: str) -> Tender:
    """The wallet pays what it can beside a card; one query more than for the others."""
    if method != Method.WALLET_AND_CARD:
        return Tender(method)
    cart = carts.find(user_id=user_id, token=None)
    currency = regions.place(cart.region_id if cart else None).currency
    balance = ledger.balance(accounts.wallet(user_id), currency)
    return Tender(method, wallet=max(balance.amount, 0), card_minimum=limits.card_minimum(currency))
