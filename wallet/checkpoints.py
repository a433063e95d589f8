"""Keeping the sums of the platform's accounts short, without ever making a sale wait.

A checkpoint sums transfers of transactions that are older than every transaction still running. Ids would not
do: a number is taken before the commit, so a lower one may appear after a higher one was summed, and be lost.
Rule: docs "Money", The ledger.
"""

from __future__ import annotations

from django.db import connection, transaction

from wallet import policy

LOCK = "wallet:checkpoints"

_FORGET = "DELETE FROM wallet_checkpoint WHERE horizon > pg_snapshot_xmax(pg_current_snapshot())"

_MOVE = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
INSERT INTO wallet_checkpoint (account_id, horizon, balance, latest_at)
SELECT a.id, horizon.xid, coalesce(last.balance, 0) + since.net, greatest(last.latest_at, since.latest_at)
  FROM horizon, wallet_account a
  LEFT JOIN LATERAL (
    SELECT c.balance, c.horizon, c.latest_at FROM wallet_checkpoint c
     WHERE c.account_id = a.id ORDER BY c.horizon DESC LIMIT 1) last ON true
  CROSS JOIN LATERAL (
    SELECT sum(t.net) AS net, max(t.at) AS latest_at, count(*) AS transfers FROM (
      SELECT amount AS net, at, xid FROM wallet_transfer WHERE target_id = a.id AND target_balance IS NULL
       UNION ALL
      SELECT -amount, at, xid FROM wallet_transfer WHERE source_id = a.id AND source_balance IS NULL
    ) t WHERE t.xid >= coalesce(last.horizon, '0') AND t.xid < horizon.xid) since
 WHERE NOT a.stored AND since.transfers >= %s
"""


def move_checkpoints(*, after: int | None = None) -> int:
    """Adds a checkpoint to each account with at least `after` settled transfers since its last; returns how
    many.

    One at a time. A checkpoint whose horizon this server has not reached came from another server's back-up,
    where transactions were counted differently: it is forgotten and made anew.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FORGET)
        cursor.execute(_MOVE, [policy.CHECKPOINT_AFTER_TRANSFERS if after is None else after])
        return int(cursor.rowcount)
