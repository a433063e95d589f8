"""Waits and limits of destinations, changed: what is refused, and what is said, follows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from banibs.core import clock
from banibs.core.money import Money
from payouts.methods import change_method, not_me
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutHold
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
from tests import people
from tests.payouts import scenes
from tests.payouts.methods.typed import CRYPTO, adds, owner
from tests.promises.helpers import Change, holds, page, sent

pytestmark = pytest.mark.django_db
NINE_DAYS = dt.timedelta(days=9)


@holds("payouts.METHOD_WAITS")
def test_a_new_destination_waits_as_long_as_policy_says_and_the_page_says(change: Change) -> None:
    change("payouts.METHOD_WAITS", NINE_DAYS)
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    assert "A new destination waits nine days" in page("/seller/payouts/methods/", kofi.user)
    scene.forward(days=8, hours=23)
    assert can_send.method_problem(row) == "method_cooling_off"
    scene.forward(hours=2)
    assert can_send.method_problem(row) == ""


@holds("payouts.METHODS_MOST", "payouts.METHODS_ADDED_MOST", "payouts.METHODS_ADDED_WITHIN")
def test_a_shop_has_and_adds_as_many_destinations_as_policy_says(change: Change) -> None:
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    change("payouts.METHODS_MOST", 1)
    with pytest.raises(MethodRefused, match="You have 1 destinations"):
        adds(kofi, "crypto", {**CRYPTO, "asset": "DAI"})
    change_method.remove(kofi.pk, row.pk, actor=owner(kofi))
    change("payouts.METHODS_ADDED_MOST", 1)
    change("payouts.METHODS_ADDED_WITHIN", NINE_DAYS)
    scene.forward(days=8)
    with pytest.raises(MethodRefused, match="many destinations"):
        adds(kofi, "crypto", CRYPTO)
    scene.forward(days=2)
    assert adds(kofi, "crypto", CRYPTO).pk


@holds("payouts.NOT_ME_LINK_GOOD_FOR", "payouts.NOT_ME_REVIEWED_WITHIN")
def test_the_link_of_the_letter_is_good_as_long_as_policy_says_and_the_letter_says(change: Change) -> None:
    change("payouts.NOT_ME_LINK_GOOD_FOR", NINE_DAYS)
    change("payouts.NOT_ME_REVIEWED_WITHIN", dt.timedelta(days=4))
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    letter = sent(kofi.user)
    assert "without signing in, for nine days" in letter
    token = not_me.token(row.pk)
    scene.forward(days=8, hours=23)
    assert Client().post(f"/payouts/not-me/{token}/").status_code == 200
    assert PayoutHold.objects.get().review_on == (clock.now() + dt.timedelta(days=4)).date()
    old = not_me.token(row.pk)
    scene.forward(days=9, minutes=1)
    assert Client().get(f"/payouts/not-me/{old}/").status_code == 404


@holds("payouts.FIRST_CRYPTO_PAYOUT")
def test_the_first_payout_to_a_crypto_address_is_as_small_as_policy_says(change: Change) -> None:
    market = scene.opened()
    scenes.earned(market)
    change("payouts.FIRST_CRYPTO_PAYOUT", {"GBP": 1_500})
    row = scenes.method(market.kofi, confirmed_at=None)
    with pytest.raises(PayoutRefused, match="first payout to a new crypto address is at most £15"):
        scenes.asks(market.kofi, row, Money(1_501, "GBP"))
    assert scenes.asks(market.kofi, row, Money(1_500, "GBP")).pk
