"""Answers that never came, refusals that are no answer, news in the wrong order: nothing is paid, or given back, twice.

Every story is told with real commits: what needs a transaction has to open its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests
import stripe
from celery import Celery
from django.conf import settings as project
from django.db import connection
from django.test import Client
from pytest_django import Settings

from banibs.core import audit, events
from banibs.core import policy as core_policy
from banibs.core.jobs import task_wakeup
from banibs.dev import processes
from banibs.dev.redis_server import Redis
from marketplace.models import Order
from payments import tasks
from payments.charges import change_method, expiry, purchase, stripe_checkout
from payments.charges.create_intent import _opened
from payments.charges.look_up_intent import look_up, stale_intents
from payments.charges.open_intent import open_intent, row_for
from payments.charges.sync_intent import lock_payment, sync_intent
from payments.gateways import outcomes
from payments.gateways.stripe import payment_intents, stripe_balance, stripe_refunds
from payments.models import Incident, Intent, Method, Payment, Refund
from payments.reconciliation import stripe_fees
from payments.refunds import order_refunds, send_refund, unapplied_payments
from tests import environment
from tests import market as scene
from tests.concurrency import at_once
from tests.stripe import LocalStripe, tell
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)
ONLINE = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "name": "Amara Okafor"}


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket and Zuri's jar: £72.00."""
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def paid(local_stripe: LocalStripe, market: scene.Market) -> Intent:
    row = opened(placed(market))
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    return row


def given_back_to(local_stripe: LocalStripe, row: Intent) -> list[int]:
    """What the card got back, each time."""
    found = local_stripe.client.v1.refunds.list({"payment_intent": row.stripe_id or "", "limit": 100}).data
    return sorted(one.amount for one in found)


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def balance(code: str) -> int:
    return ledger.balance(code, "GBP").amount


def ended_then_paid(local_stripe: LocalStripe, card: str = "pm_card_visa") -> Intent:
    """Amara's order has ended, Stripe did not hear of it, and her card pays."""
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "", card)
    return row


def test_money_for_nothing_that_the_card_gives_back_is_booked_back(local_stripe: LocalStripe) -> None:
    ended_then_paid(local_stripe, "pm_card_refundFail")
    local_stripe.deliver()
    assert balance("stripe:unapplied") == 0
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    assert {log.status for log in local_stripe.deliver()} <= {"processed", "ignored"}
    assert balance("stripe:unapplied") == 7_200
    assert Incident.objects.get().kind == "unapplied_refund_failed"
    assert broken() == []


def test_money_for_nothing_that_stripe_will_not_send_back_is_told_to_a_person(
    local_stripe: LocalStripe,
) -> None:
    row = ended_then_paid(local_stripe)
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})  # by hand, before we heard
    local_stripe.deliver()
    tasks.sweep_payments()
    assert given_back_to(local_stripe, row) == [7_200]
    assert balance("stripe:unapplied") == 7_200
    assert Incident.objects.filter(kind="unapplied_refund_failed").count() == 1
    assert broken() == []


def sent_and_never_answered(local_stripe: LocalStripe) -> tuple[Intent, Refund]:
    """Kofi cancels; Stripe gives the money back, and its answer and events are lost."""
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    order = Order.objects.get(seller=market.kofi)
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1",
        intent=row.stripe_id or "",
        amount=refund.card_part,
        metadata={"banibs_refund": str(refund.pk), "banibs_order": order.number},
    )
    return row, refund


def a_weekend(local_stripe: LocalStripe) -> None:
    """Longer than Stripe remembers a key."""
    local_stripe.control("clock", {"advance": 60 * 3600, "tell_app": False})
    scene.forward(hours=60)


def test_a_refund_that_was_sent_before_the_weekend_is_not_sent_again_after_it(
    local_stripe: LocalStripe,
) -> None:
    row, refund = sent_and_never_answered(local_stripe)
    a_weekend(local_stripe)
    tasks.sweep_payments()
    refund.refresh_from_db()
    assert (refund.status, given_back_to(local_stripe, row)) == ("succeeded", [refund.card_part])
    assert balance("stripe:refunds") == 0
    assert broken() == []


