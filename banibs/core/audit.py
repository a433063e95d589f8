"""Checks of the ledger's invariants: each is a sentence that must hold and the SQL that finds the rows that break it.

Each app has its own in `<app>/audit.py`; the setting LEDGER_AUDITS lists them; `verify_ledger` runs them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from banibs.core import policy


@dataclass(frozen=True, slots=True)
class Check:
    """`promise` holds exactly when `sql` finds no row; each row it finds names one thing that breaks it."""

    name: str  # "wallet.sums_to_zero"
    promise: str
    sql: str


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


def run(wanted: Iterable[Check]) -> list[Finding]:
    """Runs checks against one moment: a sale that commits meanwhile is seen by all of them or by none."""
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return [_run(check, cursor) for check in wanted]


def _run(check: Check, cursor: Any) -> Finding:
    # The query is a constant of ours, from one of the apps' audit.py.
    most = policy.AUDIT_ROWS_SHOWN
    cursor.execute(f"SELECT count(*) OVER () AS broken, found.* FROM ({check.sql}) found LIMIT {most}")  # nosec B608  # our own checks
    names = [column.name for column in cursor.description[1:]]
    rows = cursor.fetchall()
    return Finding(
        check,
        broken=rows[0][0] if rows else 0,
        rows=[dict(zip(names, row[1:], strict=True)) for row in rows],
    )
