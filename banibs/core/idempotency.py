"""Idempotency keys: a request that is sent twice does its work once and gets the same answer.

The answer is stored in the transaction of its effect, so it exists exactly when the effect does. A refusal wrote
nothing, stores nothing, and leaves the key usable (docs "What the outside sees", HTTP).
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from banibs.core import policy
from banibs.core.db import db_retry
from banibs.core.models import IdempotencyKey


class KeyMissing(Exception):
    """The request moves money and carries no key."""


class KeyReused(Exception):
    """The key was used for another request body."""


class InProgress(Exception):
    """A request with this key is still running."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered: an HTTP status and a JSON body (or a redirect's address)."""

    status: int
    body: Any
    replayed: bool = False


def fingerprint(request: Any) -> bytes:
    """SHA-256 of the request's meaning: key order and spacing of JSON do not count."""
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).digest()


def once(
    *,
    user_id: int,
    scope: str,
    key: str,
    request: Any,
    effect: Callable[[], Answer],
    waits: Sequence[float] = (),
) -> Answer:
    """Runs `effect` in a transaction together with the storing of its answer, unless this key was answered before.

    The whole is done again when PostgreSQL called it off for another (`db_retry`), so `effect` must do nothing outside
    the database. `waits`: seconds to wait, one after the other, for a first request with this key that is still under
    way. Raises KeyMissing, KeyReused, InProgress, and whatever `effect` raises (then nothing is stored).
    """
    if not key or len(key) > policy.IDEMPOTENCY_KEY_MOST_CHARACTERS or "\x00" in key:
        raise KeyMissing
    attempt = functools.partial(_once, user_id, scope, key, fingerprint(request), effect)
    for wait in waits:
        try:
            return db_retry.atomic_retry(attempt)
        except InProgress:
            time.sleep(wait)
    return db_retry.atomic_retry(attempt)


def stored(*, user_id: int, scope: str, key: str, request: Any) -> Answer | None:
    """What this key was answered before, for work that cannot share a transaction with the storing of its answer.

    Raises KeyMissing and KeyReused as `once` does.
    """
    if not key or len(key) > policy.IDEMPOTENCY_KEY_MOST_CHARACTERS or "\x00" in key:
        raise KeyMissing
    first = IdempotencyKey.objects.filter(user_id=user_id, scope=scope, key=key).first()
    if first is None:
        return None
    if bytes(first.fingerprint) != fingerprint(request):
        raise KeyReused
    return Answer(first.status, first.body, replayed=True)


def _once(user_id: int, scope: str, key: str, print_: bytes, effect: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"idempotency:{user_id}:{scope}:{key}"],
            )
            (free,) = cursor.fetchone()
        if not free:
            raise InProgress
        first = IdempotencyKey.objects.filter(user_id=user_id, scope=scope, key=key).first()
        if first is not None:
            if bytes(first.fingerprint) != print_:
                raise KeyReused
            return Answer(first.status, first.body, replayed=True)
        answer = effect()
        IdempotencyKey.objects.create(
            user_id=user_id, scope=scope, key=key, fingerprint=print_, status=answer.status, body=answer.body
        )
    return answer
