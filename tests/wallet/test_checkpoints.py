"""Sums of the platform's accounts start from a checkpoint: short to read, exact at every moment, safe to
restore.
"""

import pytest
from django.db import connection, transaction

from banibs.core.clock import now
from tests.wallet.books import balances, broken, credit, moved, post, usd
from wallet import checkpoints, ledger, movements
from wallet.models import Checkpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_checkpoint_changes_no_balance() -> None:
    for _ in range(5):
        credit(100)
    before = balances()
    assert moved(after=1) == 1
    assert Checkpoint.objects.get().balance == -500
    credit(7)
    assert ledger.balance("platform:demo", "USD") == usd(-507)
    assert balances()["user:1:wallet"] == before["user:1:wallet"] + 7
    assert broken() == []


def test_moments_before_and_after_a_checkpoint_are_both_known() -> None:
    moments = []
    for number in range(1, 6):
        credit(100)
        moments.append((now(), -100 * number))
        if number % 2 == 0:
            assert moved(after=1) == 1
    for moment, held in moments:
        assert ledger.balance_at("platform:demo", "USD", moment) == usd(held)


def test_nothing_is_added_before_there_is_enough_to_add() -> None:
    credit(100)
    assert moved(after=2) == 0
    credit(100)
    assert moved(after=2) == 1
    assert moved(after=1) == 0


def test_one_job_at_a_time() -> None:
    from tests.wallet.children import at_once

    credit(100)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [checkpoints.LOCK])
        assert at_once(lambda n: checkpoints.move_checkpoints(after=1), 1) == [0]
    assert moved(after=1) == 1


def test_a_back_up_restored_on_another_server_is_read_right_and_mends_itself() -> None:
    """There, transactions are counted from the beginning again: an old horizon lies in the new server's
    future.
    """
    credit(100)
    moved(after=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wallet_checkpoint SET horizon = '900000000', balance = balance")
    credit(50)
    assert ledger.balance("platform:demo", "USD") == usd(-150)
    assert broken() == []
    assert moved(after=1) == 1
    assert not Checkpoint.objects.extra(where=["horizon = '900000000'"]).exists()
    assert ledger.balance("platform:demo", "USD") == usd(-150)
    assert broken() == []


def test_a_wrong_checkpoint_is_found() -> None:
    credit(100)
    moved(after=1)
    Checkpoint.objects.update(balance=-101)
    assert broken() == ["wallet.sums_to_zero", "wallet.balance_is_its_transfers"]


def test_a_sum_reads_the_tail_alone() -> None:
    """After a checkpoint the plan reads what came since, by index."""
    for number in range(30):
        post(movements.demo_credited(user=3, number=2_000_000 + number, amount=usd(1)))
    moved(after=1)
    credit(5)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM wallet_transfer t, wallet_checkpoint c
                WHERE t.source_id = c.account_id AND t.xid >= c.horizon"""
        )
        assert cursor.fetchone()[0] == 1
