"""How far `verify_ledger` has looked at what is new: nothing is passed over, however long its transaction ran.

A number is taken before the commit, so a lower one may appear after a higher one was looked at. What counts as settled
is therefore what an earlier run saw, once every transaction that had begun by then is over (as checkpoints do).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import sql

from banibs.core.clock import Now
from wallet import policy
from wallet.models import Verified

# The oldest transaction that still runs, and one that began after every number that was seen was taken.
_SNAPSHOT = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_current_xact_id()::text"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that has begun: what it must look at lies after `since`; `settled` is what is behind it when it ends."""

    since: Mapping[str, int]
    settled: Mapping[str, int]
    seen: Mapping[str, int]
    seen_before: int


def begin(tables: Collection[str]) -> Run:
    """Where a run over these tables starts. Two statements and one for each table; nothing is written yet (`end`).

    Of long books that were never looked at, or not for long, the newest rows alone: the rest is the night's.
    """
    row = Verified.objects.filter(pk=1).first()
    seen = {table: _highest(table) for table in sorted(tables)}
    oldest, newest = _snapshot()
    known: Mapping[str, int] = row.settled if row else {}
    since = {table: max(int(known.get(table, 0)), seen[table] - policy.VERIFIED_AT_ONCE) for table in tables}
    settled = dict(since)
    # A mark that this server has not reached came from another server's back-up: what it saw is looked at anew.
    if row is not None and row.seen_before < oldest:
        settled |= {table: max(since[table], int(row.seen.get(table, 0))) for table in tables}
    return Run(since, settled, seen, newest)


def end(run: Run) -> None:
    """A run has looked at all after its `since`: the next one starts from what was settled."""
    with transaction.atomic():
        Verified.objects.get_or_create(pk=1, defaults={"seen_before": run.seen_before})
        row = Verified.objects.select_for_update().get(pk=1)
        Verified.objects.filter(pk=1).update(
            settled=row.settled | dict(run.settled),
            seen=row.seen | dict(run.seen),
            seen_before=run.seen_before,
            at=Now(),
        )


def _highest(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def _snapshot() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        oldest, newest = cursor.fetchone()
    return int(oldest), int(newest)
