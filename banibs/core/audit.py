"""Checks of the ledger's invariants: each is a sentence that must hold and the SQL that finds the rows that break it.

Each app has its own in `<app>/audit`; the setting LEDGER_AUDITS lists them; `verify_ledger` runs them all. Memory stays
flat however long the books are: PostgreSQL joins within its `work_mem`, and of a broken check the first rows alone are
read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from banibs.core import policy


@dataclass(frozen=True, slots=True)
class Check:
    """`promise` holds exactly when `sql` finds no row; each row it finds names one thing that breaks it.

    `recent` asks the same of what is new alone: its parameters are the names of tables, each the highest id that was
    settled when the last run began (`Since`). `quick`: cheap however long the books are, and asked whole every time.
    `applies`: says when the promise is one at all.
    """

    name: str  # "wallet.sums_to_zero"
    promise: str
    sql: str
    recent: str = ""
    quick: bool = False
    applies: Callable[[], bool] | None = None


_PARAMETER = re.compile(r"%\((\w+)\)s")
Since = Mapping[str, int]  # table → the highest id that was settled when the last run began


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: nothing, or how many rows break it and the first of them."""

    check: Check
    broken: int
    rows: Sequence[dict[str, Any]]

    @property
    def holds(self) -> bool:
        """Whether the promise holds."""
        return self.broken == 0


def checks() -> list[Check]:
    """Every check of every app, in the order of the setting LEDGER_AUDITS."""
    return [check for path in settings.LEDGER_AUDITS for check in import_string(path)]


def tables(wanted: Iterable[Check]) -> set[str]:
    """The tables of which these checks ask what is new."""
    return {table for check in wanted for table in _PARAMETER.findall(check.recent)}


def run(wanted: Iterable[Check]) -> list[Finding]:
    """Runs the checks that apply here against one moment: a sale that commits meanwhile is seen by all or none."""
    return _at_one_moment((check, check.sql, None) for check in wanted)


def run_quick(wanted: Iterable[Check], since: Since) -> list[Finding]:
    """Runs those that are quick, and of the others what can be asked of what is new alone, against one moment."""
    return _at_one_moment(
        (check, check.sql, None) if check.quick else (check, check.recent, since)
        for check in wanted
        if check.quick or check.recent
    )


def _at_one_moment(wanted: Iterable[tuple[Check, str, Since | None]]) -> list[Finding]:
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(f"SET LOCAL work_mem = '{policy.AUDIT_WORK_MEMORY_MEGABYTES}MB'")
            cursor.execute("SET LOCAL jit = off")
            cursor.execute("SET LOCAL statement_timeout = 0")  # long books; the caller bounds the run
        return [
            _run(check, sql, since, cursor)
            for check, sql, since in wanted
            if check.applies is None or check.applies()
        ]


def _run(check: Check, sql: str, since: Since | None, cursor: Any) -> Finding:
    # The query is a constant of ours, from one of the apps' audits.
    most = policy.AUDIT_ROWS_SHOWN
    cursor.execute(f"SELECT count(*) OVER () AS broken, found.* FROM ({sql}) found LIMIT {most}", since)  # nosec B608  # our own checks
    names = [column.name for column in cursor.description[1:]]
    rows = cursor.fetchall()
    return Finding(
        check,
        broken=rows[0][0] if rows else 0,
        rows=[dict(zip(names, row[1:], strict=True)) for row in rows],
    )
