"""Eight processes move money at random, through one database, until the operations run out or the books
break.

Everyday size is a few hundred operations; `make soak` does 100,000. BANIBS_SEED=… repeats a printed seed.
"""

import os
import random
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction

from banibs.core import audit
from banibs.core.db import db_retry
from banibs.core.money import Money
from tests.wallet.children import child, wait_for
from tests.wallet.variants import NO_LOCK, ledger_post
from wallet import checkpoints, ledger, movements, statement
from wallet.audit import CHECKS
from wallet.movements import OrderShare, RefundShare
from wallet.posting import Posting

PROCESSES = 8
OPERATIONS = 100_000 if os.environ.get("BANIBS_SOAK") else 640
USERS, SELLERS, CURRENCIES = range(1, 21), range(1, 11), ("USD", "GBP", "XOF")


class Undone(Exception):
    """The transaction was given up after its movement was posted."""


class Trader:
    """One process: draws an operation, does it, and notes the keys that it was told are booked."""

    def __init__(self, number: int, seed: int) -> None:
        self.number = number
        self.random = random.Random(seed * 1000 + number)
        self.booked: list[str] = []
        self.known: list[Posting] = []
        self.counted: dict[str, int] = {}

    def trade(self, times: int) -> dict[str, Any]:
        """Does `times` operations; returns the keys booked and what happened how often."""
        for _ in range(times):
            outcome = self.once()
            self.counted[outcome] = self.counted.get(outcome, 0) + 1
        return {"booked": self.booked, "counted": self.counted}

    def once(self) -> str:
        """One operation. Only the refusals that the ledger promises are expected; anything else fails the
        run.
        """
        if self.random.random() < 0.01:
            checkpoints.move_checkpoints(after=20)
            return "checkpoint"
        posting = self.posting()
        give_up = self.random.random() < 0.05
        try:
            posted = db_retry.atomic_retry(lambda: self.post(posting, give_up=give_up))
        except ledger.InsufficientFunds:
            return "short"
        except ledger.KeyReused:
            return "key reused"
        except Undone:
            return "given up"
        self.booked.append(posting.key)
        self.known.append(posting)
        return "replayed" if posted.replayed else posting.kind

    def post(self, posting: Posting, *, give_up: bool) -> ledger.Posted:
        """In a transaction of its own, sometimes with a second movement, sometimes given up at the end."""
        with transaction.atomic():
            posted = ledger.post(posting)
            if give_up:
                raise Undone
            return posted

    def posting(self) -> Posting:
        """A movement drawn at random. Numbers are few, so that processes meet at keys as well as at accounts."""
        draw = self.random
        if self.known and draw.random() < 0.1:
            return draw.choice(self.known)
        number, user, seller = draw.randrange(1, OPERATIONS), draw.choice(USERS), draw.choice(SELLERS)
        money = Money(
            draw.choice((draw.randrange(1, 100), draw.randrange(1, 10_000))), draw.choice(CURRENCIES)
        )
        kind = draw.randrange(10)
        if kind < 3:
            return movements.demo_credited(user=user, number=number, amount=money)
        if kind < 6:
            return self.sale(number, user, money.currency)
        if kind == 6:
            return movements.funds_cleared(order=number, seller=seller, held=money)
        if kind == 7:
            return movements.wallet_reserved(payment=number, attempt=1, buyer=user, amount=money)
        if kind == 8:
            return movements.wallet_released(payment=number, attempt=1, buyer=user, amount=money)
        third = money.amount // 3
        return movements.order_refunded(
            RefundShare(
                order=number,
                seller=seller,
                buyer=user,
                tax_jurisdiction="US",
                from_held=third,
                from_available=money.amount - third,
                to_wallet=money.amount,
                fee_deferred=True,
            ),
            refund=number,
            reference=f"B-{number}-1",
            currency=money.currency,
        )

    def sale(self, number: int, buyer: int, currency: str) -> Posting:
        """A checkout of one to four shops, some of it at the platform's cost."""
        shares = []
        for order, seller in enumerate(self.random.sample(SELLERS, self.random.randrange(1, 5))):
            net, fee, tax = (
                self.random.randrange(1, 2000),
                self.random.randrange(200),
                self.random.randrange(300),
            )
            promotion = self.random.choice((0, 0, self.random.randrange(net)))
            shares.append(
                OrderShare(
                    tax_jurisdiction="US",
                    order=number * 10 + order,
                    seller=seller,
                    net=net,
                    fee=fee,
                    tax=tax,
                    promotion=promotion,
                    wallet=net + fee + tax - promotion,
                )
            )
        return movements.order_paid(
            checkout=number,
            reference=f"B-{number}",
            buyer=buyer,
            currency=currency,
            orders=shares,
        )


def trade(operations: int) -> list[dict[str, Any]]:
    """What each of eight processes did and was told."""
    seed = int(os.environ.get("BANIBS_SEED") or random.SystemRandom().randrange(10**6))
    print(f"\nBANIBS_SEED={seed}  {operations} operations by {PROCESSES} processes")
    traders = [Trader(number, seed) for number in range(PROCESSES)]
    children = [child(lambda one=one: one.trade(operations // PROCESSES)) for one in traders]  # type: ignore[misc]
    return [wait_for(pid, pipe) for pid, pipe in children]


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_random_movements_by_eight_processes_break_nothing() -> None:
    answers = trade(OPERATIONS)
    counted: dict[str, int] = {}
    for answer in answers:
        for outcome, times in answer["counted"].items():
            counted[outcome] = counted.get(outcome, 0) + times
    print(counted)
    assert sum(counted.values()) == OPERATIONS // PROCESSES * PROCESSES
    assert {"order_paid", "demo_credited", "short", "replayed"} <= set(counted)

    booked = {key for answer in answers for key in answer["booked"]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM wallet_movement")
        stored = {key for (key,) in cursor.fetchall()}
    assert booked == stored  # whoever was told "booked" was told the truth, and nothing else is there
    written = sum(times for outcome, times in counted.items() if outcome in statement.KINDS)
    assert written == len(stored)
    assert [finding for finding in audit.run(CHECKS) if not finding.holds] == []


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_run_breaks_the_books() -> None:
    with ledger_post(NO_LOCK, pause=0.005), suppress(AssertionError):  # some traders are stopped by a CHECK
        trade(640)
    assert "wallet.running_balances" in {
        finding.check.name for finding in audit.run(CHECKS) if not finding.holds
    }
