"""A buyer whose process is killed (SIGKILL) at a chosen moment of the purchase. Run as a child of the test.

Reads lines of JSON from standard input: {"user", "key", "moment", "safe"}; forks, lets the fork pay, and answers
whether it was killed. `moment` is a number of statements, "before commit" or "after commit". `safe` false takes
the transactions away: the guard of this test.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.backends.postgresql.base import DatabaseWrapper  # noqa: E402

from banibs.core import idempotency  # noqa: E402
from banibs.users.models import User  # noqa: E402
from payments.charges import purchase  # noqa: E402


def die() -> None:
    """Ends this process as `kill -9` does: nothing is flushed, nothing is closed."""
    os.kill(os.getpid(), signal.SIGKILL)


def pay(user_id: int, key: str, moment: int | str) -> None:
    """Pays the cart once per key, as the till does."""
    user = User.objects.get(pk=user_id)
    sent = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        answer = execute(sql, params, many, context)
        sent += 1
        if sent == moment:
            die()
        return answer

    committed = BaseDatabaseWrapper._commit

    def commit(self: BaseDatabaseWrapper) -> None:
        if moment == "before commit":
            die()
        committed(self)
        if moment == "after commit":
            die()

    BaseDatabaseWrapper._commit = commit  # type: ignore[method-assign]

    def effect() -> idempotency.Answer:
        address = user.addresses.get().snapshot()
        bought = purchase.buy(user=user, address=address, method="wallet", expected_total=None)
        return idempotency.Answer(303, {"number": bought.placed.checkout.number})

    with connection.execute_wrapper(count):
        idempotency.once(user_id=user.pk, scope="checkout", key=key, request={}, effect=effect)


def without_transactions() -> None:
    """Every statement commits by itself, as if nobody had thought of it."""
    DatabaseWrapper._set_autocommit = lambda *_: None  # type: ignore[method-assign]
    for name in ("_savepoint", "_savepoint_commit", "_savepoint_rollback"):
        setattr(BaseDatabaseWrapper, name, lambda *_: None)


def main() -> None:
    """One fork for each line."""
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            if not wanted["safe"]:
                without_transactions()
            pay(wanted["user"], wanted["key"], wanted["moment"])
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)


if __name__ == "__main__":
    main()
