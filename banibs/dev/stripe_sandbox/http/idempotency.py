"""Idempotency keys: the first answer is kept with its effect and given again; another call with the
key is refused.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import IdempotencyInProgress, IdempotencyMismatch, InvalidParameter

KEPT = 24 * 3600  # seconds by the local clock; after that a key is as good as new

_running: set[tuple[str, str]] = set()
_lock = threading.Lock()


@contextmanager
def claimed(account: str, key: str) -> Iterator[None]:
    """Hold a key while its first call runs; a second caller meanwhile is told to come back."""
    if len(key) > 255:
        raise InvalidParameter(
            f"Idempotency keys can be at most 255 characters long, this one has {len(key)}."
        )
    name = (account, key)
    with _lock:
        if name in _running:
            raise IdempotencyInProgress(
                "There is currently another in-progress request using this Stripe-Idempotent-Key "
                "(that probably means you submitted twice, and the other request is still "
                f"going through): {key}. "
                "If you see this error frequently, please contact support.",
                code="idempotency_key_in_use",
            )  # fmt: skip
        _running.add(name)
    try:
        yield
    finally:
        with _lock:
            _running.discard(name)


def fingerprint(method: str, path: str, pairs: list[tuple[str, str]]) -> str:
    """What must be the same when a key comes again. Card numbers were taken out of `pairs` before."""
    text = json.dumps([method, path, sorted(pairs)])
    return hashlib.sha256(text.encode()).hexdigest()


def earlier(ctx: Context, key: str, print_: str) -> tuple[int, str, str] | None:
    """The kept answer for a key, as (status, body, request id), or None where the key is new."""
    ctx.store.run("DELETE FROM replies WHERE created < ?", ctx.now() - KEPT)
    row: Any = ctx.store.row("SELECT * FROM replies WHERE account = ? AND key = ?", ctx.account, key)
    if row is None:
        return None
    if row["fingerprint"] != print_:
        raise IdempotencyMismatch(
            "Keys for idempotent requests can only be used with the same parameters they "
            "were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
    return int(row["status"]), str(row["body"]), str(row["request_id"])


def keep(ctx: Context, key: str, print_: str, *, status: int, body: str) -> None:
    """Remember an answer, in the transaction of its effect."""
    ctx.store.run(
        "INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)",
        ctx.account, key, print_, status, body, ctx.request_id or "", ctx.now(),
    )  # fmt: skip
