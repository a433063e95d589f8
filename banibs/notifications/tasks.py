"""The notices' background job."""

from celery import shared_task

from banibs.core.jobs import task_wakeup
from banibs.notifications import emails, policy


@shared_task(name="banibs.notifications.tasks.send_letters")
def send_emails() -> int:
    """Sends letters that are due; asked for after each commit that wrote one, and by the timetable as the sweeper."""
    task_wakeup.started(emails.TASK)
    tried = emails.send_due()
    if tried == policy.EMAILS_AT_ONCE:
        emails.request_run()
    return tried
