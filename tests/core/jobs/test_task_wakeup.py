"""One message wakes the worker however many rows wait, and none is forgotten."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from celery import Celery
from django.conf import settings
from django.core.cache import cache

from banibs.core import policy as core_policy
from banibs.core import tasks
from banibs.core.jobs import task_wakeup
from banibs.core.models import Delivery
from banibs.notifications.models import Notice
from tests import market as scene
from tests.concurrency import at_once
from tests.shopping import buys

TASK = "banibs.core.tasks.deliver_events"


@dataclass
class Queue:
    """A queue that no worker reads, so that what was put into it can be counted."""

    app: Celery

    def messages(self) -> int:
        """How many wait in it."""
        with self.app.connection_for_read() as connection:
            return int(connection.default_channel.client.llen(self.app.conf.task_default_queue))

    def lose(self) -> None:
        """Forgets them, as a broker that was killed."""
        self.app.control.purge()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """The queue that the tests' wakes go to."""
    app = Celery("quiet", broker=settings.CELERY_BROKER_URL, set_as_current=False)
    app.conf.task_default_queue = f"quiet-{uuid.uuid4().hex}"
    monkeypatch.setattr(task_wakeup, "current_app", app)
    cache.clear()
    one = Queue(app)
    yield one
    one.lose()


def test_a_crowd_asks_once_until_the_worker_begins(queue: Queue) -> None:
    for _row in range(50):
        task_wakeup.request_run(TASK)
    assert queue.messages() == 1

    task_wakeup.started(TASK)
    task_wakeup.request_run(TASK)  # a row that came after the worker looked
    assert queue.messages() == 2


def test_each_task_is_asked_for_by_itself(queue: Queue) -> None:
    task_wakeup.request_run(TASK)
    task_wakeup.request_run("payments.tasks.process_webhooks")
    assert queue.messages() == 2


def test_a_message_that_was_lost_is_made_up_for(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_policy, "TASK_FORGOTTEN_AFTER_SECONDS", 1)
    task_wakeup.request_run(TASK)
    queue.lose()
    task_wakeup.request_run(TASK)
    assert queue.messages() == 0

    time.sleep(1.2)
    task_wakeup.request_run(TASK)
    assert queue.messages() == 1


def test_a_note_that_redis_dropped_asks_once_more_and_no_oftener(queue: Queue) -> None:
    task_wakeup.request_run(TASK)
    cache.delete(f"asked-for:{TASK}")  # evicted
    for _row in range(10):
        task_wakeup.request_run(TASK)
    assert queue.messages() == 2


def test_work_for_named_rows_is_asked_for_each_time(queue: Queue) -> None:
    assert task_wakeup.send("payments.tasks.send_refund", 1)
    assert task_wakeup.send("payments.tasks.send_refund", 2)
    assert queue.messages() == 2


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_tell_each_thing_once() -> None:
    market = scene.opened(wallet=100_000)
    for _ in range(5):
        buys(market, (market.basket, 1), (market.jar, 1))
    owed = Delivery.objects.count()
    assert owed > 0

    answers = at_once([tasks.deliver_events] * 4)

    assert sum(answers) == owed
    assert Delivery.objects.filter(status="done", attempts=1).count() == owed
    notices = Notice.objects.count()
    at_once([tasks.deliver_events] * 4)
    assert Notice.objects.count() == notices > 0
