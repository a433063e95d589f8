"""F6: PostgreSQL undoes a transaction for another: tried again, at most three times, and never half of it."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from banibs.core.db import db_retry
from tests.wallet.books import balances, broken, counts, usd
from wallet import ledger, movements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(db_retry.time, "sleep", waits.append)
    return waits


def failing(times: int, sqlstate: str) -> Callable[[], ledger.Posted]:
    """Credits 10.00, and then fails in the database with `sqlstate`, the first `times` times."""
    tries = iter(range(1, 100))

    def work() -> ledger.Posted:
        with transaction.atomic():
            posted = ledger.post(movements.demo_credited(user=1, number=1, amount=usd(1000)))
            if next(tries) <= times:
                with connection.cursor() as cursor:
                    cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '{sqlstate}'; END $$")
            return posted

    return work


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_twice_undone_and_then_done_once(sqlstate: str, no_waiting: list[float]) -> None:
    assert not db_retry.atomic_retry(failing(2, sqlstate)).replayed
    assert balances() == {"platform:demo": -1000, "user:1:wallet": 1000}
    assert broken() == []
    assert len(no_waiting) == 2
    assert no_waiting[1] > 0


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_three_times_undone_is_said_plainly_and_nothing_moved(sqlstate: str, no_waiting: list[float]) -> None:
    with pytest.raises(db_retry.TemporarilyUnavailable):
        db_retry.atomic_retry(failing(3, sqlstate))
    assert counts() == (0, 0, 0)
    assert len(no_waiting) == 2


@pytest.mark.parametrize("sqlstate", ["57P01", "08006", "53300"])
def test_a_lost_connection_is_never_tried_again_by_itself(sqlstate: str, no_waiting: list[float]) -> None:
    """Nobody knows whether the COMMIT arrived: the person asks again, with the same key."""
    with pytest.raises(db_retry.TemporarilyUnavailable):
        db_retry.atomic_retry(failing(1, sqlstate))
    assert no_waiting == []


def test_other_errors_pass_through_at_once(no_waiting: list[float]) -> None:
    def short() -> ledger.Posted:
        with transaction.atomic():
            return ledger.post(movements.wallet_reserved(payment=1, attempt=1, buyer=1, amount=usd(1)))

    with pytest.raises(ledger.InsufficientFunds):
        db_retry.atomic_retry(short)
    assert no_waiting == []
    assert counts()[:2] == (0, 0)


def test_inside_an_open_transaction_only_the_whole_can_be_tried_again(no_waiting: list[float]) -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        db_retry.atomic_retry(failing(1, "40P01"))
    assert no_waiting == []
    assert counts() == (0, 0, 0)
