"""A hundred thousand orders become due on one morning: one run clears them all. Goal: a minute (docs "Speed").

Everyday size is two thousand. The biggest shop has half of them.
"""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banibs.core import audit, clock, events
from banibs.core.models import Event
from banibs.users.models import User
from marketplace.models import Order, Seller
from marketplace.orders import transitions
from payouts import clearing, policy
from payouts.statements import csv_file
from tests import market as scene
from tests.payouts.many_orders import copies
from tests.shopping import buys
from tests.wallet.books import broken
from wallet import ledger
from wallet.models import Movement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

ORDERS, SHOPS = (100_000, 200) if os.environ.get("BANIBS_SOAK") else (2_000, 10)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def test_everything_that_is_due_clears_in_one_run() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    order.refresh_from_db()
    many = {seller.pk: ORDERS // 2 // SHOPS for seller in shops(market.kofi)} | {market.kofi.pk: ORDERS // 2}
    for seller, times in many.items():
        copies(order, seller_id=seller, many=times)
    scene.forward(days=3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE marketplace_order")

    started = time.monotonic()
    pending = clearing.clearing_of(market.kofi)["GBP"]
    assert pending.total.amount == order.held * (ORDERS // 2 + 1)
    print(f"what clears when, of {ORDERS // 2:,} orders: {(time.monotonic() - started) * 1000:.0f} ms")

    started = time.monotonic()
    with CaptureQueriesContext(connection) as captured:
        assert clearing.clear_due() == min(ORDERS + 1, policy.ORDERS_CLEARED_PER_RUN)
    took = time.monotonic() - started
    clearing.clear_due()

    print(f"{ORDERS:,} orders of {len(many)} shops cleared in {took:.1f} s, {len(captured)} statements")
    assert len(captured) < 8 * (SHOPS + ORDERS // 2 // policy.ORDERS_CLEARED_AT_ONCE + 3)
    assert not Order.objects.filter(cleared_at=None).exists()
    assert Movement.objects.filter(kind="funds_cleared").count() == ORDERS + 1
    assert Event.objects.filter(kind="order.cleared").count() == ORDERS + 1
    for seller, times in many.items():
        held = ledger.seller_balances(seller)["GBP"]
        assert (held["pending"], held["available"]) == (0, order.held * (times + (seller == order.seller_id)))
    started = time.monotonic()
    lines = sum(1 for _ in csv_file.table(market.kofi.pk, "GBP", since=LONG_AGO, until=clock.now()))
    print(f"a statement of {lines:,} lines: {time.monotonic() - started:.1f} s")
    assert lines > ORDERS // 2
    assert broken() == ["wallet.demo_credits"]  # where the copies' money came from
    cleared = [one for one in audit.checks() if one.name == "payments.cleared_is_booked_once"]
    assert [finding.holds for finding in audit.run(cleared)] == [True]


def shops(like: Seller) -> list[Seller]:
    """Shops of people of their own."""
    password = make_password(None)
    people = User.objects.bulk_create(
        User(email=f"maker{n}@example.com", name=f"Maker {n}", password=password) for n in range(SHOPS)
    )
    return Seller.objects.bulk_create(
        Seller(
            user=person, name=person.name, slug=f"maker-{person.pk}", country=like.country, status="active"
        )
        for person in people
    )
