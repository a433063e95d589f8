"""Limits of PayPal and Wise that sellers read, changed: what is done and said follows."""

from __future__ import annotations

import datetime as dt

import pytest

from payouts.models import Payout
from payouts.sending import send_payout
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.payouts.sending import test_paypal as by_paypal
from tests.payouts.sending import test_wise as by_wise
from tests.promises.helpers import Change, holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    """The market with its shops open."""
    return scene.opened()


@holds("payouts.PAYPAL_UNCLAIMED_FOR")
def test_how_long_paypal_waits_is_said_as_policy_says(
    market: scene.Market, paypal: LocalProvider, change: Change
) -> None:
    change("payouts.PAYPAL_UNCLAIMED_FOR", dt.timedelta(days=12))
    paypal.control("settings", {"next_item": "UNCLAIMED"})
    payout, _had = by_paypal.asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    by_paypal.forward(paypal, minutes=5)
    by_paypal.forward(paypal, days=31)
    assert "within 12 days" in by_paypal.refreshed(payout).failure_text


@holds("payouts.QUOTE_WORSE_AT_MOST_BPS")
def test_how_much_worse_a_rate_may_be_is_policy(
    market: scene.Market, wise: LocalProvider, change: Change
) -> None:
    change("payouts.QUOTE_WORSE_AT_MOST_BPS", 500)
    payout, _had = by_wise.asked(market, wise)
    by_wise.forward(wise, minutes=31)
    wise.control("settings", {"rate_shift_bps": -500})
    send_payout.send_payout(payout.pk)
    wise.settle()
    by_wise.forward(wise, minutes=5)
    assert by_wise.refreshed(payout).status == Payout.Status.PAID
