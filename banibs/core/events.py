"""The event log: what happened, written with the change itself, and the outbox that tells the others.

An event and what is owed to its subscribers are one transaction, so a lost broker loses nothing. The table of
subscribers stands in `banibs/subscribers.py`, named by the setting EVENT_SUBSCRIBERS and resolved when it runs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from banibs.core.models import Delivery, Event

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


def record(*new: New) -> None:
    """Writes events and what is owed to their subscribers, in the caller's transaction, and wakes the worker after it.

    Two statements however many events. Raises RuntimeError outside a transaction: an event belongs to its change.
    """
    if not new:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    rows = Event.objects.bulk_create(
        Event(
            kind=one.kind,
            subject_type=one.subject._meta.model_name or "",
            subject_id=one.subject.pk,
            actor_type=one.actor.type,
            actor_id=one.actor.id,
            actor_name=one.actor.name[:200],
            from_state=one.from_state,
            to_state=one.to_state,
            reason=one.reason,
            data=one.data,
        )
        for one in new
    )
    owed = [
        Delivery(event=row, subscriber=name)
        for row in rows
        for name, (_, kinds) in subscribers().items()
        if row.kind in kinds
    ]
    if owed:
        Delivery.objects.bulk_create(owed)
        transaction.on_commit(wake)


def wake() -> None:
    """Asks a worker to deliver now. When the broker is away, the sweeper on the timetable does it instead."""
    try:
        current_app.send_task(DELIVER_TASK, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("events.wake_failed", error=str(error))
