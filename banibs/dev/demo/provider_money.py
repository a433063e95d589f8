"""The owner's demo money at the local PayPal and the local Wise, so that payouts by them arrive: paid in once, and booked.

So `paypal:clearing` and `wise:clearing` are minus what those hold from the first second.
"""

from __future__ import annotations

import requests
import structlog
from django.conf import settings
from django.db import transaction

from banibs.core.money import Money
from banibs.dev import payout_providers
from wallet import accounts, ledger, movements
from wallet.models import Movement

AMOUNT = 2_500_000  # minor units of each currency, at each
CURRENCIES = ("USD", "GBP", "EUR", "CAD")
MEMO = "The owner's demo money"
log = structlog.get_logger(__name__)


def pay_in() -> int:
    """Pays in and books what was not yet; returns how much was booked. One query when there is nothing to do, none
    without local providers.
    """
    wanted = {
        f"{name}_demo_{currency}": (name, url, Money(AMOUNT, currency))
        for name, url in local().items()
        for currency in CURRENCIES
    }
    if not wanted:
        return 0
    keys = {f"balance_transaction:{mark}": mark for mark in wanted}
    booked = Movement.objects.filter(key__in=keys).values_list("key", flat=True)
    new = [mark for key, mark in keys.items() if key not in set(booked)]
    for mark in new:
        name, url, amount = wanted[mark]
        try:
            payout_providers.control(
                url, "fund", {"currency": amount.currency, "value": str(AMOUNT // 100), "id": mark}
            )
        except requests.RequestException as silent:
            log.warning("provider_money.unknown", provider=name, error=str(silent))
            return 0
        _book(mark, name, amount)
    return len(new)


def local() -> dict[str, str]:
    """The local ones that this installation speaks to: name → address."""
    hosts = {"paypal": str(settings.PAYPAL_API_HOST), "wise": str(settings.WISE_API_HOST)}
    return {name: url for name, url in hosts.items() if f"{url}/_control" in settings.PAYOUT_CONTROL_URLS}


def _book(mark: str, name: str, amount: Money) -> None:
    with transaction.atomic():
        ledger.post(
            movements.treasury_moved(
                source=accounts.clearing(name),
                target=accounts.EQUITY,
                amount=amount,
                balance_transaction=mark,
                memo=MEMO,
            )
        )
