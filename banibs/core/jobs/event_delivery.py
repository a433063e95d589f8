"""Delivery of events to their subscribers: each once, retried by itself, so that one failure repeats no other."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import structlog
from django.db import transaction

from banibs.core import policy
from banibs.core.clock import Now
from banibs.core.events import request_delivery, subscriber
from banibs.core.jobs import due_rows
from banibs.core.models import Delivery

log = structlog.get_logger(__name__)


def deliver_due(*, batch: int | None = None) -> int:
    """Delivers what is due, oldest first, each in a transaction of its own; returns how many were tried."""
    return due_rows.work_on_all(deliver_next, batch=batch or policy.EVENTS_AT_ONCE)


def deliver_next() -> bool:
    """Delivers the next due event to its subscriber; False when none is left.

    A subscriber that raises is tried again after `policy.retry_wait`, and given up after
    `policy.EVENT_MOST_ATTEMPTS`.
    """
    due = Delivery.objects.select_related("event").filter(status=Delivery.Status.PENDING, due_at__lte=Now())
    return due_rows.work_on_next(due.order_by("due_at", "id"), _hand_over, done=_done, failed=_failed)


def _hand_over(delivery: Delivery) -> None:
    subscriber(delivery.subscriber)(delivery.event)


def _done(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=delivery.attempts + 1, status=Delivery.Status.DONE, done_at=Now(), error=""
    )


def _failed(delivery: Delivery, error: Exception) -> None:
    attempts = delivery.attempts + 1
    log.error("delivery.failed", subscriber=delivery.subscriber, event_id=delivery.event_id, exc_info=error)
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts,
        status=Delivery.Status.DEAD if attempts >= policy.EVENT_MOST_ATTEMPTS else Delivery.Status.PENDING,
        due_at=Now() + policy.retry_wait(attempts),
        error="".join(traceback.format_exception(error))[-4000:],
    )


def send_again(ids: Sequence[int]) -> int:
    """Makes deliveries that were given up due now, with all their tries again; returns how many."""
    with transaction.atomic():
        count = Delivery.objects.filter(pk__in=ids, status=Delivery.Status.DEAD).update(
            status=Delivery.Status.PENDING, attempts=0, due_at=Now()
        )
        if count:
            transaction.on_commit(request_delivery)
    return count
