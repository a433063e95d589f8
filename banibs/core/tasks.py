"""Core's background jobs."""

from celery import shared_task

from banibs.core import delivery


@shared_task(name="banibs.core.tasks.deliver_events")
def deliver_events() -> int:
    """Delivers due events; asked for after each commit that recorded one, and by the timetable as the sweeper."""
    return delivery.deliver_due()
