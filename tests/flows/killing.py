"""A buyer, or a worker who hears of a dispute or makes documents, whose process is killed (SIGKILL) at a chosen moment.
Run as a child of the test.

Reads lines of JSON from standard input: {"user", "key", "moment", "safe"}, {"dispute", "moment", "safe"}, {"documents":
"issue" or "render", "moment", "safe"} or {"evidence", "user", "host", "files", "moment", "safe"}; forks, lets the fork do
it, and answers whether it was killed. `moment` is a number of statements, "before commit" or "after commit".
`safe` false takes the transactions away: the guard of this test.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.backends.postgresql.base import DatabaseWrapper  # noqa: E402

from banibs.core import idempotency  # noqa: E402
from banibs.users.models import User  # noqa: E402
from payments.charges import purchase  # noqa: E402
from payments.disputes.evidence import submit  # noqa: E402
from payments.disputes.sync_dispute import sync_dispute  # noqa: E402
from payments.gateways.stripe.disputes import DisputeMove, DisputeState  # noqa: E402
from payments.receipts import numbering, rendering  # noqa: E402


def die() -> None:
    """Ends this process as `kill -9` does: nothing is flushed, nothing is closed."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def killed_at(moment: int | str) -> Iterator[None]:
    """Dies at this moment of what is done inside."""
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

    with connection.execute_wrapper(count):
        yield


def pay(user_id: int, key: str, moment: int | str) -> None:
    """Pays the cart once per key, as the till does."""
    user = User.objects.get(pk=user_id)

    def effect() -> idempotency.Answer:
        address = user.addresses.get().snapshot()
        bought = purchase.buy(user=user, address=address, method="wallet", expected_total=None)
        return idempotency.Answer(303, {"number": bought.placed.checkout.number})

    with killed_at(moment):
        idempotency.once(user_id=user.pk, scope="checkout", key=key, request={}, effect=effect)


def hear(told: dict[str, Any], moment: int | str) -> None:
    """Takes in a dispute as Stripe shows it, as a worker does."""
    moves = tuple(DisputeMove(**move) for move in told["moves"])
    with killed_at(moment):
        sync_dispute(DisputeState(**{**told, "moves": moves}))


def make_documents(step: str, moment: int | str) -> None:
    """Draws numbers or makes files, as a worker does."""
    with killed_at(moment):
        (numbering.issue_due if step == "issue" else rendering.render_due)()


def hand_in(wanted: dict[str, Any]) -> None:
    """Hands in the evidence of a dispute, as the seller's page does: to the local Stripe, with the test's files."""
    settings.STRIPE_API_HOST = wanted["host"]
    settings.STORAGES["private"]["OPTIONS"]["location"] = wanted["files"]
    with killed_at(wanted["moment"]):
        submit.submit(wanted["evidence"], user=User.objects.get(pk=wanted["user"]))


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
            if "evidence" in wanted:
                hand_in(wanted)
            elif "dispute" in wanted:
                hear(wanted["dispute"], wanted["moment"])
            elif "documents" in wanted:
                make_documents(wanted["documents"], wanted["moment"])
            else:
                pay(wanted["user"], wanted["key"], wanted["moment"])
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)


if __name__ == "__main__":
    main()
