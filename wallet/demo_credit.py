"""Demo money on a development machine: marked as such in the books, and limited per day.

In a currency that the local Stripe settles it is at that Stripe too, within seconds (`banibs/dev/demo/demo_money.py`);
in any other it is play money, which no provider holds. Where Stripe is the real one there is none.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from banibs.core.clock import now
from banibs.core.money import Money, exponent
from wallet import ledger, movements, policy
from wallet.models import Movement

LOCAL = ("localhost", "127.0.0.1", "::1")


class NotHere(Exception):
    """This is no development machine, or its Stripe is the real one."""


class Enough(Exception):
    """The day's demo money has been given out."""


def stripe_is_local() -> bool:
    """Whether the keys are those of a Stripe on this machine."""
    host = urlsplit(getattr(settings, "STRIPE_API_HOST", "")).hostname
    return bool(settings.STRIPE_SECRET_KEY) and host in LOCAL


def given_here() -> bool:
    """Whether there is demo money at all: in development, with the local Stripe or with none."""
    return bool(settings.DEVELOPMENT) and (stripe_is_local() or not settings.STRIPE_SECRET_KEY)


def is_play_money(currency: str) -> bool:
    """Whether demo money in this currency is held by no provider, so that it can be spent here and not paid out."""
    return not stripe_is_local() or currency not in settings.STRIPE_SETTLEMENT_CURRENCIES


def amount(currency: str) -> Money:
    """How much one press gives."""
    return Money(policy.DEMO_CREDIT_UNITS * 10 ** exponent(currency), currency)


def offer(currency: str) -> Money | None:
    """What one press gives here; None where there is no demo money."""
    return amount(currency) if given_here() else None


def credit(*, user: int, currency: str) -> Money:
    """Gives a person demo money in one currency. Raises NotHere where there is none, Enough after ten a day."""
    if not given_here():
        raise NotHere
    with transaction.atomic():
        today = _given(user, currency).filter(at__gt=now() - dt.timedelta(days=1))
        if today.count() >= policy.DEMO_CREDITS_PER_DAY:
            raise Enough
        grant(user=user, amount=amount(currency))
    return amount(currency)


def grant(*, user: int, amount: Money) -> None:
    """Books demo money of any amount, for the demo's own people. Raises NotHere in production."""
    if not settings.DEVELOPMENT:
        raise NotHere
    with transaction.atomic():
        number = _given(user, amount.currency).count() + 1
        ledger.post(movements.demo_credited(user=user, number=number, amount=amount))


def _given(user: int, currency: str) -> QuerySet[Movement]:
    return Movement.objects.filter(key__startswith=f"demo:{user}:{currency.lower()}:", kind="demo_credited")
