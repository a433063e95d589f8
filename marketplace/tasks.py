"""The market's background jobs."""

from celery import shared_task

from marketplace.catalogue import page_views
from marketplace.orders import transitions
from marketplace.sellers import file_scans, shops


@shared_task(name="marketplace.tasks.complete_orders")
def complete_orders() -> int:
    """Completes what was sent 14 days ago, a bounded number at a time until none is left."""
    done = 0
    while count := transitions.complete_due():
        done += count
    return done


@shared_task(name="marketplace.tasks.reopen_shops")
def reopen_shops() -> int:
    """Opens paused shops on the day that they named."""
    return shops.reopen_due()


@shared_task(name="marketplace.tasks.scan_files")
def scan_files() -> int:
    """Scans uploads that the virus scanner did not answer for when they came."""
    return file_scans.scan_waiting()


@shared_task(name="marketplace.tasks.move_views")
def move_views() -> int:
    """Makes rows of the views that were counted since."""
    return page_views.move()


@shared_task(name="marketplace.tasks.fold_views")
def fold_views() -> None:
    """Makes one row of the days of each month that is over for long."""
    page_views.fold()
