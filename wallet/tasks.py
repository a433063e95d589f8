"""The wallet's background jobs, for the timetable."""

from celery import shared_task

from wallet import approvals, checkpoints


@shared_task(name="wallet.tasks.move_checkpoints")
def move_checkpoints() -> int:
    """Keeps the sums of the platform's accounts short."""
    return checkpoints.move_checkpoints()


@shared_task(name="wallet.tasks.expire_approvals")
def expire_approvals() -> int:
    """Lapses staff requests that nobody decided."""
    return approvals.expire_due()
