"""Limits of payouts, changed: what is refused, and what is said of it, follows."""

import datetime as dt

import pytest
from django.db.models import F
from django.test import Client

from banibs.core import clock
from banibs.core.money import Money
from payouts.models import CryptoOffer, Payout, PayoutMethod
from payouts.sending import send_payout, shop_holds, treasury
from payouts.sending.refusals import PayoutRefused
from payouts.views.staff import queue
from tests import market as scene
from tests import people
from tests.payouts.scenes import asks, earned, method
from tests.promises.helpers import Change, holds

pytestmark = pytest.mark.django_db


def refused(market: scene.Market, amount: int) -> PayoutRefused:
    to = PayoutMethod.objects.filter(seller=market.kofi).first() or method(market.kofi)
    with pytest.raises(PayoutRefused) as why:
        asks(market.kofi, to, Money(amount, "GBP"))
    assert not Payout.objects.exists()
    return why.value


@holds("payouts.PAYOUT_MINIMUM", "payouts.PAYOUT_MOST_MAJOR_UNITS")
def test_a_payout_is_as_small_and_as_large_as_policy_says(change: Change) -> None:
    market = scene.opened()
    earned(market)
    change("payouts.PAYOUT_MINIMUM", {"GBP": 2_000})
    assert refused(market, 1_999).message == "The smallest payout is £20.00."
    change("payouts.PAYOUT_MINIMUM", {})
    assert refused(market, 99).message == "The smallest payout is £1.00."
    change("payouts.PAYOUT_MOST_MAJOR_UNITS", 30)
    assert refused(market, 3_001).message == "The largest payout at once is £30.00."


def test_a_destination_is_usable_from_the_moment_that_its_row_says() -> None:
    market = scene.opened()
    earned(market)
    method(market.kofi)
    PayoutMethod.objects.update(usable_from=F("created_at") + dt.timedelta(days=9))
    assert refused(market, 2_000).code == "method_cooling_off"


@holds("payouts.PAYOUT_CHECKED_ABOVE", "payouts.CHECKED_WITHIN")
def test_a_large_payout_is_checked_within_what_its_seller_is_told(change: Change) -> None:
    market = scene.opened()
    earned(market)
    change("payouts.PAYOUT_CHECKED_ABOVE", {"GBP": 1_999})
    change("payouts.CHECKED_WITHIN", dt.timedelta(hours=7))
    payout = asks(market.kofi, method(market.kofi), Money(2_000, "GBP"))
    assert (payout.status, payout.held_reason) == (
        Payout.Status.HELD,
        "BANIBS checks it within seven hours. There is nothing you need to do.",
    )
    (row,) = queue.described([payout])
    assert row.deadline is not None
    assert abs(row.deadline - payout_asked_at(payout) - dt.timedelta(hours=7)) < dt.timedelta(minutes=1)


def payout_asked_at(payout: Payout) -> dt.datetime:
    payout.refresh_from_db()
    return payout.requested_at


@holds("payouts.HOLD_REVIEWED_WITHIN")
def test_a_hold_of_a_shop_is_looked_at_again_as_soon_as_policy_says(change: Change) -> None:
    market, ike = scene.opened(), people.ike()
    change("payouts.HOLD_REVIEWED_WITHIN", dt.timedelta(days=5))
    day = clock.now().date() + dt.timedelta(days=6)
    with pytest.raises(PayoutRefused) as why:
        shop_holds.place_hold(market.kofi.pk, user=ike, reason="Why.", review_on=day)
    assert why.value.message == "Choose a day after today, at most 5 days from now."


@holds("payouts.OFFER_STANDS_FOR")
def test_an_offer_stands_as_long_as_policy_says(change: Change) -> None:
    market, ike = scene.opened(), people.ike()
    earned(market)
    change("payouts.OFFER_STANDS_FOR", dt.timedelta(hours=3))
    payout = asks(market.kofi, method(market.kofi, asset="USDC", network="polygon"), Money(2_000, "GBP"))
    send_payout.send_due()
    client = Client()
    client.force_login(ike)
    said = client.post(f"/admin/desk/payouts/{payout.pk}/", {"do": "offer", "quantity": "25"}, follow=True)
    assert "has three hours to accept" in said.content.decode()
    offer = CryptoOffer.objects.get()
    assert offer.expires_at - offer.made_at <= dt.timedelta(hours=3)
    scene.forward(hours=3, minutes=1)
    assert treasury.lapse_due() == 1
