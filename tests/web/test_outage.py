"""An engine that is away is "try again", never a broken page, and never a held one."""

import time

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, override_settings

from banibs.core import events
from banibs.core.jobs import task_wakeup

NO_REDIS = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture
def patient() -> Client:
    """A client that gets error pages as a browser does."""
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_without_the_database_a_page_says_try_again(patient: Client) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        page = patient.get("/browse/")
        answer = patient.get("/api/v1/products/")
    for one in (page, answer):
        assert one.status_code == 503
        assert one.headers["Retry-After"] == "5"
        assert b"closed the connection" not in one.content
    assert answer.json()["error"]["code"] == "temporarily_unavailable"


@pytest.mark.django_db
@override_settings(CACHES=NO_REDIS)
def test_without_redis_a_page_that_needs_it_says_try_again(patient: Client) -> None:
    assert patient.get("/accounts/login/").status_code == 200
    answer = patient.post(
        "/accounts/login/", {"login": "amara@example.com", "password": "a calm indigo river"}
    )
    assert answer.status_code == 503


@pytest.mark.django_db
def test_without_the_broker_nothing_waits_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import Celery

    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.update(
        broker_connection_timeout=1, broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    monkeypatch.setattr(task_wakeup, "current_app", away)
    began = time.monotonic()
    events.request_delivery()
    assert time.monotonic() - began < 4
