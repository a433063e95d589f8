"""Speed of the ledger: one statement against four, and a balance that costs the same whatever its history."""

import itertools
import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from wallet import checkpoints, ledger
from wallet.posting import Posting, Transfer

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS, TIMES = 7, 300
numbers = itertools.count(1)


def by_the_ledger() -> None:
    """A transfer between two shops, as the application does it."""
    n = next(numbers)
    part = Transfer("seller:1:available", f"seller:{2 + n % 500}:available", 1)
    with transaction.atomic():
        ledger.post(Posting(f"bench:{n}", "demo_credited", "USD", (part,)))


def by_four_statements() -> None:
    """The same rows, written by four statements from Python: a movement, two balances, a transfer."""
    n = next(numbers)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo)
               VALUES (%s, 'demo_credited', sha256(%s::bytea), '', 'system', '')
               ON CONFLICT (key) DO NOTHING RETURNING id, at""",
            [f"bench:{n}", f"{n}".encode()],
        )
        movement, at = cursor.fetchone()
        after = []
        for code, change in (("seller:1:available", -1), (f"seller:{2 + n % 500}:available", 1)):
            cursor.execute(
                """UPDATE wallet_account SET balance = balance + %s, moved_at = %s
                    WHERE code = %s AND currency = 'USD' RETURNING id, balance""",
                [change, at, code],
            )
            after.append(cursor.fetchone())
        (source, source_balance), (target, target_balance) = after
        cursor.execute(
            """INSERT INTO wallet_transfer (movement_id, source_id, target_id, amount, currency, subject,
                                            source_balance, target_balance, at)
               VALUES (%s, %s, %s, 1, 'USD', '', %s, %s, %s)""",
            [movement, source, target, source_balance, target_balance, at],
        )


def each_ms(work: Callable[[], object]) -> float:
    """Milliseconds of one call, over TIMES calls."""
    start = time.perf_counter()
    for _ in range(TIMES):
        work()
    return (time.perf_counter() - start) * 1000 / TIMES


def test_one_statement_against_four(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(1000):
        by_the_ledger()  # opens the accounts
    with connection.cursor() as cursor:
        cursor.execute("SET wallet.writer = 'ledger_post'")  # the four statements may write what only one may
    rounds = [(each_ms(by_the_ledger), each_ms(by_four_statements)) for _ in range(ROUNDS)]
    with connection.cursor() as cursor:
        cursor.execute("RESET wallet.writer")
    ratio = statistics.median(four / one for one, four in rounds)
    one, four = (statistics.median(column) for column in zip(*rounds, strict=True))
    with capsys.disabled():
        print(f"\nledger.post {one:.2f} ms, four statements {four:.2f} ms: {ratio:.2f} times (goal 1.5)")


def test_a_balance_costs_the_same_whatever_its_history(capsys: pytest.CaptureFixture[str]) -> None:
    told, lines = [], 0
    for history in (100, 1000, 5000):
        while lines < history:
            by_the_ledger()
            lines += 1
        checkpoints.move_checkpoints()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE wallet_transfer, wallet_account, wallet_checkpoint")
        stored = statistics.median(
            each_ms(lambda: ledger.balance("seller:1:available", "USD")) for _ in range(ROUNDS)
        )
        told.append(f"{history} lines: {stored:.3f} ms")
    with capsys.disabled():
        print(f"\nbalance read, {', '.join(told)} (goal 0.3 ms)")
