"""Payouts' background jobs. A task keeps the name under which it may still lie in the queue."""

from celery import shared_task

from banibs.core.jobs import task_wakeup
from payouts import clearing
from payouts.analytics import sums
from payouts.methods import add_method, verify_method
from payouts.schedules import run as schedules
from payouts.sending import look_up, request_payout, send_payout, sync_payout, treasury


@shared_task(name="payments.tasks.clear_funds")
def clear_funds() -> int:
    """Clears every order whose time has come."""
    return clearing.clear_due()


@shared_task(name=request_payout.SEND_TASK)
def send_payouts() -> int:
    """Sends every payout that waits and may go."""
    task_wakeup.started(request_payout.SEND_TASK)
    return send_payout.send_due()


@shared_task(name="payouts.tasks.run_payout_schedules")
def run_payout_schedules() -> int:
    """Asks for the payouts that are due by schedule, each due date once."""
    return schedules.run_due()


@shared_task(name="payouts.tasks.look_up_payouts")
def look_up_payouts() -> int:
    """Asks providers how attempts fare of which no event has told: the sweeper behind every call."""
    return look_up.look_up_due()


@shared_task(name=sync_payout.LOOK_UP_TASK)
def look_up_attempt(attempt_id: int) -> None:
    """Asks the provider of one attempt now."""
    look_up.look_up(attempt_id)


@shared_task(name="payouts.tasks.sum_sales")
def sum_sales() -> int:
    """Sums the sales of shops that were never summed, or whose clock changed."""
    return sums.sum_due()


@shared_task(name=add_method.CHECK_TASK)
def check_methods() -> int:
    """Asks the providers of destinations that are being checked."""
    task_wakeup.started(add_method.CHECK_TASK)
    return verify_method.check_due()


@shared_task(name="payouts.tasks.lapse_offers")
def lapse_offers() -> int:
    """Cancels payouts in crypto whose offer nobody accepted in time."""
    return treasury.lapse_due()
