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

from banibs.core import waking

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
    monkeypatch.setattr(waking, "current_app", app)
    cache.clear()
    one = Queue(app)
    yield one
    one.lose()


def test_a_crowd_asks_once_until_the_worker_begins(queue: Queue) -> None:
    for _row in range(50):
        waking.wake(TASK)
    assert queue.messages() == 1

    waking.begun(TASK)
    waking.wake(TASK)  # a row that came after the worker looked
    assert queue.messages() == 2


def test_each_task_is_asked_for_by_itself(queue: Queue) -> None:
    waking.wake(TASK)
    waking.wake("payments.tasks.process_webhooks")
    assert queue.messages() == 2


def test_a_message_that_was_lost_is_made_up_for(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "FORGOTTEN_AFTER", 1)
    waking.wake(TASK)
    queue.lose()
    waking.wake(TASK)
    assert queue.messages() == 0

    time.sleep(1.2)
    waking.wake(TASK)
    assert queue.messages() == 1
