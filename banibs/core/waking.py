"""Waking a worker: one message however many rows wait, until the worker begins.

For tasks that take everything that waits. Their rows are committed before `wake`, and they call `begun` before they look,
so a row whose message was spared is seen by the task that was asked for already. What a lost message leaves is the
timetable's, as always.
"""

from __future__ import annotations

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
FORGOTTEN_AFTER = 5  # seconds until a task that was asked for and never began is asked for again


def wake(task: str) -> None:
    """Asks a worker to run the task, unless it has been asked to and has not begun. Never raises for a broker away."""
    try:
        if cache.add(_key(task), 1, FORGOTTEN_AFTER):
            current_app.send_task(task, ignore_result=True, retry=False)
    except (RedisError, OperationalError, OSError) as away:
        log.warning("worker.wake_failed", task=task, error=str(away))


def begun(task: str) -> None:
    """Called by the task as its first step: who comes from now on asks again."""
    cache.delete(_key(task))


def _key(task: str) -> str:
    return f"asked-for:{task}"
