"""Money back at random, beside a bookkeeper in plain numbers, the books' own checks, and Stripe's balance.

500 steps every day, always the same; 5,000 of a drawn seed with `make soak`; ten seeds, resumably, with
`python -m tests.soak.money_back`.
BANIBS_SEED=… repeats a printed seed, BANIBS_STEPS=… sets how many.
"""

from __future__ import annotations

import os
import random

import pytest
from django.db import DatabaseError

from marketplace.models import Order
from payments.models import PaymentSplit
from tests.soak.money_back.trader import Trader
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
SOAK = bool(os.environ.get("BANIBS_SOAK"))
STEPS = int(os.environ.get("BANIBS_STEPS") or (5_000 if SOAK else 500))
EVERYDAY_SEED = 7


@pytest.mark.timeout(7_200)
def test_money_goes_back_at_random_and_everybody_has_what_is_theirs(local_stripe: LocalStripe) -> None:
    seed = int(
        os.environ.get("BANIBS_SEED") or (random.SystemRandom().randrange(10**6) if SOAK else EVERYDAY_SEED)
    )
    print(f"seed {seed}, {STEPS} steps")
    trader = Trader(local_stripe, seed)
    trader.trade(STEPS)
    print(", ".join(f"{count} × {what}" for what, count in sorted(trader.counted.items())))
    assert trader.counted["refunded"] > STEPS // 20


def nothing(*_args: object, **_more: object) -> None:
    """What a guard does that is off."""


def all_that_was_paid(_order: Order, split: PaymentSplit) -> int:
    """What may go back to a card, if nothing had gone back before."""
    return split.card_part


# What is switched off: each alone must be found.
GUARDS: dict[str, tuple[str, object]] = {
    "what went back is not counted": ("payments.refunds.parts.count", nothing),
    "the seller's hold is not taken": ("payments.refunds.parts.take", nothing),
    "a dispute stops no refund": ("payments.refunds.in_dispute.is_open", lambda _order: False),
    "the card gets all again": ("payments.refunds.plan.card_left", all_that_was_paid),
    "what the card refuses is not given to the wallet": ("payments.refunds.sync_refund.to_wallet", nothing),
    "what Stripe took is not booked": ("payments.refunds.sync_refund.book_sent", nothing),
}


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_is_off_is_found(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    place, instead = GUARDS[guard]
    monkeypatch.setattr(place, instead)
    trader = Trader(local_stripe, EVERYDAY_SEED)
    with pytest.raises((AssertionError, DatabaseError)):
        trader.trade(400, settled_every=20)


def test_with_every_guard_on_the_same_steps_find_nothing(local_stripe: LocalStripe) -> None:
    Trader(local_stripe, EVERYDAY_SEED).trade(60, settled_every=20)
