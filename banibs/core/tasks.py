"""Core's background jobs."""

from celery import shared_task

from banibs.core import delivery, events, waking


@shared_task(name="banibs.core.tasks.deliver_events")
def deliver_events() -> int:
    """Delivers due events; asked for after each commit that recorded one, and by the timetable as the sweeper."""
    waking.begun(events.DELIVER_TASK)
    tried = delivery.deliver_due()
    if tried == delivery.BATCH:
        events.wake()
    return tried
