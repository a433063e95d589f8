"""From paid to received: what is told of a parcel, and which orders count as received by themselves."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from banibs.core import events
from banibs.core.models import Event
from banibs.core.states.state_machine import InvalidTransition
from marketplace.models import Order
from marketplace.orders import transitions
from tests import market as scene
from tests.concurrency import at_once
from tests.shopping import buys

pytestmark = pytest.mark.django_db(transaction=True)
KOFI = events.Actor(type="seller", name="Kofi")


def paid() -> Order:
    market = scene.opened()
    return buys(market, (market.basket, 1)).orders.get()


def told() -> object:
    return Event.objects.get(kind="order.fulfilled").data


@pytest.mark.parametrize(
    ("parcel", "said"),
    [
        ({"carrier": "Royal Mail", "tracking": "RM1"}, {"carrier": "Royal Mail", "tracking": "RM1"}),
        ({"tracking": "RM1"}, {"carrier": "", "tracking": "RM1"}),
        ({"carrier": "Royal Mail"}, {"carrier": "Royal Mail", "tracking": ""}),
        ({}, {}),
    ],
)
def test_the_timeline_says_of_a_parcel_what_kofi_said(parcel: dict[str, str], said: dict[str, str]) -> None:
    transitions.fulfil(paid().pk, actor=KOFI, **parcel)
    assert told() == said


def test_a_long_carrier_and_a_long_tracking_number_are_kept_as_far_as_there_is_room() -> None:
    order = transitions.fulfil(paid().pk, actor=KOFI, carrier=f" {'c' * 70} ", tracking=f" {'t' * 90} ")
    order.refresh_from_db()
    assert (order.carrier, order.tracking) == ("c" * 60, "t" * 80)


def test_a_buyer_says_that_it_came_but_not_while_her_bank_disputes_it() -> None:
    order = transitions.fulfil(paid().pk, actor=KOFI)
    Order.objects.update(dispute=Order.Dispute.OPEN)
    with pytest.raises(InvalidTransition):
        transitions.complete(order.pk, actor=events.SYSTEM)
    order.refresh_from_db()
    assert (order.status, order.completed_at) == ("fulfilled", None)

    Order.objects.update(dispute=Order.Dispute.NONE)
    assert transitions.complete(order.pk, actor=events.SYSTEM).status == "completed"


def test_an_order_that_somebody_is_at_work_on_keeps_no_other_waiting() -> None:
    market = scene.opened()
    first, second = (buys(market, (market.basket, 1)).orders.get() for _ in range(2))
    for order in (first, second):
        transitions.fulfil(order.pk, actor=KOFI)
    scene.forward(days=15)
    locked, done = threading.Event(), threading.Event()

    def at_work() -> None:
        with transaction.atomic():
            transitions.lock([first.pk])
            locked.set()
            done.wait(20)

    def the_job() -> int:
        locked.wait(20)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return transitions.complete_due()
        finally:
            done.set()

    _worked, completed = at_once([at_work, the_job])

    assert completed == 1
    assert Order.objects.get(status="completed") == second
    assert transitions.complete_due() == 1
