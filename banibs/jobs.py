"""What every task shares, and the record of the timetable: one run at a time, and when each last ran.

A task that the timetable asks for is named in the message's header; the same task asked for by code (deliver these
events now) is neither held back nor recorded. What a job does must be safe twice: the lock only saves work.
"""

import datetime as dt
import time
from typing import Any

import structlog
from celery import Task, shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.cache import cache

log = structlog.get_logger(__name__)
SEEN = "worker:seen"


class Job(Task[Any, Any]):
    """The base of every task."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = (self.request.get("headers") or {}).get("timetable") or self.request.get("timetable")
        if not name:
            return super().__call__(*args, **kwargs)
        lock = f"job:{name}:running"
        if not cache.add(lock, self.request.id, timeout=settings.CELERY_TASK_TIME_LIMIT):
            log.info("job.skipped", job=name, reason="still running")
            return None
        started = time.monotonic()
        outcome = "failed"
        try:
            answer = super().__call__(*args, **kwargs)
            outcome = "done"
            return answer
        finally:
            cache.delete(lock)
            note(name, outcome=outcome, seconds=time.monotonic() - started)


def note(name: str, *, outcome: str, seconds: float) -> None:
    """Records the last run of a job: when it ended (UTC, ISO 8601), how, and how long it took."""
    run = {"at": _now(), "outcome": outcome, "seconds": round(seconds, 3)}
    cache.set(f"job:{name}:last", run, timeout=None)


def last_runs() -> dict[str, dict[str, Any] | None]:
    """The last run of each job on the timetable; None when it has not run yet. One round trip."""
    from banibs.periodic_jobs import TIMETABLE

    found = cache.get_many([f"job:{name}:last" for name in TIMETABLE])
    return {name: found.get(f"job:{name}:last") for name in TIMETABLE}


def worker_seen() -> str | None:
    """When a worker last ran the heartbeat (UTC, ISO 8601), or None."""
    seen: str | None = cache.get(SEEN)
    return seen


@shared_task(name="banibs.jobs.heartbeat")
def heartbeat() -> None:
    """Shows that beat asks and a worker answers."""
    cache.set(SEEN, _now(), timeout=None)


@worker_ready.connect
def greet(**_: Any) -> None:
    """A worker shows itself as soon as it takes messages, before the timetable's first turn."""
    heartbeat()


@shared_task(name="banibs.jobs.clear_old_rows")
def clear_old_rows() -> None:
    """Forgets idempotency keys, ours and those we sent, that are older than policy keeps them."""
    from banibs.core import policy
    from banibs.core.clock import now
    from banibs.core.models import IdempotencyKey
    from payments.gateways import frozen_requests

    IdempotencyKey.objects.filter(at__lt=now() - policy.IDEMPOTENCY_KEYS_KEPT_FOR).delete()
    frozen_requests.forget_old()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
