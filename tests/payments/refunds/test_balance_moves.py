"""A refund is booked by what it did to our balance at Stripe: once, whatever its status, in whatever order it is told."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.models import Order
from payments import tasks, work_queues
from payments.charges import expiry
from payments.charges.sync_intent import sync_intent
from payments.gateways.stripe import payment_intents, stripe_balance, stripe_refunds
from payments.gateways.stripe.stripe_refunds import RefundState
from payments.models import Incident, Intent, Refund
from payments.reconciliation import stripe_fees
from payments.refunds import balance_moves, send_refund, sync_refund, unapplied_payments
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.refunds.scenes import (
    at_stripe,
    books,
    broken,
    canceled,
    nothing_is_stuck,
    opened,
    paid,
    placed,
)
from tests.stripe import LocalStripe
from wallet import ledger, movements
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def at_stripe_now(refund: Refund) -> RefundState:
    """Stripe has made it; what we were told is up to the story."""
    intent = Intent.objects.get(payment=refund.payment_id)
    return stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1",
        intent=intent.stripe_id or "",
        amount=refund.card_part,
        metadata={"banibs_refund": str(refund.pk), "banibs_attempt": "1"},
    )


def begun(local_stripe: LocalStripe, card: str = "pm_card_visa") -> tuple[scene.Market, Refund, RefundState]:
    market = scene.opened(wallet=0)
    paid(local_stripe, market, card)
    refund = canceled(Order.objects.get())
    return market, refund, at_stripe_now(refund)


def again(refund: Refund) -> Refund:
    refund.refresh_from_db()
    return refund


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_while_stripes_balance_is_short_it_stays_owed_and_staff_see_its_age(
    local_stripe: LocalStripe,
) -> None:
    _market, refund, state = begun(local_stripe)
    waits = replace(state, status="pending", balance_transaction="")
    sync_refund.sync_refund(waits)
    assert (again(refund).status, books("stripe:refunds")) == ("pending", 5_300)
    (queue,) = [one for one in work_queues.QUEUES if one.name == "payments.refunds"]
    assert queue.rows().count() == 0
    scene.forward(minutes=6)
    assert queue.rows().get() == refund
    assert send_refund.due_refunds() == [refund.pk]

    tasks.sweep_payments()  # the money has come, and Stripe has sent it

    assert again(refund).status == "succeeded"
    nothing_is_stuck(local_stripe)


@pytest.mark.parametrize("status", ["pending", "requires_action", "succeeded"])
def test_it_is_sent_when_it_has_a_balance_transaction_whatever_its_status(
    local_stripe: LocalStripe, status: str
) -> None:
    _market, refund, state = begun(local_stripe)
    sync_refund.sync_refund(replace(state, status=status))
    again(refund)
    assert refund.status == ("succeeded" if status == "succeeded" else "sent")
    assert refund.balance_transaction == state.balance_transaction
    assert (books("stripe:refunds"), -books("stripe:clearing")) == (0, at_stripe())
    assert told("order.refund_sent") == 1
    assert broken() == []
    if status != "succeeded":
        assert send_refund.due_refunds() == [refund.pk]
        scene.forward(days=11)
        (queue,) = [one for one in work_queues.QUEUES if one.name == "payments.refunds"]
        assert queue.rows().get() == refund
        tasks.sweep_payments()
        assert again(refund).status == "succeeded"
        assert told("order.refund_sent") == 1


def test_succeeded_without_a_balance_transaction_books_nothing_yet(local_stripe: LocalStripe) -> None:
    _market, refund, state = begun(local_stripe)
    sync_refund.sync_refund(replace(state, balance_transaction=""))
    assert (again(refund).status, books("stripe:refunds")) == ("pending", 5_300)


def came_back(local_stripe: LocalStripe, state: RefundState) -> RefundState:
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    return stripe_refunds.read_refund(state.id)


def test_a_refund_that_failed_is_in_the_wallet_at_once_and_booked_back_when_stripe_has_it(
    local_stripe: LocalStripe,
) -> None:
    market, refund, state = begun(local_stripe, "pm_card_refundFail")
    sync_refund.sync_refund(state)
    failed = came_back(local_stripe, state)

    sync_refund.sync_refund(replace(failed, failure_balance_transaction=""))

    assert (market.wallet(), books("stripe:refunds")) == (5_300, -5_300)  # Stripe owes it
    assert again(refund).status == "sent"
    assert send_refund.due_refunds() == [refund.pk]
    assert broken() == []
    tasks.sweep_payments()
    assert again(refund).status == "failed"
    assert market.wallet() == 5_300
    assert told("order.refund_to_wallet") == 1
    assert Order.objects.get().status == "canceled"
    nothing_is_stuck(local_stripe)


STATES: tuple[Callable[[RefundState, RefundState], RefundState], ...] = (
    lambda sent, _failed: replace(sent, status="pending"),
    lambda sent, _failed: sent,
    lambda _sent, failed: replace(failed, failure_balance_transaction=""),
    lambda _sent, failed: failed,
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_it_is_told_each_fact_is_booked_once(
    local_stripe: LocalStripe, order: tuple[int, ...]
) -> None:
    market, refund, sent = begun(local_stripe, "pm_card_refundFail")
    failed = came_back(local_stripe, sent)
    for number in order:
        for _twice in range(2):
            sync_refund.sync_refund(STATES[number](sent, failed))
    assert (again(refund).status, market.wallet(), books("stripe:refunds")) == ("failed", 5_300, 0)
    kinds = list(
        Movement.objects.filter(key__startswith=f"refund:{refund.pk}:").values_list("kind", flat=True)
    )
    assert sorted(kinds) == ["order_refunded", "refund_failed", "refund_sent", "refund_to_wallet"]
    assert told("order.refund_to_wallet") == 1
    assert told("order.refund_sent") <= 1
    assert not Incident.objects.exists()


def test_twelve_who_hear_of_a_failure_at_once_fill_the_wallet_once(local_stripe: LocalStripe) -> None:
    market, _refund, sent = begun(local_stripe, "pm_card_refundFail")
    failed = came_back(local_stripe, sent)
    answers = at_once([partial(sync_refund.sync_refund, failed)] * 12)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (market.wallet(), told("order.refund_to_wallet")) == (5_300, 1)
    nothing_is_stuck(local_stripe)


def unlocked(refund_id: int) -> Refund:
    found = Refund.objects.select_related("order").get(pk=refund_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")
    return found


def test_without_the_lock_people_would_be_told_more_than_once(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _market, _refund, sent = begun(local_stripe, "pm_card_refundFail")
    failed = came_back(local_stripe, sent)
    monkeypatch.setattr(sync_refund, "lock", unlocked)
    at_once([partial(sync_refund.sync_refund, failed)] * 2)
    assert told("order.refund_to_wallet") > 1


def test_a_failure_before_anything_left_books_nothing_that_left(local_stripe: LocalStripe) -> None:
    market, refund, state = begun(local_stripe)
    never = replace(state, status="failed", failure="insufficient_funds", balance_transaction="")
    sync_refund.sync_refund(never)
    sync_refund.sync_refund(never)
    assert (again(refund).status, market.wallet(), books("stripe:refunds")) == ("failed", 5_300, 0)
    assert not Movement.objects.filter(kind__in=("refund_sent", "refund_failed")).exists()
    assert broken() == []


def test_a_late_success_of_what_is_in_the_wallet_is_booked_and_told_to_a_person(
    local_stripe: LocalStripe,
) -> None:
    market, refund, state = begun(local_stripe)
    sync_refund.sync_refund(replace(state, status="failed", failure="declined", balance_transaction=""))
    sync_refund.sync_refund(state)
    assert (again(refund).status, market.wallet()) == ("failed", 5_300)
    assert Incident.objects.get().kind == "refund_paid_twice"
    assert -books("stripe:clearing") == at_stripe()
    assert broken() == []


def test_money_that_the_bank_takes_itself_stays_owed(local_stripe: LocalStripe) -> None:
    market, refund, state = begun(local_stripe)
    why = "charge_for_pending_refund_disputed"
    sync_refund.sync_refund(replace(state, status="failed", failure=why, balance_transaction=""))
    assert (again(refund).status, market.wallet(), books("stripe:refunds")) == ("failed", 0, 5_300)
    incident = Incident.objects.get()
    assert (incident.kind, incident.refund) == ("refund_refused", refund)
    assert broken() == []


@pytest.mark.parametrize("change", [{"amount": 5_299}, {"currency": "USD"}])
def test_another_amount_or_currency_than_asked_for_is_an_incident_and_books_nothing(
    local_stripe: LocalStripe, change: dict[str, Any]
) -> None:
    _market, refund, state = begun(local_stripe)
    sync_refund.sync_refund(replace(state, **change))
    incident = Incident.objects.get()
    assert (incident.kind, incident.refund) == ("refund_mismatch", refund)
    assert (again(refund).status, books("stripe:refunds")) == ("pending", 5_300)
    assert send_refund.due_refunds() == []  # a person looks first


def test_a_refund_settled_in_another_currency_is_an_incident_and_books_nothing(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    local_stripe.control("settings", {"settled_currencies": ["usd"]})
    refund = canceled(Order.objects.get())
    send_refund.send_refund(refund.pk)
    local_stripe.control("settings", {"settled_currencies": ["usd", "gbp", "eur", "cad"]})
    assert Incident.objects.get().kind == "refund_currency"
    assert (again(refund).status, books("stripe:refunds"), market.wallet()) == ("pending", 5_300, 0)
    assert broken() == []


def test_the_same_for_money_that_no_order_takes(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.UNAPPLIED)
    with transaction.atomic():
        money = Money(row.amount, "GBP")
        ledger.post(movements.payment_unapplied(payment=payment.pk, intent=row.pk, amount=money))
    local_stripe.pay(row.stripe_id or "", "pm_card_refundFail")
    metadata = {"banibs_intent": str(row.pk), "banibs_attempt": "1"}
    sent = stripe_refunds.create_refund(
        key="x", intent=row.stripe_id or "", amount=row.amount, metadata=metadata
    )

    unapplied_payments.sync_refund(replace(sent, status="pending", balance_transaction=""))
    row.refresh_from_db()
    assert (row.status, row.refund_id, books("stripe:unapplied")) == ("unapplied", sent.id, 5_300)
    unapplied_payments.sync_refund(replace(sent, status="pending"))
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied"), told("payment.unapplied_refunded")) == ("unapplied", 0, 1)
    assert unapplied_payments.due_intents() == [row.pk]
    unapplied_payments.refund_unapplied(row.pk)  # Stripe is asked, not sent to
    row.refresh_from_db()
    assert row.status == "unapplied_refunded"
    failed = came_back(local_stripe, sent)
    unapplied_payments.sync_refund(replace(failed, failure_balance_transaction=""))
    assert not Incident.objects.exists()
    assert unapplied_payments.due_intents() == [row.pk]
    unapplied_payments.refund_unapplied(row.pk)
    unapplied_payments.sync_refund(failed)
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied")) == ("unapplied", 5_300)
    assert row.refund_returned_at is not None
    incident = Incident.objects.get()
    assert (incident.kind, incident.intent) == ("unapplied_refund_failed", row)
    assert unapplied_payments.due_intents() == []
    assert len(local_stripe.client.v1.refunds.list({"limit": 10}).data) == 1


def test_a_fee_booked_under_the_key_of_old_is_not_booked_again(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    row.refresh_from_db()
    fee = stripe_balance.read_fee(row.charge_id)
    assert fee is not None
    assert fee.balance_transaction != fee.balance_transaction.lower()
    booked = Movement.objects.get(kind="processing_fee_settled")
    assert booked.key == f"balance_transaction:{fee.balance_transaction}:fee"
    other = replace(fee, balance_transaction=fee.balance_transaction + "B")
    with transaction.atomic():
        old = movements.processing_fee_settled(
            balance_transaction=other.balance_transaction.lower(),
            payment=row.payment_id,
            fee=Money(fee.fee, "GBP"),
        )
        ledger.post(old)
    Intent.objects.filter(pk=row.pk).update(balance_transaction="")
    before = books("stripe:clearing")
    assert stripe_fees.book(row, other)
    assert books("stripe:clearing") == before


def test_six_workers_whom_stripe_refuses_at_once_fill_the_wallet_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    refund = canceled(Order.objects.get())
    Intent.objects.filter(pk=row.pk).update(stripe_id="pi_unheardof")  # Stripe knows no such payment
    answers = at_once([partial(send_refund.send_refund, refund.pk)] * 6)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (again(refund).status, market.wallet(), books("stripe:refunds")) == ("failed", 5_300, 0)
    assert told("order.refund_to_wallet") == 1


def test_eight_who_hear_at_once_that_late_money_went_back_tell_its_payer_once(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    sync_intent(payment_intents.read_intent(row.stripe_id or ""))
    metadata = {"banibs_intent": str(row.pk), "banibs_attempt": "1"}
    sent = stripe_refunds.create_refund(
        key="x", intent=row.stripe_id or "", amount=row.amount, metadata=metadata
    )
    answers = at_once([partial(unapplied_payments.sync_refund, sent)] * 8)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert told("payment.unapplied_refunded") == 1
    row.refresh_from_db()
    assert row.status == "unapplied_refunded"
    nothing_is_stuck(local_stripe)


def test_what_stripe_takes_for_a_refund_is_booked_once_and_what_it_gives_back_is_told(
    local_stripe: LocalStripe,
) -> None:
    _market, refund, state = begun(local_stripe)
    sync_refund.sync_refund(state)
    before = books("platform:card_fees")
    taken = stripe_balance.BalanceMove(id="txn_withFee", amount=-5_300, fee=30, currency="GBP")
    for _twice in range(2):
        with transaction.atomic():
            balance_moves.book_fee(taken, of="re_1", payment_id=refund.payment_id)
    assert books("platform:card_fees") == before - 30
    assert Movement.objects.get(key="balance_transaction:txn_withFee:fee").kind == "provider_fee_settled"
    given = replace(taken, id="txn_feeBack", fee=-30)
    with transaction.atomic():
        balance_moves.book_fee(given, of="re_1", payment_id=refund.payment_id)
    assert books("platform:card_fees") == before - 30
    assert Incident.objects.get().kind == "refund_fee_returned"
    assert broken() == []
