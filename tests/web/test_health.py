"""Health: what answers, what is away, when the background last worked."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from banibs import jobs
from banibs.celery import app
from banibs.periodic_jobs import TIMETABLE
from tests.servers import Servers, eventually

AWAY = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


def test_healthz_touches_nothing(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_names_its_engines_the_worker_and_every_job(client: Client) -> None:
    jobs.note("expire_checkouts", outcome="done", seconds=0.25)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["database"], body["redis"]) == ("ok", "ok")
    assert body["worker_last_seen"] is None
    assert set(body["jobs"]) == set(TIMETABLE)
    assert body["jobs"]["expire_checkouts"]["outcome"] == "done"


@pytest.mark.django_db
@override_settings(CACHES=AWAY)
def test_without_redis_it_is_not_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["redis"] == "unavailable"
    assert answer.json()["database"] == "ok"


def test_a_worker_shows_itself(live: Servers) -> None:
    app.send_task("banibs.jobs.heartbeat")
    assert eventually(jobs.worker_seen)


def test_a_job_of_the_timetable_runs_once_at_a_time_and_is_noted(live: Servers) -> None:
    headers = {"timetable": "heartbeat"}
    app.send_task("banibs.jobs.heartbeat", headers=headers)
    assert eventually(lambda: jobs.last_runs()["heartbeat"])["outcome"] == "done"

    cache.delete_many([jobs.SEEN, "job:heartbeat:last"])
    cache.set("job:heartbeat:running", "another", timeout=60)
    app.send_task("banibs.jobs.heartbeat", headers=headers)
    app.send_task("banibs.jobs.heartbeat")
    assert eventually(jobs.worker_seen), "asked for by code, it is not held back"
    assert jobs.last_runs()["heartbeat"] is None


@pytest.mark.django_db
def test_every_job_of_the_timetable_exists() -> None:
    app.loader.import_default_modules()
    assert {task for task, _ in TIMETABLE.values()} <= set(app.tasks)


def test_metrics_are_for_who_shows_the_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    with override_settings(METRICS_TOKEN="spindle", PROMETHEUS_MULTIPROC_DIR=""):
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        shown = client.get("/metrics", headers={"Authorization": "Bearer spindle"})
    assert shown.status_code == 200
    assert b"django_http_requests" in shown.content
