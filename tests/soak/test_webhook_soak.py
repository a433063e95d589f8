"""Stripe's events late, ten times, in any order, forged, and with processes killed in between: one final state.

Everyday size is 10 random orders of each story and 300 forgeries; `make soak` is 100 and 10,000. A run prints its seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
import stripe
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from banibs.core import audit, events
from banibs.core.jobs import task_wakeup
from banibs.dev import processes
from banibs.dev.redis_server import Redis
from marketplace.models import Order
from payments import tasks
from payments.charges import purchase, stripe_checkout
from payments.charges.look_up_intent import look_up
from payments.charges.open_intent import open_intent
from payments.charges.sync_intent import _succeeded
from payments.gateways.stripe import stripe_events, stripe_refunds
from payments.models import Intent, Method, Payment, Refund, WebhookLog
from payments.refunds import order_refunds
from payments.webhooks import process
from tests import environment
from tests import market as scene
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe, knock, signed, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
SOAK = bool(os.environ.get("BANIBS_SOAK"))
ORDERS, FORGED, TIMES = (100, 10_000, 10) if SOAK else (10, 300, 10)


def placed(market: scene.Market, method: str) -> Intent:
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=method, expected_total=None)
    return open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def broken() -> list[str]:
    """The promises of the books that do not hold."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def state() -> dict[str, Any]:
    """Everything that must not depend on how the news came."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT a.code, a.currency, sum(t.signed) FROM wallet_account a
                 JOIN (SELECT target_id AS account, amount AS signed FROM wallet_transfer
                       UNION ALL SELECT source_id, -amount FROM wallet_transfer) t ON t.account = a.id
                GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        books = cursor.fetchall()
    return {
        "books": books,
        "payments": list(Payment.objects.order_by("pk").values_list("status", "reserved", "refunded")),
        "intents": list(Intent.objects.order_by("pk").values_list("status", "balance_transaction")),
        "orders": list(Order.objects.order_by("pk").values_list("status", "processing_fee_actual")),
        "refunds": list(Refund.objects.order_by("pk").values_list("status", "stripe_id")),
        "given up": WebhookLog.objects.filter(status="dead").count(),
    }


@dataclass(frozen=True)
class Story:
    """What is at Stripe, and the events about it, before any of them has reached us."""

    name: str
    happened: list[dict[str, Any]]


class Undone(Exception):
    """Takes a try back."""


def paid_by_card(local_stripe: LocalStripe, method: str) -> Story:
    """Declined, then paid; nobody has told us."""
    market = scene.opened(wallet=5_000 if method == Method.WALLET_AND_CARD else 0)
    row = placed(market, method)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.pay(row.stripe_id or "")
    return Story(method, local_stripe.events())


def refunded(local_stripe: LocalStripe, method: str) -> Story:
    """The same, then one shop cancels and the refund is sent, but its answer is lost: all events are news."""
    story = paid_by_card(local_stripe, method)
    look_up(Intent.objects.get().pk)
    order = Order.objects.filter(status="paid").order_by("-total").first()
    assert order is not None
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1",
        intent=Intent.objects.get().stripe_id or "",
        amount=refund.card_part,
        metadata={"banibs_refund": str(refund.pk), "banibs_order": order.number},
    )
    return replace(story, happened=local_stripe.events())


def on_stripes_page(local_stripe: LocalStripe, _method: str) -> Story:
    """Paid on Stripe's own page, whose answer to us was lost too: the events alone know of it."""
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    address = market.amara.addresses.get().snapshot()
    row = stripe_checkout.begin(
        purchase.buy(
            user=market.amara, address=address, method=Method.STRIPE_CHECKOUT, expected_total=None
        ).payment
    )
    card = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "name": "Amara"}
    assert requests.post(
        row.url, data={**card, "email": market.amara.email}, allow_redirects=False, timeout=5
    ).ok
    Intent.objects.filter(pk=row.pk).update(session_id=None, url="", status="created")
    return Story("session", local_stripe.events())


