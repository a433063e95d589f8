"""Work on rows that are due: each is claimed, worked on, and retried with growing waits until it is given up.

For outboxes: events owed to subscribers, emails, webhooks. A lost request or a dead worker loses nothing, because the
row itself says when it is due.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from banibs.core.clock import Now

Row = TypeVar("Row", bound=Model)


def unclaimed(column: str) -> Q:
    """Rows that no worker holds: nobody claimed them until a time that is still to come."""
    return Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lte": Now()})


def work_on_next(
    due: QuerySet[Row],
    work: Callable[[Row], None],
    *,
    done: Callable[[Row], None],
    failed: Callable[[Row, Exception], None],
) -> bool:
    """Takes the first row of `due`, in its order, and works on it; False when there is none.

    The row is locked meanwhile (SKIP LOCKED: workers never wait for each other), so the effect of `work` and what
    `done` writes commit together. Whatever `work` raises undoes its effect alone and is handed to `failed`, which
    writes when the row is due again, or that it is given up.
    """
    with transaction.atomic():
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return False
        try:
            with transaction.atomic():
                work(row)
        except Exception as error:  # whatever it was is recorded by `failed`, shown to staff and tried again
            failed(row, error)
        else:
            done(row)
    return True


def work_on_all(next_one: Callable[[], bool], *, batch: int) -> int:
    """Works until nothing is due or `batch` rows were tried; returns how many were."""
    tried = 0
    while tried < batch and next_one():
        tried += 1
    return tried
