"""What Kofi reads of money that is not his yet: every amount with its day, or with what it waits for."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banibs.core import events
from banibs.core.clock import now
from banibs.core.models import ClockOffset
from marketplace.models import Order
from marketplace.orders import transitions
from payouts import clearing, policy
from tests import market as scene
from tests.payouts.many_orders import copies
from tests.shopping import buys
from wallet import ledger

pytestmark = pytest.mark.django_db


def clock(moment: dt.datetime) -> None:
    moved, _new = ClockOffset.objects.get_or_create(pk=1, defaults={"offset": dt.timedelta()})
    moved.offset += moment - now()
    moved.save()


def sold(market: scene.Market, *, sent: bool = True) -> Order:
    order = buys(market, (market.basket, 1)).orders.get()
    if sent:
        transitions.fulfil(order.pk, actor=events.SYSTEM)
    order.refresh_from_db()
    return order


def adds_up(market: scene.Market) -> None:
    """What is read is what the ledger has as pending, in each currency."""
    pending = {
        currency: held["pending"]
        for currency, held in ledger.seller_balances(market.kofi.pk).items()
        if held["pending"]
    }
    found = clearing.clearing_of(market.kofi)
    assert {currency: one.total.amount for currency, one in found.items()} == pending
    for one in found.values():
        parts = [part.amount.amount for part in (*one.days, *one.waits)]
        assert sum(parts) == one.total.amount


def test_each_amount_has_its_day_or_its_reason_and_a_link() -> None:
    market = scene.opened(wallet=100_000)
    sent, unsent, in_case, disputed = (
        sold(market),
        sold(market, sent=False),
        sold(market),
        sold(market),
    )
    Order.objects.filter(pk=in_case.pk).update(case_open=True)
    Order.objects.filter(pk=disputed.pk).update(dispute="open", case_open=True)
    scene.forward(days=1)
    late = [sold(market), sold(market)]

    found = clearing.clearing_of(market.kofi)["GBP"]

    assert sent.paid_at is not None
    assert late[0].paid_at is not None
    assert [(one.day, one.amount.amount, one.orders) for one in found.days] == [
        ((sent.paid_at + dt.timedelta(days=2)).date(), sent.seller_net, 1),
        ((late[0].paid_at + dt.timedelta(days=2)).date(), 2 * sent.seller_net, 2),
    ]
    assert found.next == found.days[0]
    assert [(one.reason, one.amount.amount, one.examples[0].number) for one in found.waits] == [
        ("not_sent", unsent.seller_net, unsent.number),
        ("case_open", in_case.seller_net, in_case.number),
        ("dispute_open", disputed.seller_net, disputed.number),
    ]
    assert {one.url for one in found.waits} == {
        f"/seller/orders/{order.number}/" for order in (unsent, in_case, disputed)
    }
    assert "once you have sent it" in str(found.waits[0].text)
    adds_up(market)


def test_several_that_wait_link_to_their_list_and_name_the_oldest() -> None:
    market = scene.opened(wallet=100_000)
    orders = [sold(market, sent=False) for _ in range(4)]
    (waits,) = clearing.clearing_of(market.kofi)["GBP"].waits
    assert (waits.orders, waits.url) == (4, "/seller/orders/?status=to-send")
    assert [one.number for one in waits.examples] == [order.number for order in orders[:3]]
    client = Client()
    client.force_login(market.kofi.user)
    page = client.get(waits.url).content.decode()
    assert all(order.number in page for order in orders)

    Order.objects.update(status="fulfilled", fulfilled_at=now(), dispute="open")
    (waits,) = clearing.clearing_of(market.kofi)["GBP"].waits
    assert waits.url == "/seller/disputes/"
    Order.objects.update(dispute="none", case_open=True)
    (waits,) = clearing.clearing_of(market.kofi)["GBP"].waits
    assert waits.url == "/seller/cases/"
    adds_up(market)


def test_days_are_of_the_shops_own_zone() -> None:
    """23:30 UTC on Saturday is Sunday in Nairobi, and an hour later again where summer time has begun."""
    market = scene.opened(wallet=100_000)
    clock(dt.datetime(2027, 3, 26, 23, 30, tzinfo=dt.UTC))
    sold(market)
    days = {}
    for country, zone in (("GH", "Africa/Accra"), ("KE", "Africa/Nairobi"), ("DE", "Europe/Berlin")):
        market.kofi.country, market.kofi.timezone = country, zone
        days[country] = clearing.clearing_of(market.kofi)["GBP"].days[0].day
    assert days == {
        "GH": dt.date(2027, 3, 28),
        "KE": dt.date(2027, 3, 29),
        "DE": dt.date(2027, 3, 29),  # 01:30 there: the night in which the clocks went forward is behind
    }


def test_sent_late_it_clears_when_it_is_sent_and_what_is_overdue_clears_today() -> None:
    market = scene.opened(wallet=100_000)
    order = sold(market, sent=False)
    scene.forward(days=9)
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    assert [one.day for one in clearing.clearing_of(market.kofi)["GBP"].days] == [now().date()]
    scene.forward(days=3)  # and no run has come
    assert [one.day for one in clearing.clearing_of(market.kofi)["GBP"].days] == [now().date()]
    clearing.clear_due()
    assert clearing.clearing_of(market.kofi) == {}


def test_more_days_than_are_shown_stand_together_in_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "CLEARING_DAYS_SHOWN", 2)
    market = scene.opened(wallet=100_000)
    first = sold(market)
    for _ in range(3):
        scene.forward(hours=12)
        sold(market)
    found = clearing.clearing_of(market.kofi)["GBP"]
    assert sum(one.orders for one in found.days) == 4
    assert len(found.days) == 2
    monkeypatch.setattr(policy, "CLEARING_DAYS_SHOWN", 1)
    (only,) = clearing.clearing_of(market.kofi)["GBP"].days
    assert (only.orders, only.amount.amount, only.later) == (4, 4 * first.seller_net, True)
    adds_up(market)


def test_each_currency_by_itself_and_a_hundred_thousand_orders_in_one_statement() -> None:
    """Those of years ago are not read: what is pending has an index of its own."""
    market = scene.opened(wallet=100_000)
    order = sold(market)
    old = copies(order, seller_id=market.kofi.pk, many=20_000)
    Order.objects.filter(pk__in=old).update(cleared_at=now(), held=0)
    copies(order, seller_id=market.kofi.pk, many=50, currency="USD")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE marketplace_order")
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        found = clearing.clearing_of(market.kofi)
    print(f"{(time.perf_counter() - started) * 1000:.1f} ms")
    assert len(captured) == 1
    assert {currency: one.days[0].orders for currency, one in found.items()} == {"GBP": 1, "USD": 50}
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured.captured_queries[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "order_held_of_seller" in plan
