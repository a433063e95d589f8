"""Chores that fall due as the clock moves: money becomes available, sessions expire, a refund comes back."""

import importlib
import logging
import threading

from banibs.dev.stripe_sandbox.context import Context, clock
from banibs.dev.stripe_sandbox.store import Store

log = logging.getLogger(__name__)

VERBS = {
    "release_funds": "banibs.dev.stripe_sandbox.api.balance_transactions.release",
    "settle_charge": "banibs.dev.stripe_sandbox.api.charges.settle",
    "expire_authorisation": "banibs.dev.stripe_sandbox.api.capturing.expire",
    "expire_session": "banibs.dev.stripe_sandbox.api.checkout_sessions.expire_when_due",
    "open_dispute": "banibs.dev.stripe_sandbox.api.disputes.open_for_charge",
    "decide_dispute": "banibs.dev.stripe_sandbox.api.disputes.decide",
    "miss_evidence": "banibs.dev.stripe_sandbox.api.disputes.miss_deadline",
    "settle_refund": "banibs.dev.stripe_sandbox.api.refunds.settle",
    "fail_refund": "banibs.dev.stripe_sandbox.api.refunds.fail",
}


def run_due(store: Store, base_url: str) -> int:
    """Do every chore that is due, oldest first, each in its own transaction; returns how many."""
    done = 0
    while True:
        with store.unit():
            row = store.row("SELECT * FROM chores WHERE due <= ? ORDER BY due, seq LIMIT 1", clock(store))
            if row is None:
                return done
            store.run("DELETE FROM chores WHERE seq = ?", row["seq"])
            module, _, name = VERBS[row["verb"]].rpartition(".")
            ctx = Context(store=store, base_url=base_url, account=row["account"])
            getattr(importlib.import_module(module), name)(ctx, row["subject"])
        done += 1


def run(store: Store, base_url: str, stop: threading.Event) -> None:
    """Look twice a second."""
    from banibs.dev.stripe_sandbox import deliveries

    while not stop.wait(0.5):
        try:
            if run_due(store, base_url):
                deliveries.nudge()
        except Exception:
            log.exception("a chore broke")
            stop.wait(5)
