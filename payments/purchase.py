"""Buying: what the payment page and the API both call. One transaction, or nothing at all (docs "The house", a sale)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events, retry
from banibs.core.money import Money
from banibs.users.models import User
from marketplace import cart as carts
from marketplace.checkout import Buyer, CheckoutRefusal, Placed, place_order
from marketplace.pricing import Tender
from payments import charging
from payments.models import Method, Payment
from wallet import accounts, ledger

OFFERED = (Method.WALLET,)


@dataclass(frozen=True)
class Bought:
    """A placed checkout and its payment."""

    placed: Placed
    payment: Payment


def buyer_of(user: User, address: Mapping[str, str] | None) -> Buyer:
    """The person as a buyer, with the address that this purchase goes to."""
    return Buyer(
        user_id=user.pk, name=user.name, email=user.email, email_verified=user.email_is_verified(), address=address
    )


def buy(*, user: User, address: Mapping[str, str] | None, method: str, expected_total: int | None) -> Bought:
    """Places the cart of `user` as one checkout and pays it.

    Orders, stock, cart, payment, ledger and events are one transaction. `expected_total` is the total that the person
    was shown, in minor units. Raises CheckoutRefusal (codes in docs "What the outside sees"), also for
    `insufficient_funds` with what is missing; nothing has moved then.
    """
    if method not in OFFERED:
        raise CheckoutRefusal("payment_method_unavailable", _("This way to pay is not offered here"), method=method)
    buyer = buyer_of(user, address)
    actor = events.Actor.person(user, role="buyer")
    return retry.atomic_retry(lambda: _buy(buyer, method=method, expected_total=expected_total, actor=actor))


def _buy(buyer: Buyer, *, method: str, expected_total: int | None, actor: events.Actor) -> Bought:
    with transaction.atomic(), events.together():
        placed = place_order(buyer=buyer, tender=Tender(method), expected_total=expected_total, actor=actor)
        payment = charging.create_payment(placed, method=method)
        try:
            charging.pay_from_wallet(payment, placed, actor=actor)
        except ledger.InsufficientFunds as short:
            raise insufficient(short.missing, Money(placed.quote.total, placed.quote.market.currency)) from short
    return Bought(placed, payment)


def insufficient(missing: Money, total: Money) -> CheckoutRefusal:
    """The refusal of a wallet that holds too little, saying by how much."""
    return CheckoutRefusal(
        "insufficient_funds",
        _("%(missing)s short for this order. Your wallet holds %(balance)s and the total is %(total)s.")
        % {"missing": missing, "balance": total - missing, "total": total},
        missing=missing,
        balance=total - missing,
        total=total,
    )


def wallet_balance(user_id: int, contents: carts.Contents) -> Money:
    """What the person can spend in the cart's currency."""
    return ledger.balance(accounts.wallet(user_id), contents.place.currency)
