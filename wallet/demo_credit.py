"""Play money on a development machine, where the top-up will be: marked as such in the books, and limited per
day.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from banibs.core.clock import now
from banibs.core.money import Money, exponent
from wallet import ledger, movements, policy
from wallet.models import Movement


class NotHere(Exception):
    """This is no development machine."""


class Enough(Exception):
    """The day's play money has been given out."""


def amount(currency: str) -> Money:
    """How much one press gives."""
    return Money(policy.DEMO_CREDIT_UNITS * 10 ** exponent(currency), currency)


def credit(*, user: int, currency: str) -> Money:
    """Gives a person play money in one currency. Raises NotHere in production, Enough after ten a day."""
    if not settings.DEVELOPMENT:
        raise NotHere
    with transaction.atomic():
        mine = Movement.objects.filter(
            key__startswith=f"demo:{user}:{currency.lower()}:", kind="demo_credited"
        )
        given = mine.count()
        if mine.filter(at__gt=now() - dt.timedelta(days=1)).count() >= policy.DEMO_CREDITS_PER_DAY:
            raise Enough
        ledger.post(movements.demo_credited(user=user, number=given + 1, amount=amount(currency)))
    return amount(currency)
