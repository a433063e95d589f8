"""What a baseline holds beside the demo: money through Stripe, orders that wait, carts that are full."""

from __future__ import annotations

from pathlib import Path

import stripe
from django.conf import settings

from banibs.core.money import Money
from marketplace.cart import add_item
from marketplace.regions import lookup as regions
from payments.charges import purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests import shopping
from tests.stripe import LocalStripe

WALLET = 3_000  # pence: enough for the first purchase, and for a part of one beside a card
DECLINED = "pm_card_chargeDeclined"


def tell(folder: Path) -> None:
    """Amara buys in every way that there is. The local Stripe keeps its rows in `folder`."""
    local = LocalStripe(folder)
    try:
        settings.STRIPE_API_HOST = stripe.api_base = local.url
        buy(local, scene.opened(wallet=WALLET))
    finally:
        local.stop()


def buy(local: LocalStripe, market: scene.Market) -> None:
    """All that `tell` tells, with a local Stripe that the application is pointed at."""
    shopping.buys(market, (market.jar, 1), (market.zine, 1))
    _pay(local, _placed(market, Method.CARD))
    _pay(local, _placed(market, Method.WALLET_AND_CARD))
    _pay(local, top_ups.create(user=market.amara, amount=Money(5_000, "GBP")))
    _decline(local, _placed(market, Method.CARD))
    _begin(_placed(market, Method.CARD))  # its page is open
    shopping.tell()
    shopping.buys(market, (market.jar, 1))  # and nobody has heard of it yet
    scene.put_in_cart(market.amara, (market.basket, 2))
    _guest(market)


def _placed(market: scene.Market, method: str) -> Payment:
    """A jar and a zine, waiting for a card."""
    scene.put_in_cart(market.amara, (market.jar, 1), (market.zine, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def _begin(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def _pay(local: LocalStripe, payment: Payment) -> None:
    local.pay(_begin(payment).stripe_id or "")
    local.deliver()


def _decline(local: LocalStripe, payment: Payment) -> None:
    row = _begin(payment)
    try:
        local.pay(row.stripe_id or "", card=DECLINED)
    except stripe.CardError:
        local.deliver()
    else:
        raise RuntimeError("the local Stripe took a card that is always declined")


def _guest(market: scene.Market) -> None:
    """A cart that belongs to a browser."""
    add_item.add_item(
        user_id=None, token=None, place=regions.place("GB"), variant_id=market.jar.pk, quantity=1
    )
