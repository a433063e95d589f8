"""The market's background job."""

from celery import shared_task

from marketplace import orders


@shared_task(name="marketplace.tasks.complete_orders")
def complete_orders() -> int:
    """Completes what was sent 14 days ago, a bounded number at a time until none is left."""
    done = 0
    while count := orders.complete_due():
        done += count
    return done
