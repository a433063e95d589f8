"""The demo's wallet money is also at the local Stripe: as much as was given out is topped up there and booked.

So `stripe:clearing` is minus what the local Stripe holds from the first second, and what shops earn can be paid out.
The ledger says what is due: what `platform:demo` gave out, less what was moved already. The key at Stripe is made of
the latter, so that a lost answer, or two processes at once, top up once; what Stripe has and the books have not is
booked first, so that it is once also when the key is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from banibs.core.money import Money
from payments.gateways import outcomes
from payments.gateways.stripe import balance_top_ups
from payments.gateways.stripe.balance_top_ups import TopUpState
from wallet import accounts, demo_credit, ledger, movements
from wallet.models import Movement, Transfer

MOST = 99_999_999  # minor units in one top-up: Stripe takes eight digits
STEPS = 20  # top-ups of a currency in one run; the next run goes on
MARK = {"banibs": "demo_money"}  # by which ours are told from others
MEMO = "Demo money, paid in at the local Stripe"

log = structlog.get_logger(__name__)


class RealStripe(Exception):
    """Stripe is not the local one: no demo money is paid in there."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be topped up in a currency, and what was so far; minor units."""

    amount: int
    moved: int


def pay_in() -> int:
    """Tops the local Stripe up by what is due in each settled currency, and books it; returns how many it booked.

    Asks Stripe nothing when nothing is due. What Stripe refuses, or nobody can say, is left to the next run. Raises
    RealStripe with other keys than the local Stripe's.
    """
    if not demo_credit.stripe_is_local():
        raise RealStripe
    if not due():
        return 0
    try:
        return _pay_in()
    except outcomes.Unknown as unknown:
        log.warning("demo_money.unknown", error=str(unknown))
        return 0


def due() -> dict[str, Due]:
    """What was given out and is not at the local Stripe yet: currency → Due. Two queries."""
    moved = dict(
        Transfer.objects.filter(
            source__code=accounts.CLEARING,
            target__code=accounts.EQUITY,
            movement__kind="treasury_moved",
            movement__memo=MEMO,
        )
        .values_list("currency")
        .annotate(Sum("amount"))
        .order_by("currency")
    )
    given = {currency: -held[accounts.DEMO] for currency, held in ledger.balances([accounts.DEMO]).items()}
    return {
        currency: Due(amount - moved.get(currency, 0), moved.get(currency, 0))
        for currency, amount in given.items()
        if currency in settings.STRIPE_SETTLEMENT_CURRENCIES and amount > moved.get(currency, 0)
    }


def _pay_in() -> int:
    found = [one for one in balance_top_ups.newest_top_ups() if one.metadata.get("banibs") == MARK["banibs"]]
    booked = _book(found)
    closed = {one.currency for one in found if one.under_way}  # comes by itself, or was refused
    for _ in range(STEPS):
        wanted = {currency: one for currency, one in due().items() if currency not in closed}
        if not wanted:
            break
        made = [_top_up(currency, one) for currency, one in wanted.items()]
        known = [one for one in made if one is not None]
        booked += _book(known)
        closed |= set(wanted) - {one.currency for one in known if one.balance_transaction}
    return booked


def _top_up(currency: str, one: Due) -> TopUpState | None:
    try:
        return balance_top_ups.create_top_up(
            key=f"demo_money:{currency.lower()}:{one.moved}",
            amount=min(one.amount, MOST),
            currency=currency,
            description=MEMO,
            metadata=MARK,
        )
    except outcomes.Refused as refused:
        log.warning("demo_money.refused", currency=currency, code=refused.code, said=refused.message)
        return None


def _book(top_ups: Iterable[TopUpState]) -> int:
    """Books each top-up that has come and is not in the books; returns how many."""
    postings = [
        movements.treasury_moved(
            source=accounts.CLEARING,
            target=accounts.EQUITY,
            amount=Money(one.amount, one.currency),
            balance_transaction=one.balance_transaction,
            memo=MEMO,
        )
        for one in top_ups
        if one.balance_transaction
    ]
    known = set(
        Movement.objects.filter(key__in=[posting.key for posting in postings]).values_list("key", flat=True)
    )
    new = [posting for posting in postings if posting.key not in known]
    for posting in new:
        with transaction.atomic():
            ledger.post(posting)
    return len(new)
