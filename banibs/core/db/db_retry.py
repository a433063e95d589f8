"""Retries a transaction that PostgreSQL undid for another, and raises TemporarilyUnavailable when it keeps happening.

A deadlock (40P01) or a serialization failure (40001) undid the transaction whole, so the same work may simply
be done again. A lost connection may have lost the answer to a COMMIT that happened: that is never done again
by itself.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg.errors import DeadlockDetected, SerializationFailure

from banibs.core import policy

log = structlog.get_logger(__name__)
Result = TypeVar("Result")


class TemporarilyUnavailable(Exception):
    """The database could not do it now; answered with 503 and this Retry-After, in seconds."""

    retry_after = 1


def atomic_retry(work: Callable[[], Result]) -> Result:
    """Runs `work`, which opens its own transaction, up to three times while the database undoes it for
    another.

    `work` must have no effect outside the database. Inside a transaction that is already open it runs once:
    only the whole can be done again, by whoever opened it. Raises TemporarilyUnavailable after the third
    time, and at once when the connection is lost (then nobody knows yet whether it was done: ask again with
    the same idempotency key).
    """
    if connection.in_atomic_block:
        return work()
    for attempt in range(1, policy.DATABASE_MOST_TRIES + 1):
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if not gave_way(error):
                log.warning("database.unavailable", error=str(error))
                raise TemporarilyUnavailable from error
            log.info("database.gave_way", attempt=attempt, error=str(error))
            if attempt == policy.DATABASE_MOST_TRIES:
                raise TemporarilyUnavailable from error
        time.sleep(
            policy.DATABASE_FIRST_WAIT_SECONDS * 2**attempt * random.uniform(0.5, 1.5)
        )  # a wait, not a secret
    raise AssertionError("unreachable")


def gave_way(error: DatabaseError | InterfaceError) -> bool:
    """Whether PostgreSQL undid the whole transaction so that another could go on."""
    return isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
