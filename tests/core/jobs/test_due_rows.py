"""One due row at a time: locked while it is worked on, tried again later, never worked on by two."""

import threading

import pytest
from django.db import connection

from banibs.core import policy
from banibs.core.clock import Now
from banibs.core.jobs import due_rows
from banibs.core.models import Delivery, Event

pytestmark = pytest.mark.django_db(transaction=True)


def deliveries(count: int) -> list[Delivery]:
    """Rows that are due; nobody asked for the event, so that no worker of the project takes them."""
    event = Event.objects.create(subject_type="order", subject_id=1, kind="order.created")
    return [Delivery.objects.create(event=event, subscriber=f"test-{n}") for n in range(count)]


def take(work: list[str]) -> bool:
    def done(row: Delivery) -> None:
        Delivery.objects.filter(pk=row.pk).update(status="done")

    def failed(row: Delivery, error: Exception) -> None:
        Delivery.objects.filter(pk=row.pk).update(due_at=Now() + policy.retry_wait(1), error=str(error))

    def worked(row: Delivery) -> None:
        work.append(row.subscriber)
        if row.subscriber == "test-0":
            Delivery.objects.create(event=row.event, subscriber="effect")
            raise ValueError("refused")

    due = Delivery.objects.filter(status="pending", due_at__lte=Now()).order_by("id")
    return due_rows.work_on_next(due, worked, done=done, failed=failed)


def test_a_failure_undoes_its_own_effect_and_holds_up_no_other_row() -> None:
    deliveries(2)
    worked: list[str] = []

    assert due_rows.work_on_all(lambda: take(worked), batch=10) == 2

    assert worked == ["test-0", "test-1"]
    assert not Delivery.objects.filter(subscriber="effect").exists()
    assert list(Delivery.objects.order_by("id").values_list("status", "error")) == [
        ("pending", "refused"),
        ("done", ""),
    ]


def test_a_batch_ends_where_it_is_told_to() -> None:
    deliveries(3)
    assert due_rows.work_on_all(lambda: take([]), batch=2) == 2


def test_a_row_that_is_worked_on_is_passed_over_by_others() -> None:
    first, second = deliveries(2)
    held, free = threading.Event(), threading.Event()

    def slowly(_row: Delivery) -> None:
        held.set()
        assert free.wait(20)

    def hold() -> None:
        due = Delivery.objects.order_by("id")
        due_rows.work_on_next(due, slowly, done=lambda _row: None, failed=lambda _row, _error: None)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    assert held.wait(20)
    worked: list[str] = []
    assert due_rows.work_on_all(lambda: take(worked), batch=10) == 1
    free.set()
    worker.join(20)

    assert worked == [second.subscriber]
    assert Delivery.objects.get(pk=first.pk).status == "pending"


def test_waiting_doubles() -> None:
    assert [policy.retry_wait(n).total_seconds() / 60 for n in (1, 2, 10)] == [2, 4, 1024]
