"""Core's background jobs."""

from celery import shared_task

from banibs.core import events, policy
from banibs.core.jobs import event_delivery, task_wakeup


@shared_task(name="banibs.core.tasks.deliver_events")
def deliver_events() -> int:
    """Delivers due events; asked for after each commit that recorded one, and by the timetable as the sweeper."""
    task_wakeup.started(events.DELIVER_TASK)
    tried = event_delivery.deliver_due()
    if tried == policy.EVENTS_AT_ONCE:
        events.request_delivery()
    return tried
