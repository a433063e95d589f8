"""Background work: the worker's rules, and the timetable. Every scheduled job stands on this one screen."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")

app = Celery("banibs", task_cls="banibs.jobs:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

# name → (task, when: seconds or a crontab in UTC). One run at a time of each; the last run shows in /readyz.
TIMETABLE = {
    "heartbeat": ("banibs.jobs.heartbeat", 10),
    "deliver_events": ("banibs.core.tasks.deliver_events", 5),
    "send_letters": ("banibs.notifications.tasks.send_letters", 30),
    "expire_checkouts": ("payments.tasks.expire_checkouts", 60),
    "clear_funds": ("payments.tasks.clear_funds", 300),
    "retry_webhooks": ("payments.tasks.retry_webhooks", 30),
    "sweep_payments": ("payments.tasks.sweep_payments", 60),
    "complete_orders": ("marketplace.tasks.complete_orders", crontab(minute="7")),
    "reopen_shops": ("marketplace.tasks.reopen_shops", crontab(minute="12")),
    "move_checkpoints": ("wallet.tasks.move_checkpoints", crontab(minute="*/10")),
    "expire_approvals": ("wallet.tasks.expire_approvals", crontab(minute="11")),
    "clear_sessions": ("banibs.jobs.clear_old_rows", crontab(minute="20", hour="3")),
}

app.conf.beat_schedule = {
    name: {
        "task": task,
        "schedule": when,
        # Not run late: the next turn does the same work, and a worker that was away is not flooded.
        "options": {"expires": when if isinstance(when, int) else 600, "headers": {"timetable": name}},
    }
    for name, (task, when) in TIMETABLE.items()
}


@worker_init.connect
@beat_init.connect
def refuse_weak_secrets(**_: object) -> None:
    """The background starts under the same conditions as the web server."""
    from banibs.checks import require_secrets

    require_secrets()
