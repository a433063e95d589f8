"""The test database: copied from a template, put back after each test that commits."""

import pytest
from django.db import connection
from django.db.utils import DatabaseError

from banibs.core.models import Event
from marketplace.models import Region
from tests import database

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_test_commits_is_gone_afterwards_though_triggers_refuse_it() -> None:
    Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.all().delete()

    database.restore()

    assert Event.objects.count() == 0
    Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.all().delete()


def test_what_the_migrations_left_is_put_back() -> None:
    before = list(Region.objects.order_by("pk").values())
    assert before
    Region.objects.update(name="Nowhere")

    database.restore()

    assert list(Region.objects.order_by("pk").values()) == before


def test_every_connection_enforces_triggers_again() -> None:
    database.restore()
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "origin"
