"""The books watch themselves: what was tampered with opens an incident within ten minutes, and nothing is passed over."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from banibs.celery import app
from banibs.core import audit, events
from banibs.core.staff import work_queues
from banibs.periodic_jobs import TIMETABLE
from banibs.users.models import User
from payments import incidents, policy
from payments.models import Incident
from payments.reconciliation import ledger_watch
from payments.tasks import verify_ledger, watch_ledger
from tests import market as scene
from tests import people
from tests.shopping import buys
from wallet import ledger, payout_pause, verified
from wallet import policy as wallet_policy
from wallet.models import PayoutPause, Verified
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db


def tamper(sql: str) -> None:
    """With the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


def stolen(number: int = 1) -> None:
    """A movement that no row stands for."""
    moved = Transfer("platform:revenue", "user:9:wallet", 100)
    with transaction.atomic():
        ledger.post(Posting(f"refund:{number}:posted", "order_refunded", "GBP", (moved,)))


def test_the_timetable_asks_every_ten_minutes_and_every_night() -> None:
    task, every = TIMETABLE["watch_ledger"]
    assert (task, every) == (watch_ledger.name, 600)
    assert policy.LEDGER_WATCHED_EVERY.total_seconds() == every
    assert TIMETABLE["verify_ledger"][0] == verify_ledger.name
    limit = app.tasks[verify_ledger.name].soft_time_limit
    assert limit == policy.LEDGER_VERIFY_MOST_SECONDS


def test_good_books_open_nothing() -> None:
    market = scene.opened(wallet=20_000)
    buys(market, (market.basket, 1))
    assert watch_ledger() == verify_ledger() == []
    assert not Incident.objects.exists()
    assert not payout_pause.payouts_paused()


def test_a_balance_that_was_tampered_with_opens_one_incident(ike: User) -> None:
    market = scene.opened(wallet=20_000)
    buys(market, (market.basket, 1))
    assert watch_ledger() == []
    code = f"user:{market.amara.pk}:wallet"
    tamper(f"UPDATE wallet_account SET balance = balance + 1 WHERE code = '{code}'")
    assert set(watch_ledger()) == {"wallet.balance_is_its_last_line", "wallet.sums_to_zero"}
    incident = Incident.objects.get(key__startswith="ledger_check:wallet.balance_is_its_last_line:")
    assert (incident.kind, incident.closed_at) == ("ledger_check", None)
    assert f"code={code}" in incident.detail
    assert payout_pause.payouts_paused()
    pause = PayoutPause.objects.get(key="ledger_check:wallet.balance_is_its_last_line")
    assert incident.key in pause.reason
    (queue,) = [one for one in work_queues.waiting(ike) if one.queue.name == "payments.incidents"]
    assert queue.count == 2

    watch_ledger()
    verify_ledger()  # finds more: that the transfers do not add up to it
    kinds = Incident.objects.filter(key__startswith="ledger_check:wallet.balance_is_its_last_line:")
    assert kinds.count() == 1
    assert PayoutPause.objects.filter(key=pause.key).count() == 1

    incidents.close_incident(incident.pk, actor=events.SYSTEM, note="Looked into")
    scene.forward(seconds=2)
    watch_ledger()
    assert kinds.count() == 2  # it is still so: another incident


def test_what_is_new_is_looked_at_and_what_is_settled_is_left_to_the_night() -> None:
    stolen()
    assert watch_ledger() == ["payments.refunds_are_booked"]
    for _ in range(3):
        settle()
        if not watch_ledger():
            break
    assert watch_ledger() == []
    assert set(verify_ledger()) >= {"payments.refunds_are_booked", "payments.revenue", "payments.wallets"}
    stolen(2)
    assert watch_ledger() == ["payments.refunds_are_booked"]


def settle() -> None:
    """As if what was seen had been seen long ago, by a transaction that is over."""
    Verified.objects.update(seen_before=1)


def test_a_row_that_something_happened_to_is_new_again() -> None:
    """A sale that was looked at and is settled; then its seller clears it, and the row says otherwise than the books."""
    market = scene.opened(wallet=20_000)
    order = buys(market, (market.basket, 1)).orders.get()
    for _ in range(3):
        watch_ledger()
        settle()
    type(order).objects.filter(pk=order.pk).update(
        tax=order.tax - 1, marketplace_fee=order.marketplace_fee + 1
    )
    assert watch_ledger() == []
    events.record(events.New("order.noted", order, events.SYSTEM))
    assert watch_ledger() == ["payments.booked_as_sold"]


def test_nothing_is_settled_before_an_end_that_has_been_reached() -> None:
    """What a run saw counts from the next one on, and only when every transaction that had begun is over."""
    stolen()
    first = verified.begin(["wallet_movement"])
    assert (first.since["wallet_movement"], first.settled["wallet_movement"]) == (0, 0)
    verified.end(first)
    waits = verified.begin(["wallet_movement"])
    assert waits.settled["wallet_movement"] == 0  # this very transaction is still running
    settle()
    later = verified.begin(["wallet_movement"])
    assert later.settled["wallet_movement"] == first.seen["wallet_movement"] > 0
    assert later.since["wallet_movement"] == 0
    verified.end(later)
    assert verified.begin(["wallet_movement"]).since == later.settled


def test_of_long_books_that_nobody_looked_at_the_newest_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wallet_policy, "VERIFIED_AT_ONCE", 2)
    stolen(1)
    for number in range(2):
        scene.credit(people.person(f"{number}@example.com", name="Someone"), 100)
    assert watch_ledger() == []
    stolen(2)
    assert watch_ledger() == ["payments.refunds_are_booked"]


def test_a_mark_from_another_servers_back_up_is_not_believed() -> None:
    stolen()
    verified.end(verified.begin(["wallet_movement"]))
    Verified.objects.update(seen_before=2**60, seen={"wallet_movement": 10**9})
    assert verified.begin(["wallet_movement"]).settled == {"wallet_movement": 0}


@pytest.mark.django_db(transaction=True)
def test_a_movement_whose_transaction_ran_long_is_not_passed_over() -> None:
    """Its number is lower than one that was looked at, and it commits after: it is looked at then."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                moved = Transfer("platform:revenue", "platform:promotions", 100)
                ledger.post(Posting("refund:1:posted", "order_refunded", "GBP", (moved,)))
                begun.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert begun.wait(30)
        market = scene.opened(wallet=20_000)
        buys(market, (market.basket, 1))
        for _ in range(3):
            assert ledger_watch.watch() == []
    finally:
        go_on.set()
        thread.join()
    assert [one.check.name for one in ledger_watch.watch()] == ["payments.refunds_are_booked"]


def test_a_quick_run_reads_no_more_when_the_books_are_long() -> None:
    """Every check that is asked of what is new names the tables that it means."""
    tables = audit.tables(audit.checks())
    assert {"wallet_movement", "core_event", "payments_refund", "marketplace_order"} <= tables
    for check in audit.checks():
        assert not (check.quick and check.recent)