def too_late(local_stripe: LocalStripe, method: str) -> Story:
    """The order has ended here, the card pays there: it goes back, and nobody has told us of any of it."""
    market = scene.opened(wallet=5_000)
    row = placed(market, method)
    Intent.objects.filter(pk=row.pk).update(status="canceled")
    scene.forward(minutes=31)
    tasks.expire_checkouts()
    local_stripe.pay(row.stripe_id or "")
    stripe_refunds.create_refund(
        key=f"intent:{row.pk}:unapplied",
        intent=row.stripe_id or "",
        amount=row.amount,
        metadata={"banibs_intent": str(row.pk), "banibs_reason": "unapplied"},
    )
    return Story("too late", local_stripe.events())


def live_through(story: Story, rng: random.Random) -> dict[str, Any]:
    """Tells all of it in a random order, each ten times, lets the sweeper finish, and takes it all back."""
    told = rng.sample(story.happened * TIMES, len(story.happened) * TIMES)
    ended: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for event in told:
                tell(event)
            for _round in range(3):
                scene.forward(minutes=20)
                tasks.retry_webhooks()
            tasks.sweep_payments()
            ended = state()
            assert broken() == []
            raise Undone
    except Undone:
        return ended


@pytest.mark.parametrize("method", [Method.CARD, Method.WALLET_AND_CARD])
@pytest.mark.parametrize("told", [paid_by_card, refunded])
def test_ten_times_and_in_any_order_it_ends_the_same(
    local_stripe: LocalStripe, told: Callable[[LocalStripe, str], Story], method: str
) -> None:
    end = told_in_any_order(told(local_stripe, method))
    assert end["payments"][0][0] == "succeeded"
    assert end["intents"][0][0] == "succeeded"
    if told is refunded:
        assert [status for status, _id in end["refunds"]] == ["succeeded"]


def test_on_stripes_page_it_ends_the_same_too(local_stripe: LocalStripe) -> None:
    end = told_in_any_order(on_stripes_page(local_stripe, Method.STRIPE_CHECKOUT))
    assert end["payments"][0][0] == "succeeded"
    assert {status for status, _fee in end["orders"]} == {"paid"}


@pytest.mark.parametrize("method", [Method.CARD, Method.WALLET_AND_CARD])
def test_money_that_came_too_late_goes_back_whatever_is_heard_first(
    local_stripe: LocalStripe, method: str
) -> None:
    end = told_in_any_order(too_late(local_stripe, method))
    assert end["intents"][0][0] == "unapplied_refunded"
    assert ("stripe:unapplied", "GBP", 0) in end["books"]
    assert {status for status, _fee in end["orders"]} == {"canceled"}
    assert end["payments"][0] == ("canceled", 0, 0)


def told_in_any_order(story: Story) -> dict[str, Any]:
    """The one end of it, whatever the order."""
    seed = random.randrange(10**6)
    print(f"\nseed {seed}, {len(story.happened)} events, {ORDERS} orders of {TIMES} times each")
    rng = random.Random(seed)
    ends = [live_through(story, rng) for _order in range(ORDERS)]
    different = [
        {part: (ends[0][part], end[part]) for part in end if end[part] != ends[0][part]}
        for end in ends
        if end != ends[0]
    ]
    assert not different, (seed, different[0])
    assert ends[0]["given up"] == 0
    return ends[0]


