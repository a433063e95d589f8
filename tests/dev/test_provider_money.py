"""The owner's demo money at the local PayPal and the local Wise: there once, and in the books."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from banibs.core.money import Money
from banibs.dev.demo import provider_money
from tests.payouts.local_providers import LocalProvider
from tests.payouts.scenes import broken
from wallet import ledger
from wallet.models import Movement

pytestmark = pytest.mark.django_db


def test_it_is_paid_in_once_and_clearing_is_minus_what_they_hold(
    paypal: LocalProvider, wise: LocalProvider, settings: Settings
) -> None:
    settings.PAYOUT_CONTROL_URLS = [f"{one.url}/_control" for one in (paypal, wise)]
    assert provider_money.pay_in() == 8
    assert provider_money.pay_in() == 0
    for name, provider in (("paypal", paypal), ("wise", wise)):
        for currency in provider_money.CURRENCIES:
            held = Money(provider.balance(currency), currency)
            assert held == Money(provider_money.AMOUNT, currency)
            assert ledger.balance(f"{name}:clearing", currency) == -held
    assert broken() == []


def test_a_lost_answer_is_not_paid_in_twice(paypal: LocalProvider, settings: Settings) -> None:
    settings.PAYOUT_CONTROL_URLS = [f"{paypal.url}/_control"]
    for _ in range(2):
        paypal.control("fund", {"currency": "GBP", "value": "25000", "id": "paypal_demo_GBP"})
    assert provider_money.pay_in() == 4
    assert paypal.balance("GBP") == provider_money.AMOUNT


def test_without_local_ones_nothing_is_paid_in(settings: Settings) -> None:
    settings.PAYOUT_CONTROL_URLS = []
    assert provider_money.pay_in() == 0
    settings.PAYOUT_CONTROL_URLS = ["http://127.0.0.1:9/_control"]
    assert provider_money.pay_in() == 0


def test_a_silent_one_is_left_to_the_next_run(settings: Settings) -> None:
    settings.PAYPAL_API_HOST = "http://127.0.0.1:9"
    settings.PAYOUT_CONTROL_URLS = ["http://127.0.0.1:9/_control"]
    assert provider_money.pay_in() == 0
    assert not Movement.objects.filter(kind="treasury_moved").exists()
