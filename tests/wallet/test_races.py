"""Many hands at once, on real connections. Each guard is also taken away, to see that it was the guard that
held.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from tests.wallet.books import AMARA, KOFI, ZURI, balances, broken, counts, credit, moved, post, usd
from tests.wallet.children import at_once
from tests.wallet.variants import (
    MOVE_CHECKPOINTS,
    NO_FLOOR,
    NO_KEY,
    NO_LOCK,
    NO_SECOND_LOOK,
    SOURCE,
    ledger_post,
    run,
    without,
)
from wallet import checkpoints, ledger, movements
from wallet.models import Movement
from wallet.movements import OrderShare
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db(transaction=True)


def sale(checkout: int, *, buyer: int = AMARA, seller: int = KOFI, amount: int = 1000) -> Posting:
    share = OrderShare(
        tax_jurisdiction="US", order=checkout, seller=seller, wallet=amount, net=amount - 100, fee=100, tax=0
    )
    return movements.order_paid(
        checkout=checkout, reference=f"B-{checkout}", buyer=buyer, currency="USD", orders=[share]
    )


def kinds(answers: list[Any]) -> dict[str, int]:
    """How many posted, replayed, and raised what."""
    counted: dict[str, int] = {}
    for answer in answers:
        name = type(answer).__name__
        if isinstance(answer, ledger.Posted):
            name = "replayed" if answer.replayed else "posted"
        counted[name] = counted.get(name, 0) + 1
    return counted


# One balance, two tabs -------------------------------------------------------------------------------------


def ten_dollars() -> None:
    """Amara holds 10.00, and every account of the race is open: opening one would put the racers in a row."""
    credit(2000)
    post(sale(99))


def test_ten_tabs_spend_one_balance_once() -> None:
    ten_dollars()
    with ledger_post():
        answers = at_once(lambda n: post(sale(n + 1)), 10)
    assert kinds(answers) == {"posted": 1, "InsufficientFunds": 9}
    assert "user:1:wallet" not in balances()
    assert broken() == []


def test_without_the_lock_one_balance_is_spent_many_times() -> None:
    ten_dollars()
    with ledger_post(NO_LOCK):
        answers = at_once(lambda n: post(sale(n + 1)), 10)
    assert kinds(answers)["posted"] > 1
    assert "wallet.balance_is_its_transfers" in broken()


def test_one_payment_told_four_times_at_once_with_money_for_one_is_one_payment() -> None:
    """Who waited for the wallet finds what the first has done, not a wallet that is too small."""
    ten_dollars()
    with ledger_post():
        answers = at_once(lambda n: post(sale(7)), 4)
    assert kinds(answers) == {"posted": 1, "replayed": 3}
    assert broken() == []


def test_without_the_second_look_who_waited_hears_that_money_is_short() -> None:
    ten_dollars()
    with ledger_post(NO_SECOND_LOOK):
        answers = at_once(lambda n: post(sale(7)), 4)
    assert kinds(answers) == {"posted": 1, "InsufficientFunds": 3}


def test_without_the_floor_in_the_function_the_table_still_refuses() -> None:
    credit(999)
    before = counts(), balances()
    with ledger_post(NO_FLOOR), pytest.raises(IntegrityError, match="wallet_account_floor"):
        post(sale(1))
    assert (counts(), balances()) == before


def test_without_either_a_wallet_falls_below_zero() -> None:
    credit(999)
    with ledger_post(NO_FLOOR), without("wallet_account", "wallet_account_floor"):
        post(sale(1))
        assert balances()["user:1:wallet"] == -1
        assert broken() == ["wallet.floors"]


# One fact, told many times at once -------------------------------------------------------------------------


def test_one_fact_told_by_twenty_at_once_is_booked_once() -> None:
    credit(100_000)
    with ledger_post(pause=0.01):
        answers = at_once(lambda n: post(sale(7)), 20)
    assert kinds(answers) == {"posted": 1, "replayed": 19}
    assert len({answer.movement_id for answer in answers}) == 1
    assert balances()["user:1:wallet"] == 99_000
    assert broken() == []


def test_where_no_account_is_locked_the_key_alone_makes_it_one() -> None:
    """Between two platform accounts nothing is locked: the second teller waits at the key, and is
    answered.
    """
    post(movements.processing_fee_settled(balance_transaction="txn_0", payment=3, fee=usd(25)))
    posting = movements.processing_fee_settled(balance_transaction="txn_1", payment=3, fee=usd(175))
    with ledger_post():
        answers = at_once(lambda n: post(posting), 8)
    assert kinds(answers) == {"posted": 1, "replayed": 7}
    assert balances() == {"platform:card_fees": -200, "stripe:clearing": 200}


def test_without_the_unique_key_it_is_booked_many_times() -> None:
    post(movements.processing_fee_settled(balance_transaction="txn_0", payment=3, fee=usd(25)))
    posting = movements.processing_fee_settled(balance_transaction="txn_1", payment=3, fee=usd(175))
    with ledger_post(NO_KEY), without("wallet_movement", "wallet_movement_once"):
        answers = at_once(lambda n: post(posting), 8)
        assert kinds(answers)["posted"] > 1
        assert balances()["platform:card_fees"] < -200


def test_a_different_story_under_the_same_key_is_refused_even_at_once() -> None:
    credit(100_000)
    with ledger_post():
        answers = at_once(lambda n: post(sale(7, amount=1000 + n)), 6)
    assert kinds(answers) == {"posted": 1, "KeyReused": 5}
    assert Movement.objects.filter(key="checkout:7:paid").count() == 1
    assert broken() == []


def test_a_new_account_is_opened_once() -> None:
    at_once(lambda n: credit(100, user=5), 8)
    assert balances() == {"platform:demo": -800, "user:5:wallet": 800}
    assert counts()[2] == 2


# Who waits for whom ----------------------------------------------------------------------------------------


def waits(held: Posting, asked: Posting) -> bool:
    """Whether posting `asked` waits while a transaction that posted `held` is open."""

    def other(number: int) -> ledger.Posted:
        with transaction.atomic():
            run("SET LOCAL lock_timeout = '300ms'")
            return ledger.post(asked)

    with transaction.atomic():
        ledger.post(held)
        (answer,) = at_once(other, 1)
    if isinstance(answer, DatabaseError):
        assert isinstance(answer.__cause__, LockNotAvailable)
        return True
    assert isinstance(answer, ledger.Posted)
    return False


def test_two_sales_of_different_sellers_to_different_buyers_never_wait() -> None:
    credit(10_000, user=1)
    credit(10_000, user=2)
    post(sale(1, buyer=1, seller=KOFI))
    post(sale(2, buyer=2, seller=ZURI))
    assert not waits(sale(3, buyer=1, seller=KOFI), sale(4, buyer=2, seller=ZURI))
    assert waits(sale(5, buyer=1, seller=KOFI), sale(6, buyer=2, seller=KOFI))
    assert waits(sale(7, buyer=1, seller=KOFI), sale(8, buyer=1, seller=ZURI))


def crossing(n: int) -> ledger.Posted:
    """Half send from 1 to 2, half from 2 to 1."""
    source, target = ("user:1:wallet", "user:2:wallet") if n % 2 else ("user:2:wallet", "user:1:wallet")
    return post(Posting(f"lesson:{n}", "order_refunded", "USD", (Transfer(source, target, 1),)))


def test_money_that_crosses_never_deadlocks() -> None:
    credit(1000, user=1)
    credit(1000, user=2)
    with ledger_post(pause=0.002):
        answers = at_once(crossing, 12)
    assert kinds(answers) == {"posted": 12}
    assert broken() == []


def test_without_the_order_of_locks_it_does() -> None:
    credit(1000, user=1)
    credit(1000, user=2)
    separately = re.sub(
        r"    FOR held IN\n.*?    LOOP\n",
        "    FOREACH place IN ARRAY ARRAY[1, 2] LOOP\n"
        "      SELECT a.id, a.code, a.balance, a.floored, a.capped, a.moved_at INTO held FROM wallet_account a\n"
        "       WHERE a.code = p_codes[place] AND a.currency = p_currency FOR NO KEY UPDATE;\n"
        "      PERFORM pg_sleep(0.1);\n",
        SOURCE,
        count=1,
        flags=re.DOTALL,
    )
    assert separately != SOURCE
    run(separately)
    try:
        answers = at_once(crossing, 2)
    finally:
        run(SOURCE)
    lost = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(lost) == 1
    assert isinstance(lost[0].__cause__, DeadlockDetected)
    assert broken() == []  # even then: all or nothing


# Sums that a job moves forward -----------------------------------------------------------------------------


def late_sale(move: Callable[[], object]) -> int:
    """A sale begins, another begins and ends, `move` runs, the first ends; what platform:revenue_deferred is then read
    as.
    """
    credit(10_000, user=1)
    credit(10_000, user=2)
    post(sale(8, buyer=1, seller=KOFI))
    post(sale(9, buyer=2, seller=ZURI))  # every account is open now
    with transaction.atomic():
        ledger.post(sale(1, buyer=1, seller=KOFI))
        at_once(lambda n: post(sale(2, buyer=2, seller=ZURI)), 1)
        at_once(lambda n: move(), 1)
    return ledger.balance("platform:revenue_deferred", "USD").amount


def test_a_checkpoint_never_loses_a_sale_that_was_still_under_way() -> None:
    assert late_sale(lambda: checkpoints.move_checkpoints(after=1)) == 400
    assert moved(after=1) > 0
    assert ledger.balance("platform:revenue_deferred", "USD") == usd(400)
    assert broken() == []


def test_without_waiting_for_it_the_sale_is_lost() -> None:
    """Summed up to the newest transaction instead of the oldest running: the late sale falls under the
    horizon.
    """
    hasty = MOVE_CHECKPOINTS.replace("pg_snapshot_xmin", "pg_snapshot_xmax")
    assert hasty != MOVE_CHECKPOINTS
    run(hasty)
    try:
        assert late_sale(lambda: checkpoints.move_checkpoints(after=1)) == 300
        assert "wallet.balance_is_its_transfers" in broken()
    finally:
        run(MOVE_CHECKPOINTS)
