"""Retries a transaction that PostgreSQL undid for another, and raises TemporarilyUnavailable when it keeps happening.

A deadlock (40P01) or a serialization failure (40001) undid the transaction whole, so the same work may simply
be done again. A lost connection may have lost the answer to a COMMIT that happened: that is never done again
by itself. A statement that waited too long (55P03, 57014: the limits of settings) undid all of it, and whoever
asked has waited enough: it is not done again either.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled, SerializationFailure

from banibs.core import policy

log = structlog.get_logger(__name__)
Result = TypeVar("Result")


class TemporarilyUnavailable(Exception):
    """The database could not do it now: answered with 503 and Retry-After."""


class Busy(TemporarilyUnavailable):
    """Others were at the same rows for longer than anybody should wait. Nothing was written."""


def atomic_retry(work: Callable[[], Result]) -> Result:
    """Runs `work`, which opens its own transaction, up to three times while the database undoes it for
    another.

    `work` must have no effect outside the database. Inside a transaction that is already open it runs once:
    only the whole can be done again, by whoever opened it. Raises Busy at once for a statement
    that waited too long; TemporarilyUnavailable after the third time, and at once when the connection is lost (then
    nobody knows yet whether it was done: ask again with the same idempotency key).
    """
    if connection.in_atomic_block:
        return work()
    for attempt in range(1, policy.DATABASE_MOST_TRIES + 1):
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if waited_too_long(error):
                log.warning("database.busy", error=str(error))
                raise Busy from error
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


def waited_too_long(error: BaseException | None) -> bool:
    """Whether PostgreSQL ended a statement for its lock_timeout or statement_timeout: the transaction is undone whole."""
    return isinstance(error, OperationalError) and isinstance(
        error.__cause__, LockNotAvailable | QueryCanceled
    )