def test_without_the_look_it_would_be_sent_twice(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_refund, "_sent_long_ago", lambda *_: None)
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    order = Order.objects.get(seller=market.zuri)  # the smaller part: the intent still holds as much again
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Closed", user_id=None)
    assert refund is not None
    told = {"banibs_refund": str(refund.pk), "banibs_order": order.number}
    stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1", intent=row.stripe_id or "", amount=refund.card_part, metadata=told
    )
    a_weekend(local_stripe)
    send_refund.send_refund(refund.pk)
    assert given_back_to(local_stripe, row) == [refund.card_part, refund.card_part]


def test_what_was_given_back_by_hand_is_not_given_again_to_the_wallet(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})
    order = Order.objects.get(seller=market.kofi)
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    send_refund.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, market.wallet()) == ("failed", 0)
    assert balance("stripe:refunds") == refund.card_part  # it stays owed, and a person decides
    assert Incident.objects.filter(kind="refund_refused").count() == 1
    assert send_refund.due_refunds() == []
    assert broken() == []


def test_a_part_given_back_by_hand_that_leaves_too_little_is_a_persons_matter_too(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or "", "amount": 5_000})
    order = Order.objects.get(seller=market.kofi)
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    send_refund.send_refund(refund.pk)
    assert (market.wallet(), given_back_to(local_stripe, row)) == (0, [5_000])
    assert Incident.objects.filter(kind="refund_refused").exists()


