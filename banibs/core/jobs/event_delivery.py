"""Handing events to those who asked for them: once each, late if need be, one failure repeating no other."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import structlog
from django.db import connection, transaction
from django.db.models import F

from banibs.core import policy
from banibs.core.clock import Now
from banibs.core.events import request_delivery, subscriber
from banibs.core.models import Delivery

log = structlog.get_logger(__name__)


def deliver_due(*, batch: int | None = None) -> int:
    """Delivers what is due, oldest first, each in a transaction of its own; returns how many were tried."""
    tried, most = 0, batch or policy.EVENTS_AT_ONCE
    while tried < most and deliver_next():
        tried += 1
    return tried


def deliver_next() -> bool:
    """Takes one due delivery and hands it over; False when none is left.

    The row is locked for the length of the hand-over (SKIP LOCKED: workers never wait for each other), so its effect
    and its "done" commit together. A subscriber that raises is tried again after
    `policy.retry_wait`, and given up after `policy.EVENT_MOST_ATTEMPTS`.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(status=Delivery.Status.PENDING, due_at__lte=Now())
            .order_by("due_at", "id")
            .first()
        )
        if delivery is None:
            return False
        attempts = delivery.attempts + 1
        try:
            with transaction.atomic():
                subscriber(delivery.subscriber)(delivery.event)
        except Exception as error:  # whatever a subscriber raises is recorded, shown to staff and tried again
            log.exception("delivery.failed", subscriber=delivery.subscriber, event_id=delivery.event_id)
            dead = attempts >= policy.EVENT_MOST_ATTEMPTS
            Delivery.objects.filter(pk=delivery.pk).update(
                attempts=attempts,
                status=Delivery.Status.DEAD if dead else Delivery.Status.PENDING,
                due_at=Now() + policy.retry_wait(attempts),
                error="".join(traceback.format_exception(error))[-4000:],
            )
            return True
        Delivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") + 1, status=Delivery.Status.DONE, done_at=Now(), error=""
        )
    return True


def send_again(ids: Sequence[int]) -> int:
    """Makes deliveries that were given up due now, with all their tries again; returns how many."""
    with transaction.atomic():
        count = Delivery.objects.filter(pk__in=ids, status=Delivery.Status.DEAD).update(
            status=Delivery.Status.PENDING, attempts=0, due_at=Now()
        )
        if count:
            transaction.on_commit(request_delivery)
    return count


def backlog() -> tuple[int, float]:
    """How many deliveries are due and the age of the oldest in seconds, for `/readyz` and staff."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), coalesce(extract(epoch FROM banibs_now() - min(due_at)), 0)::float
                 FROM (SELECT due_at FROM core_delivery
                        WHERE status = 'pending' AND due_at <= banibs_now() ORDER BY due_at LIMIT 1001) due"""
        )
        count, age = cursor.fetchone()
    return int(count), float(age)
