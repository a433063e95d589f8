"""Keeping the sums of the platform's accounts short, without ever making a sale wait.

A checkpoint sums transfers of transactions that are older than every transaction still running. Ids would not
do: a number is taken before the commit, so a lower one may appear after a higher one was summed, and be lost.
The database writes them itself (wallet/sql/0008_ledger_move_checkpoints.sql): the web role may not.
Rule: docs "Money", The ledger.
"""

from __future__ import annotations

from django.db import connection, transaction

from wallet import policy

LOCK = "wallet:checkpoints"


def move_checkpoints(*, after: int | None = None) -> int:
    """Adds a checkpoint to each account with at least `after` settled transfers since its last; returns how
    many.

    One at a time. A checkpoint whose horizon this server has not reached came from another server's back-up,
    where transactions were counted differently: it is forgotten and made anew.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        least = policy.CHECKPOINT_AFTER_TRANSFERS if after is None else after
        cursor.execute("SELECT ledger_move_checkpoints(%s)", [least])
        (moved,) = cursor.fetchone()
        return int(moved)
