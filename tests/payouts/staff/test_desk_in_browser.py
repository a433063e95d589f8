"""Staff's screens of payouts and the seller's offer in crypto, in a real browser: four looks, no trouble for a reader."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from banibs.core import clock, events
from banibs.core.money import Money
from banibs.users.models import User
from payouts.models import Payout
from payouts.sending import request_payout, send_payout, shop_holds, treasury
from tests import market as scene
from tests import people, screens
from tests.e2e.test_disputes import looked_at
from tests.payouts.scenes import asks, earned, method
from tests.servers import Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def on_the_desk(market: scene.Market, ike: User) -> dict[str, Payout]:
    """One of each that staff work on."""
    earned(market, times=4)
    to = method(market.kofi, asset="USDC", network="polygon")
    found = {"crypto": asks(market.kofi, to, Money(5_000, "GBP"))}
    accepted = asks(market.kofi, to, Money(1_000, "GBP"))
    send_payout.send_due()
    for one, quantity in ((found["crypto"], "63.25"), (accepted, "12.6")):
        offer = treasury.make_offer(one.pk, user=ike, quantity=Decimal(quantity))
        if one is accepted:
            treasury.accept(one.pk, user=market.kofi.user, offer_id=offer.pk)
    found["accepted"] = accepted
    found["held"] = asks(market.kofi, to, Money(2_000, "GBP"))
    actor = events.Actor.person(ike, role="staff")
    request_payout.hold_payout(found["held"].pk, actor=actor, reason="A new phone number, and a new address.")
    short = asks(market.kofi, to, Money(1_500, "GBP"))
    Payout.objects.filter(pk=short.pk).update(waits_for="provider_short")
    stuck = asks(market.kofi, to, Money(1_200, "GBP"))
    Payout.objects.filter(pk=stuck.pk).update(status="stuck")
    day = clock.now().date() + dt.timedelta(days=7)
    shop_holds.place_hold(market.kofi.pk, user=ike, reason="Three buyers complained.", review_on=day)
    return {**found, "stuck": stuck}


def test_every_screen_is_clean(live: Servers, browser: Browser) -> None:
    market, ike = scene.opened(wallet=200_000), people.ike()
    found = on_the_desk(market, ike)
    pages = {
        ike: {
            "payouts-desk": "/admin/desk/payouts/",
            **{f"payouts-desk-{name}": f"/admin/desk/payouts/{one.pk}/" for name, one in found.items()},
        },
        market.kofi.user: {
            f"payouts-offer-{name}": f"/seller/payouts/{found[name].number}/"
            for name in ("crypto", "accepted")
        },
    }
    troubles: list[str] = []
    for look in screens.LOOKS:
        for person, asked in pages.items():
            troubles += looked_at(browser, live, look, person, asked)
    assert not troubles, "\n".join(troubles)
