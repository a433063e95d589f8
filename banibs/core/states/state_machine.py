"""The state machine: locks, re-reads, checks the table of allowed moves, saves and records. No state changes otherwise.

Rows are moved set-wise, so that a checkout of twenty orders costs what a checkout of one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models

from banibs.core import events

Row = TypeVar("Row", bound=models.Model)
Transitions = Mapping[str, frozenset[str]]


class InvalidTransition(Exception):
    """The row is not in a state from which this move is allowed. `current` says where it is."""

    def __init__(self, row: models.Model, *, current: str, to: str) -> None:
        self.row = row
        self.current = current
        self.to = to
        super().__init__(f"{row._meta.model_name} {row.pk}: {current} → {to} is not allowed")


def lock(model: type[Row], ids: Iterable[int]) -> list[Row]:
    """The rows as they are now, locked in id order until the transaction ends."""
    return list(
        model._default_manager.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    )


def move(
    rows: Sequence[Row],
    *,
    to: str,
    table: Transitions,
    kind: str,
    actor: events.Actor,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Moves rows that the caller has locked (see `lock`) to a state, with other columns in the same UPDATE.

    One UPDATE and one INSERT however many rows. Each change becomes an event `kind` in the same transaction.
    Raises InvalidTransition, and changes nothing, when the table does not allow the move for any of them.
    """
    if not rows:
        return []
    for row in rows:
        current = row.status  # type: ignore[attr-defined]  # a model with states
        if to not in table.get(current, frozenset()):
            raise InvalidTransition(row, current=current, to=to)
    model = type(rows[0])
    fields = {"status": to, **(changes or {})}
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**fields)
    events.record(
        *(
            events.New(
                kind=kind,
                subject=row,
                actor=actor,
                from_state=row.status,  # type: ignore[attr-defined]  # as above
                to_state=to,
                reason=reason,
                data=dict(data or {}),
            )
            for row in rows
        )
    )
    for row in rows:
        for name, value in fields.items():
            if not hasattr(value, "resolve_expression"):
                setattr(row, name, value)
    return list(rows)
