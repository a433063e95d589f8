"""What buyers do in many stories: pay for what is in the cart, hear of it, fetch what they bought."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile

from banibs.core.jobs import event_delivery
from banibs.notifications import emails
from marketplace.catalogue import categories
from marketplace.models import Checkout, DigitalFile, Variant
from marketplace.regions import lookup as regions
from payments.charges import purchase
from tests import market as scene


def buys(market: scene.Market, *wanted: tuple[Variant, int]) -> Checkout:
    """Amara buys these from her wallet."""
    scene.put_in_cart(market.amara, *wanted)
    address = market.amara.addresses.get()
    bought = purchase.buy(user=market.amara, address=address.snapshot(), method="wallet", expected_total=None)
    return bought.placed.checkout


def tell() -> None:
    """Everything that waits to be told is told, and every letter is sent."""
    event_delivery.deliver_due()
    emails.send_due()


def file(
    variant: Variant,
    name: str = "Night Market.pdf",
    *,
    content: bytes = b"0123456789" * 10,
    limit: int | None = 5,
) -> DigitalFile:
    """A file that buyers of this listing may fetch."""
    return DigitalFile.objects.create(
        product=variant.product,
        file=ContentFile(content, name="stored"),
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        limit=limit,
    )


def warm() -> None:
    """What each process keeps for a minute is freshly kept: a count of statements is not the clock's."""
    regions.forget()
    regions.places()
    categories.forget()
    categories.tree()
