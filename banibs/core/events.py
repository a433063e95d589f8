"""The event log, written in the transaction of each change, and the outbox that delivers its events to subscribers.

An event and what is owed to its subscribers are one transaction, so a lost broker loses nothing. The table of
subscribers is `banibs/registry/event_subscribers.py`, named by the setting EVENT_SUBSCRIBERS, resolved when it runs.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from banibs.core.jobs import task_wakeup
from banibs.core.models import Event

log = structlog.get_logger(__name__)
DELIVER_TASK = "banibs.core.tasks.deliver_events"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who or what caused a change: a person in a role, Stripe, or the system itself."""

    type: str = Event.Actor.SYSTEM
    id: int | None = None
    name: str = ""

    @classmethod
    def person(cls, user: Any, *, role: str) -> Actor:
        """The signed-in person, acting as buyer, seller or staff."""
        return cls(type=role, id=user.pk, name=user.get_full_name() or user.email)


SYSTEM = Actor(name="BANIBS")
STRIPE = Actor(type=Event.Actor.STRIPE, name="Stripe")


@dataclass(frozen=True, slots=True)
class New:
    """An event about to be recorded."""

    kind: str
    subject: models.Model
    actor: Actor = SYSTEM
    from_state: str = ""
    to_state: str = ""
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


Subscriber = Callable[[Event], None]


@functools.cache
def subscribers() -> Mapping[str, tuple[str, frozenset[str]]]:
    """name → (dotted path, the kinds it hears), as the setting names it."""
    table: Mapping[str, tuple[str, frozenset[str]]] = import_string(settings.EVENT_SUBSCRIBERS)
    return table


@functools.cache
def subscriber(name: str) -> Subscriber:
    """The function behind a subscriber's name."""
    function: Subscriber = import_string(subscribers()[name][0])
    return function


_together: ContextVar[list[New] | None] = ContextVar("events_together", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Writes the events recorded inside in one statement at its end, in the transaction it stands in.

    Nothing is written when the block raises: its changes are rolled back with it.
    """
    if _together.get() is not None:
        yield
        return
    waiting: list[New] = []
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    record(*waiting)


def record(*new: New) -> None:
    """Writes events and what is owed to their subscribers, in the caller's transaction, and wakes the worker after it.

    One statement however many events. Raises RuntimeError outside a transaction: an event belongs to its change.
    """
    if not new:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    waiting = _together.get()
    if waiting is not None:
        waiting.extend(new)
        return
    heard = [(name, kind) for name, (_path, kinds) in subscribers().items() for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            {
                "rows": json.dumps([_row(one) for one in new], default=str),
                "names": [name for name, _kind in heard],
                "kinds": [kind for _name, kind in heard],
            },
        )
        (owed,) = cursor.fetchone()
    if owed:
        transaction.on_commit(request_delivery)


def _row(one: New) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "subject_type": one.subject._meta.model_name,
        "subject_id": one.subject.pk,
        "actor_type": one.actor.type,
        "actor_id": one.actor.id,
        "actor_name": one.actor.name[:200],
        "from_state": one.from_state,
        "to_state": one.to_state,
        "reason": one.reason,
        "data": one.data,
    }


_RECORD = """
WITH happened AS (
  INSERT INTO core_event (kind, subject_type, subject_id, actor_type, actor_id, actor_name, from_state, to_state,
                          reason, data, at)
  SELECT r.kind, r.subject_type, r.subject_id, r.actor_type, r.actor_id, r.actor_name, r.from_state, r.to_state,
         r.reason, r.data, banibs_now()
    FROM ROWS FROM (jsonb_to_recordset(%(rows)s::jsonb) AS (
           kind text, subject_type text, subject_id bigint, actor_type text, actor_id bigint, actor_name text,
           from_state text, to_state text, reason text, data jsonb)) WITH ORDINALITY AS r
   ORDER BY r.ordinality
  RETURNING id, kind
), owed AS (
  INSERT INTO core_delivery (event_id, subscriber, status, attempts, due_at, error)
  SELECT h.id, s.name, 'pending', 0, banibs_now(), ''
    FROM happened h JOIN unnest(%(names)s::text[], %(kinds)s::text[]) AS s(name, kind) ON s.kind = h.kind
   ORDER BY h.id, s.name
  RETURNING 1
)
SELECT count(*) FROM owed
"""


def request_delivery() -> None:
    """Asks a worker to deliver now. When the broker is away, the sweeper on the timetable does it instead."""
    task_wakeup.request_run(DELIVER_TASK)
