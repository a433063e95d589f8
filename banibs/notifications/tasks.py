"""The notices' background job."""

from celery import shared_task

from banibs.core import waking
from banibs.notifications import letters


@shared_task(name="banibs.notifications.tasks.send_letters")
def send_letters() -> int:
    """Sends letters that are due; asked for after each commit that wrote one, and by the timetable as the sweeper."""
    waking.begun(letters.TASK)
    tried = letters.send_due()
    if tried == letters.BATCH:
        letters.wake()
    return tried
