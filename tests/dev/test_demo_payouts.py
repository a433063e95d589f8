"""A newcomer who signs in as a demo seller finds a payout on its way, and the next one on Friday."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from banibs.dev.demo import demo_payouts, provider_money
from banibs.users.models import User
from payouts.models import Payout, PayoutMethod, PayoutSchedule
from payouts.sending import look_up, send_payout
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.payouts.scenes import available, broken, earned
from wallet import ledger

pytestmark = pytest.mark.django_db


def test_a_demo_seller_is_paid_by_the_local_wise_once(wise: LocalProvider, settings: Settings) -> None:
    settings.PAYOUT_CONTROL_URLS = [f"{wise.url}/_control"]
    provider_money.pay_in()
    market = scene.opened()
    all_of_it = earned(market)
    assert demo_payouts.set_up() == 0  # nobody of the demo has a shop
    User.objects.filter(pk=market.kofi.user_id).update(email=demo_payouts.SELLERS[0])

    assert [demo_payouts.set_up() for _ in range(2)] == [1, 0]
    method = PayoutMethod.objects.get()
    assert (method.state, method.is_default, method.seller) == ("verified", True, market.kofi)
    assert PayoutSchedule.objects.get().cadence == "weekly"
    payout = Payout.objects.get()
    assert payout.amount == all_of_it.amount // 2
    assert send_payout.send_due() == 1
    for _ in range(3):
        scene.forward(days=1)
        wise.control("clock", {"advance": 86_400})
        wise.settle()
        look_up.look_up_due()
    payout.refresh_from_db()
    assert payout.status == "paid"
    assert available(market.kofi) == all_of_it - payout.money
    assert ledger.balance("wise:clearing", "GBP").amount == -wise.balance("GBP")
    assert broken() == []


def test_without_a_local_wise_nothing_is_set_up(settings: Settings) -> None:
    settings.PAYOUT_CONTROL_URLS = []
    market = scene.opened()
    User.objects.filter(pk=market.kofi.user_id).update(email=demo_payouts.SELLERS[0])
    assert demo_payouts.set_up() == 0
    assert not PayoutMethod.objects.exists()