def test_an_intent_without_an_answer_is_ended_though_its_order_has(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    lost = {
        "do": "timeout_after_effect",
        "method": "POST",
        "path": "/v1/payment_intents",
        "count": 2,
        "seconds": 0.1,
    }
    local_stripe.control("faults", lost)
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    scene.forward(minutes=31)
    Intent.objects.update(status=Intent.Status.CANCELED)
    assert expiry.expire(payment.pk)
    Intent.objects.update(status=Intent.Status.CREATED)  # an answer that its order's end did not wait for

    tasks.sweep_payments()

    assert Intent.objects.get().status == "canceled"
    (at_stripe,) = local_stripe.client.v1.payment_intents.list({"limit": 10}).data
    assert at_stripe.status == "canceled"
    assert stale_intents() == []


def paid_on_stripes_page(local_stripe: LocalStripe) -> Intent:
    market = scene.opened(wallet=0)
    row = stripe_checkout.begin(placed(market, Method.STRIPE_CHECKOUT))
    card = {"email": market.amara.email, **ONLINE}
    assert requests.post(row.url, data=card, allow_redirects=False, timeout=5).ok
    return row


def test_a_session_heard_of_after_its_money_pays_once_and_nothing_goes_back(
    local_stripe: LocalStripe,
) -> None:
    row = paid_on_stripes_page(local_stripe)
    Intent.objects.filter(pk=row.pk).update(session_id=None, url="", status="created")  # its answer was lost
    happened = local_stripe.events()

    for event in sorted(happened, key=lambda one: one["type"].startswith("checkout.session")):
        tell(event)

    row.refresh_from_db()
    assert row.status == "succeeded"
    assert row.session_id is not None
    assert given_back_to(local_stripe, row) == []
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert broken() == []


def test_a_session_whose_intent_was_heard_of_first_still_has_its_address(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, Method.STRIPE_CHECKOUT)
    row = row_for(payment.pk, kind=Intent.Kind.CHECKOUT_SESSION)
    Intent.objects.filter(pk=row.pk).update(
        status="open"
    )  # payment_intent.created was quicker than the answer
    _opened(row, session_id="cs_test_1", url="https://checkout.stripe.com/c/pay/cs_test_1")
    row.refresh_from_db()
    assert (row.session_id, row.url[:28]) == ("cs_test_1", "https://checkout.stripe.com/")


def test_the_fee_and_the_news_of_success_at_once_take_their_locks_in_one_order(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    Intent.objects.filter(pk=row.pk).update(balance_transaction="")
    row.refresh_from_db()
    state, fee = payment_intents.read_intent(row.stripe_id or ""), stripe_balance.read_fee(row.charge_id)
    assert fee is not None
    monkeypatch.setattr(core_policy, "DATABASE_MOST_TRIES", 1)  # whoever has to give way says so
    monkeypatch.setattr(stripe_fees, "_show", slowed(stripe_fees._show))
    monkeypatch.setattr("payments.charges.sync_intent.lock_payment", slowed(lock_payment))

    answers = at_once([partial(stripe_fees.book, row, fee), partial(sync_intent, state)])

    assert [one for one in answers if isinstance(one, Exception)] == []
    assert broken() == []


def slowed(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, slow enough for two to meet."""

    def slow(*given: Any) -> Any:
        answer = work(*given) if work.__name__ == "lock" else None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.4)")
        return answer if work.__name__ == "lock" else work(*given)

    return slow


def test_who_was_asked_about_in_vain_lets_the_others_go_first(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    market = scene.opened(wallet=0)
    rows = [opened(placed(market)) for _ in range(3)]
    scene.forward(minutes=3)
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    with pytest.raises(outcomes.Unknown):
        look_up(rows[0].pk)
    scene.forward(minutes=3)
    assert stale_intents() == [rows[1].pk, rows[2].pk, rows[0].pk]


def test_a_silent_stripe_keeps_nothing_from_expiring_that_it_knows_nothing_of(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    market = scene.opened(wallet=0)
    first, second, unasked = (placed(market) for _ in range(3))
    for payment in (first, second):
        opened(payment)
    scene.forward(minutes=31)
    assert expiry.due_payments() == [unasked.pk, first.pk, second.pk]
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    with pytest.raises(outcomes.Unknown):
        change_method.end_open(first.pk)
    assert expiry.due_payments() == [unasked.pk, second.pk, first.pk]
    assert expiry.expire_due() == 1
    settings.STRIPE_API_HOST = local_stripe.url
    assert expiry.expire_due() == 2
    assert broken() == []


def test_a_refund_never_sent_goes_before_those_that_stripe_is_at_work_on(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    made = [
        order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Closed", user_id=None)
        for order in Order.objects.order_by("pk")
    ]
    first, second = (one.pk for one in made if one is not None)
    Refund.objects.filter(pk=first).update(stripe_id="re_at_work")
    assert send_refund.due_refunds() == [second, first]


def test_a_look_at_the_page_never_pays_from_the_wallet(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    change_method.give_back_reserved(payment.pk)
    scene.credit(market.amara, 10_000)  # now it covers all of it
    amara = Client()
    amara.force_login(market.amara)
    assert payment.checkout is not None
    url = f"/checkout/pay/{payment.checkout.number}/"

    page = amara.get(url, follow=True)

    assert page.status_code == 200
    assert market.wallet() == 15_000
    assert set(Order.objects.values_list("status", flat=True)) == {"created"}
    assert 'value="wallet"' in page.content.decode()
    amara.post(url, {"method": "wallet"})
    assert market.wallet() == 15_000 - 7_200
    assert broken() == []


def test_a_broker_that_dies_while_it_is_spoken_to_breaks_no_cancellation(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    broker = Redis(environment.folder() / f"redis-{uuid.uuid4().hex}")
    broker.start()
    app = Celery("dying", broker=broker.url(), set_as_current=False)
    app.conf.update(
        broker_connection_timeout=1, broker_transport_options=project.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    monkeypatch.setattr(task_wakeup, "current_app", app)
    assert task_wakeup.send(send_refund.SEND_TASK, 0)  # a connection is open, and kept
    assert broker.process is not None
    processes.stop(broker.process)
    kofi = Client()
    kofi.force_login(market.kofi.user)
    order = Order.objects.get(seller=market.kofi)

    answer = kofi.post(f"/seller/orders/{order.number}/cancel/", {"reason": "damaged"})

    assert answer.status_code == 302
    order.refresh_from_db()
    assert order.status == "canceled"
    tasks.sweep_payments()
    assert Refund.objects.get().status == "succeeded"
    assert unapplied_payments.due_intents() == []
