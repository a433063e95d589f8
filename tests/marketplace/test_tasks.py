"""Orders complete by themselves 14 days after they were sent, by our clock, once, unless somebody disputes them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from banibs.core import events
from marketplace import tasks
from marketplace.models import Order
from marketplace.orders import transitions
from tests import market as scene
from tests.shopping import buys

pytestmark = pytest.mark.django_db


def days_later(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_clockoffset (id, "offset") VALUES (1, make_interval(days => %s))
               ON CONFLICT (id) DO UPDATE SET "offset" = excluded."offset" """,
            [days],
        )


def sent() -> Order:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    return transitions.fulfil(order.pk, actor=events.Actor.person(market.kofi.user, role="seller"))


def status(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_fourteen_days_later_it_counts_as_received() -> None:
    order = sent()
    days_later(13)
    assert tasks.complete_orders() == 0
    days_later(14)
    assert tasks.complete_orders() == 1
    assert status(order) == "completed"
    assert tasks.complete_orders() == 0


def test_what_is_disputed_waits() -> None:
    order = sent()
    Order.objects.update(dispute="open")
    days_later(30)
    assert tasks.complete_orders() == 0
    assert status(order) == "fulfilled"


def test_what_was_not_sent_waits() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    days_later(30)
    assert tasks.complete_orders() == 0
    assert status(order) == "paid"


def test_both_jobs_can_be_run_by_hand() -> None:
    sent()
    days_later(14)
    said = StringIO()
    call_command("complete_orders", stdout=said)
    call_command("expire_checkouts", stdout=said)
    assert said.getvalue() == "1 orders completed.\n0 expired.\n"
