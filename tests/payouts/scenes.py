"""Kofi has earned, has somewhere to be paid, and asks for his money."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from banibs.core import audit, events
from banibs.core.clock import Now
from banibs.core.money import Money, exponent
from banibs.core.security import encryption
from marketplace.models import Seller
from marketplace.orders import transitions
from payouts import clearing, policy
from payouts.models import Payout, PayoutMethod
from payouts.sending import request_payout, send_payout
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.shopping import buys
from wallet import accounts, ledger, movements


def earned(market: scene.Market, *, times: int = 1) -> Money:
    """Amara buys baskets, Kofi sends them, two days go by: what is available to him."""
    for _ in range(times):
        order = buys(market, (market.basket, 1)).orders.get()
        kofi = events.Actor.person(order.seller.user, role="seller")
        transitions.fulfil(order.pk, actor=kofi, carrier="Royal Mail", tracking="RM1")
    scene.forward(days=2, minutes=1)
    clearing.clear_due()
    return available(market.kofi)


def available(shop: Seller, currency: str = "GBP") -> Money:
    return purse(shop, "available", currency)


def purse(shop: Seller, name: str, currency: str = "GBP") -> Money:
    return ledger.balance(f"seller:{shop.pk}:{name}", currency)


def method(
    shop: Seller, kind: str = PayoutMethod.Kind.CRYPTO, *, waits: bool = False, **columns: Any
) -> PayoutMethod:
    """A verified destination whose waiting time is over, unless it `waits`."""
    at = columns.pop("destination", {"address": "0x52908400098527886E0F7030069857D2E4169EE7"})
    row = PayoutMethod.objects.create(
        seller=shop,
        kind=kind,
        **{
            "destination": encryption.encrypt(json.dumps(at)),
            "masked": "0x5290…9EE7",
            "fingerprint": f"{kind}:{PayoutMethod.objects.count()}",
            "state": PayoutMethod.State.VERIFIED,
            "verified_at": Now(),
            "usable_from": Now() + policy.METHOD_WAITS,
            "confirmed_at": Now(),
            "created_by": shop.user,
            **columns,
        },
    )
    if not waits:
        PayoutMethod.objects.filter(pk=row.pk).update(usable_from=F("created_at"))
    row.refresh_from_db()
    return row


def asks(shop: Seller, to: PayoutMethod, amount: Money) -> Payout:
    """Kofi asks for a payout."""
    return request_payout.request_payout(
        seller_id=shop.pk,
        method_id=to.pk,
        amount=amount,
        user_id=shop.user_id,
        actor=events.Actor.person(shop.user, role="seller"),
    )


def sets_out(shop: Seller, amount: int, currency: str = "GBP") -> Payout:
    """So much of what is available leaves for a crypto address, whatever the limits; it has not arrived."""
    to = PayoutMethod.objects.filter(seller=shop, kind="crypto").first() or method(shop)
    payout = Payout.objects.create(seller=shop, method=to, amount=amount, currency=currency)
    assert send_payout.begin(payout.pk) is not None
    return payout


def pays_in(provider: LocalProvider, name: str, amount: Money) -> None:
    """The owner pays money in at a provider, and it is booked."""
    provider.fund(str(Decimal(amount.amount).scaleb(-exponent(amount.currency))), amount.currency)
    with transaction.atomic():
        ledger.post(
            movements.treasury_moved(
                source=accounts.clearing(name),
                target=accounts.EQUITY,
                amount=amount,
                balance_transaction=f"{name}_demo_{uuid.uuid4().hex[:12]}",
            )
        )


def broken() -> list[str]:
    """The names of the checks of the books that do not hold."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]
