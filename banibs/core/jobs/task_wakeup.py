"""Asks a worker to run a task: one message in the queue, however many rows wait, until the worker starts.

For tasks that take everything that waits. Their rows are committed before `request_run`, and they call `started`
before they look, so a row whose message was spared is seen by the task that was asked for already. What a lost message
leaves is the timetable's, as always.
"""

from __future__ import annotations

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from banibs.core import policy

log = structlog.get_logger(__name__)


def request_run(task: str) -> None:
    """Asks a worker to run the task, unless it has been asked to and has not begun. Never raises for a broker away."""
    try:
        wanted = cache.add(_key(task), 1, policy.TASK_FORGOTTEN_AFTER_SECONDS)
    except RedisError as away:
        log.warning("worker.wake_failed", task=task, error=str(away))
        return
    if wanted:
        send(task)


def send(task: str, *args: int) -> bool:
    """Asks a worker to run the task for these rows; whether the broker took it. Never raises for a broker away.

    The broker's own errors come through as they are when a connection was open before it went.
    """
    try:
        current_app.send_task(task, args=args, ignore_result=True, retry=False)
    except (RedisError, OperationalError, OSError) as away:
        log.warning("worker.wake_failed", task=task, error=str(away))
        return False
    return True


def started(task: str) -> None:
    """Ends the request of `request_run`; the task calls it first, so that whoever comes later asks again."""
    try:
        cache.delete(_key(task))
    except RedisError as away:  # the work itself needs no Redis
        log.warning("worker.begun_failed", task=task, error=str(away))


def _key(task: str) -> str:
    return f"asked-for:{task}"