def test_without_the_look_at_the_rows_state_it_would_not(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = paid_by_card(local_stripe, Method.CARD)
    rng = random.Random(1)
    right = live_through(story, rng)
    guarded = _succeeded

    def forgetful(row: Intent, *rest: Any) -> None:
        row.status = Intent.Status.OPEN
        guarded(row, *rest)

    monkeypatch.setattr("payments.charges.sync_intent._succeeded", forgetful)
    try:
        wrong = live_through(story, rng)
    except AssertionError:  # the audit of the books saw it
        return
    assert wrong != right


def finish() -> None:
    """What the timetable does after the claim of a dead worker has run out."""
    scene.forward(minutes=3)
    tasks.retry_webhooks()
    tasks.sweep_payments()


def is_paid() -> bool:
    return set(Order.objects.values_list("status", flat=True)) == {"paid"}


def check_paid() -> None:
    """Amara has paid once."""
    assert is_paid()
    assert Payment.objects.get().status == "succeeded"
    assert broken() == []


def test_a_worker_killed_in_the_middle_of_an_event(live_cards: Servers, local_stripe: LocalStripe) -> None:
    row = placed(scene.opened(wallet=0), Method.CARD)
    slow = {"do": "slow", "method": "GET", "path": "/v1/*", "count": 100, "seconds": 8}
    local_stripe.control("faults", slow)
    local_stripe.pay(row.stripe_id or "")
    eventually(lambda: WebhookLog.objects.filter(claimed_until__isnull=False).exists())

    processes.stop(live_cards.worker.process, how=signal.SIGKILL)

    local_stripe.control("faults", method="DELETE")
    assert WebhookLog.objects.filter(claimed_until__isnull=False, processed_at=None).exists()
    assert not is_paid()
    live_cards.run_worker_again()
    finish()
    check_paid()


def test_a_web_server_killed_is_told_again_by_stripe(live_cards: Servers, local_stripe: LocalStripe) -> None:
    row = placed(scene.opened(wallet=0), Method.CARD)
    local_stripe.control("wait", {"seconds": 10})
    processes.stop(live_cards.web.process, how=signal.SIGKILL)
    try:
        local_stripe.pay(row.stripe_id or "")
        time.sleep(3)
        assert not WebhookLog.objects.filter(type="payment_intent.succeeded").exists()
    finally:
        live_cards.run_web_again()
    local_stripe.control("clock", {"advance": 120, "tell_app": False})
    eventually(is_paid, seconds=60)
    local_stripe.control("wait", {"seconds": 10})
    finish()
    check_paid()


def test_redis_killed_the_row_is_kept_and_the_sweeper_does_the_work(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = Redis(environment.folder() / f"redis-{uuid.uuid4().hex}")
    broker.start()
    away = Celery("away", broker=broker.url(), set_as_current=False)
    away.conf.update(
        broker_connection_timeout=1, broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    monkeypatch.setattr(task_wakeup, "current_app", away)
    row = placed(scene.opened(wallet=0), Method.CARD)
    local_stripe.pay(row.stripe_id or "")
    happened = local_stripe.events()
    assert knock(json.dumps(happened[0]).encode()).status_code == 200
    assert broker.process is not None
    processes.stop(broker.process, how=signal.SIGKILL)

    for event in happened[1:]:
        assert knock(json.dumps(event).encode()).status_code == 200

    assert WebhookLog.objects.filter(status="pending").count() == len(happened)
    assert not is_paid()
    finish()
    assert process.due_events() == []
    check_paid()


def forge(url: str, n: int) -> int:
    """One request of somebody who is not Stripe: no, another's, an old or a torn signature."""
    body = json.dumps(
        {"id": f"evt_{n}", "object": "event", "type": "payment_intent.succeeded", "data": {"object": {}}}
    )
    told = body.encode()
    header = (
        "",
        signed(told, secret="whsec_guessed"),
        signed(told, at=int(time.time()) - 301),
        signed(told + b" "),
        f"t={int(time.time())},v1={n:064x}",
    )[n % 5]
    answer = requests.post(url, data=told, headers={"Stripe-Signature": header}, timeout=30)
    return answer.status_code


def test_forgeries_store_nothing(live_cards: Servers) -> None:
    url = live_cards.url + reverse("payments:webhook", args=[settings.STRIPE_WEBHOOK_UUID])
    print(f"{FORGED} forgeries")
    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(lambda n: forge(url, n), range(FORGED))) == {400}
    assert WebhookLog.objects.count() == 0


def test_without_the_signature_a_forgery_would_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_events, "verify_webhook", lambda *_args, **_kwargs: None)
    body = json.dumps(
        {"id": "evt_1", "object": "event", "type": "plan.created", "data": {"object": {}}}
    ).encode()
    assert knock(body, header="").status_code == 200
    assert WebhookLog.objects.count() == 1
