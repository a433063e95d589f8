"""Payouts' background jobs. A task keeps the name under which it may still lie in the queue."""

from celery import shared_task

from payouts import clearing


@shared_task(name="payments.tasks.clear_funds")
def clear_funds() -> int:
    """Clears every order whose time has come."""
    return clearing.clear_due()
