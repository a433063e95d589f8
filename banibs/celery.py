"""Background work: the worker's rules, and the timetable. Every scheduled job stands on this one screen."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from banibs.periodic_jobs import DEVELOPMENT_TIMETABLE, TIMETABLE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")

app = Celery("banibs", task_cls="banibs.jobs:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)

app.conf.beat_schedule = {
    name: {
        "task": task,
        "schedule": when,
        # Not run late: the next turn does the same work, and a worker that was away is not flooded.
        "options": {"expires": when if isinstance(when, int) else 600, "headers": {"timetable": name}},
    }
    for name, (task, when) in (TIMETABLE | (DEVELOPMENT_TIMETABLE if settings.DEVELOPMENT else {})).items()
}


@worker_init.connect
@beat_init.connect
def refuse_weak_secrets(**_: object) -> None:
    """The background starts under the same conditions as the web server."""
    from banibs.checks import require_secrets

    require_secrets()
