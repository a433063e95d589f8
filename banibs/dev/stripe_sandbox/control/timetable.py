"""Chores that fall due as the clock moves: money becomes available, sessions expire, a refund comes back."""

import logging
import threading
from collections.abc import Callable

from banibs.dev.stripe_sandbox.api.accounts import requirements
from banibs.dev.stripe_sandbox.api.checkout import checkout_sessions
from banibs.dev.stripe_sandbox.api.connect import daily_payouts, payout_states
from banibs.dev.stripe_sandbox.api.intents import capturing, debits
from banibs.dev.stripe_sandbox.api.payments import (
    balance_transactions,
    charges,
    dispute_states,
    disputes,
    refund_states,
    topups,
    warnings,
)
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.store import Store

log = logging.getLogger(__name__)

VERBS: dict[str, Callable[[Context, str], object]] = {
    "release_funds": balance_transactions.release,
    "settle_charge": charges.settle,
    "expire_authorisation": capturing.expire,
    "expire_session": checkout_sessions.expire_when_due,
    "open_dispute": dispute_states.open_for_charge,
    "warn_of_fraud": warnings.warn_of_charge,
    "decide_dispute": disputes.decide,
    "miss_evidence": disputes.miss_deadline,
    "settle_refund": refund_states.settle,
    "fail_refund": refund_states.fail,
    "send_waiting_refunds": refund_states.send_waiting,
    "settle_debit": debits.settle,
    "verify_account": requirements.verify_when_due,
    "settle_topup": topups.settle,
    "send_payout": payout_states.send,
    "arrive_payout": payout_states.arrive,
    "pay_out_by_itself": daily_payouts.pay_out,
}


def run_due(store: Store, base_url: str) -> int:
    """Do every chore that is due, oldest first, each in its own transaction; returns how many."""
    done = 0
    while True:
        with store.unit():
            row = store.row("SELECT * FROM chores WHERE due <= ? ORDER BY due, seq LIMIT 1", store.now())
            if row is None:
                return done
            store.run("DELETE FROM chores WHERE seq = ?", row["seq"])
            ctx = Context(store=store, base_url=base_url, account=row["account"])
            VERBS[row["verb"]](ctx, row["subject"])
        done += 1


def run(store: Store, base_url: str, stop: threading.Event) -> None:
    """Look twice a second."""
    while not stop.wait(0.5):
        try:
            if run_due(store, base_url):
                deliveries.nudge()
        except Exception:
            log.exception("a chore broke")
            stop.wait(5)
