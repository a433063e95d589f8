"""Limits of payouts, changed: what is refused, and what is said of it, follows."""

import datetime as dt

import pytest
from django.db.models import F

from banibs.core.money import Money
from payouts.models import Payout, PayoutMethod
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
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
