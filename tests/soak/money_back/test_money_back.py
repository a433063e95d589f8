"""Money back at random, beside a bookkeeper in plain numbers, the books' own checks, and Stripe's balance.

500 steps every day, 5,000 with `make soak`; `python -m tests.soak.money_back` does ten seeds, resumably.
BANIBS_SEED=… repeats a printed seed, BANIBS_STEPS=… sets how many.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.soak.money_back.trader import Trader
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
STEPS = int(os.environ.get("BANIBS_STEPS") or (5_000 if os.environ.get("BANIBS_SOAK") else 500))
SETTLED_EVERY = 100


@pytest.mark.timeout(3_600)
def test_money_goes_back_at_random_and_everybody_has_what_is_theirs(local_stripe: LocalStripe) -> None:
    seed = int(os.environ.get("BANIBS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}, {STEPS} steps")
    trader = Trader(local_stripe, seed)
    for number in range(1, STEPS + 1):
        trader.step()
        if number % SETTLED_EVERY == 0 or number == STEPS:
            trader.settle()
    print(", ".join(f"{count} × {what}" for what, count in sorted(trader.counted.items())))
    assert trader.counted["refunded"] > STEPS // 20
