"""A bookkeeper for tests: posts, and reads the books back as a bookkeeper would write them.

Amara is user 1; Kofi's and Zuri's shops are sellers 7 and 8; Ike and Ada are staff, users 90 and 91.
"""

import time

from django.db import connection, transaction

from banibs.core import audit
from banibs.core.money import Money
from wallet import checkpoints, ledger, movements
from wallet.posting import Posting

AMARA, KOFI, ZURI = 1, 7, 8


def usd(amount: int) -> Money:
    """Cents."""
    return Money(amount, "USD")


def post(posting: Posting) -> ledger.Posted:
    """Posts in a transaction of its own."""
    with transaction.atomic():
        return ledger.post(posting)


_credits = iter(range(1, 1_000_000))


def credit(amount: int, *, user: int = AMARA, currency: str = "USD") -> ledger.Posted:
    """Puts money into a wallet."""
    return post(movements.demo_credited(user=user, number=next(_credits), amount=Money(amount, currency)))


def lines(posting: Posting) -> list[str]:
    """A posting as it is written in a book: who gives, who gets, how much, for what."""
    return [
        f"{one.source} → {one.target}  {Money(one.amount, posting.currency).plain}  {one.subject}".strip()
        for one in posting.transfers
    ]


def balances(currency: str = "USD") -> dict[str, int]:
    """Every account that is not empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT code, held FROM wallet_account,
                      LATERAL (SELECT CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END AS
                      held) now
                WHERE currency = %s AND held <> 0 ORDER BY code""",
            [currency],
        )
        return dict(cursor.fetchall())


def broken() -> list[str]:
    """The names of the wallet's checks that do not hold."""
    return [
        one.check.name
        for one in audit.run(audit.checks())
        if not one.holds and one.check.name.startswith("wallet.")
    ]


def counts() -> tuple[int, int, int]:
    """How many movements, transfers and accounts there are: what a refusal must leave as it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM wallet_movement), (SELECT count(*) FROM wallet_transfer),
                      (SELECT count(*) FROM wallet_account)"""
        )
        row: tuple[int, int, int] = cursor.fetchone()
        return row


def moved(*, after: int) -> int:
    """Moves the checkpoints once nothing older is running. The horizon is the whole server's, and the other worker's
    tests run transactions beside ours.
    """
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) FROM wallet_transfer"
            )
            if cursor.fetchone()[0]:
                break
        time.sleep(0.05)
    return checkpoints.move_checkpoints(after=after)
