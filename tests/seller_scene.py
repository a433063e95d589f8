"""What the seller's pages show: Amara bought, Kofi and Zuri have to send."""

from __future__ import annotations

from django.test import Client

from marketplace.models import Order, Seller
from payments.charges import purchase
from tests import market as scene


def bought(market: scene.Market, *wanted: tuple[object, int]) -> list[Order]:
    """Amara buys these from her wallet; returns the orders, one for each seller."""
    scene.put_in_cart(market.amara, *wanted)  # type: ignore[arg-type]
    address = market.amara.addresses.get().snapshot()
    done = purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)
    return list(done.placed.checkout.orders.order_by("number"))


def at_desk(shop: Seller) -> Client:
    """A browser without script in which the shop's person is signed in."""
    client = Client()
    client.force_login(shop.user)
    return client
