"""Payments' background jobs: each loads and calls the function that a page or the API would call."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from celery import Task, shared_task

from banibs.core.jobs import task_wakeup, time_budget
from payments import policy
from payments.cases import deadlines
from payments.charges import change_method, expiry
from payments.charges.look_up_intent import look_up, stale_intents
from payments.disputes import find_disputes, fraud_warnings
from payments.disputes.evidence import reminders, submit
from payments.gateways import outcomes
from payments.gateways.stripe import mirror
from payments.receipts import numbering, rendering
from payments.receipts import requests as documents
from payments.reconciliation import ledger_watch, stripe_fees
from payments.refunds import send_refund as sending
from payments.refunds import unapplied_payments
from payments.stripe_answers import tell_staff
from payments.webhooks import process, receive

log = structlog.get_logger(__name__)


@shared_task(name=receive.PROCESS_TASK)
def process_webhooks() -> int:
    """Works on the events that have come, a few at a time, so that two workers share a crowd of them."""
    task_wakeup.started(receive.PROCESS_TASK)
    done = _each(process.due_events(limit=policy.WEBHOOKS_AT_ONCE), process.process_event)
    if done == policy.WEBHOOKS_AT_ONCE:
        receive.request_run()
    return done


@shared_task(name="payments.tasks.retry_webhooks")
def retry_webhooks() -> int:
    """Works on every event whose time has come: the sweeper behind the intake's enqueue."""
    return _each(process.due_events(), process.process_event)


@shared_task(name="payments.tasks.mirror_webhook", bind=True, max_retries=5)
def mirror_webhook(self: Task[[int], bool], log_id: int) -> bool:
    """Copies an event's object into dj-stripe's tables; tried again later when that fails, and undoes nothing.

    Nothing asks for it any more, since an event's work copies what it has read; older messages in the queue do.
    """
    try:
        return mirror.mirror(log_id)
    except Exception as error:  # the library's errors are many; none of them may matter to money
        log.warning("mirror.failed", log_id=log_id, error=str(error))
        raise self.retry(exc=error, countdown=30 * 2**self.request.retries) from error


@shared_task(name="payments.tasks.look_up_intent")
def look_up_intent(row_id: int) -> str:
    """Asks Stripe how an intent stands: when the buyer is back and no webhook has come."""
    return look_up(row_id).status


@shared_task(name="payments.tasks.send_refund")
def send_refund(refund_id: int) -> str:
    """Sends a refund's card part."""
    return sending.send_refund(refund_id).status


@shared_task(name="payments.tasks.expire_checkouts")
def expire_checkouts() -> int:
    """Ends what was not paid in time."""
    return expiry.expire_due()


@shared_task(name="payments.tasks.sweep_payments")
def sweep_payments() -> dict[str, int]:
    """Finishes what a dead process or a silent Stripe left open, in small bounded steps."""
    return {
        "looked_up": _each(stale_intents(), look_up),
        "given_back": _each(change_method.failed_with_reserve(), change_method.give_back_reserved),
        "unapplied": _each(unapplied_payments.due_intents(), unapplied_payments.refund_unapplied),
        "fees": _each(stripe_fees.unsettled_intents(), stripe_fees.settle_fee),
        "refunds": _each(sending.due_refunds(), sending.send_refund),
        "disputes": _each(find_disputes.due_disputes(), find_disputes.look_up_dispute),
        "evidence": _each(submit.unsent(), submit.send)
        + _each(submit.unanswered_at_their_time(), submit.submit_by_itself),
        "reminded": _each(reminders.due_reminders(), reminders.remind),
        "mirrored": _each(mirror.missing(), mirror.mirror),
    }


@shared_task(name="payments.tasks.move_cases")
def move_cases() -> int:
    """Moves cases on whose deadline is over; returns how many were looked at."""
    return _each(deadlines.overdue(), deadlines.move_on)


@shared_task(name="payments.tasks.watch_ledger")
def watch_ledger() -> list[str]:
    """Looks at every balance and at all that is new in the books; the names of the checks that do not hold."""
    return [finding.check.name for finding in ledger_watch.watch()]


@shared_task(
    name="payments.tasks.verify_ledger",
    soft_time_limit=policy.LEDGER_VERIFY_MOST_SECONDS,
    time_limit=policy.LEDGER_VERIFY_MOST_SECONDS + 60,
)
def verify_ledger() -> list[str]:
    """Proves all of the books; the names of the checks that do not hold."""
    return [finding.check.name for finding in ledger_watch.verify()]


@shared_task(name="payments.tasks.find_disputes")
def find_new_disputes() -> int:
    """Looks for disputes, and for warnings of fraud, at Stripe that no event told us of."""
    return find_disputes.find_new_disputes() + fraud_warnings.find_new_warnings()


@shared_task(name=documents.ISSUE_TASK)
def issue_documents() -> int:
    """Draws the numbers of the documents that are asked for; asked for by events, and by the timetable as the sweeper."""
    task_wakeup.started(documents.ISSUE_TASK)
    return numbering.issue_due()


@shared_task(name=numbering.RENDER_TASK)
def render_documents() -> int:
    """Makes the files of numbered documents."""
    task_wakeup.started(numbering.RENDER_TASK)
    return rendering.render_due()


@shared_task(name="payments.tasks.invoice_fees")
def invoice_fees() -> int:
    """Asks for the fee invoices of the month that is over."""
    return documents.ask_for_fee_invoices()


def _each(ids: Iterable[int], do: Callable[[int], object]) -> int:
    """Does each for the length of a turn; one that Stripe leaves open, or refuses, is logged and comes round again."""
    done = 0
    for one in time_budget.until_deadline(ids, seconds=policy.SWEEP_RUN_SECONDS):
        try:
            do(one)
            done += 1
        except (outcomes.Unknown, outcomes.Refused) as error:
            log.warning("sweep.left_open", step=getattr(do, "__name__", "?"), id=one, error=str(error))
            tell_staff(error)
        except Exception:  # one row that breaks must not keep the others waiting
            log.exception("sweep.broke", step=getattr(do, "__name__", "?"), id=one)
    return done
