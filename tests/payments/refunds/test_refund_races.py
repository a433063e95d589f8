"""A refund and something else at the same moment: one after the other, never twice. Without locks each race breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from banibs.core import events
from banibs.core.states.state_machine import InvalidTransition
from marketplace.models import Order
from marketplace.orders import transitions
from payments.disputes.sync_dispute import sync_dispute
from payments.models import Intent, Payment, Refund
from payments.refunds import order_refunds
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.disputes.scenes import Bank, orders, paid, sends, two_shops
from tests.payments.refunds.scenes import broken
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
Work = Callable[[], object]
LONGEST_WAIT = 2.0  # seconds: a row that both write keeps the second waiting for the first


def gives(order: Order, amount: int) -> Work:
    return lambda: order_refunds.refund_order(
        order.pk, Wanted(amount=amount), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )


def another_refund(row: Intent) -> tuple[Order, Work]:
    first = orders(row)[0]
    return first, gives(first, 3_600)


def a_cancellation(row: Intent) -> tuple[Order, Work]:
    first = orders(row)[0]
    return first, lambda: order_refunds.cancel_order(
        first.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None
    )


def a_dispute(row: Intent) -> tuple[Order, Work]:
    state = Bank(row).takes(fee=1_500)
    return orders(row)[0], lambda: sync_dispute(state)


def clearing_it(row: Intent) -> tuple[Order, Work]:
    first = orders(row)[0]
    sends(first)
    scene.forward(days=3)
    return first, lambda: clearing.clear(first.pk)


def posting_it(row: Intent) -> tuple[Order, Work]:
    first = orders(row)[0]
    return first, lambda: transitions.fulfil(first.pk, actor=events.SYSTEM)


RACES = [another_refund, a_cancellation, a_dispute, clearing_it, posting_it]


def wrong(answers: list[object]) -> list[object]:
    """What went wrong: an answer that is no refusal, books that do not hold, more given back than was paid."""
    refusals = (RefundRefused, InvalidTransition)
    odd = [one for one in answers if isinstance(one, Exception) and not isinstance(one, refusals)]
    given = {payment.pk: payment.refunded for payment in Payment.objects.all()}
    by_rows = {pk: sum(Refund.objects.filter(payment=pk).values_list("amount", flat=True)) for pk in given}
    return [*odd, *broken(), *(["counted wrongly"] if given != by_rows else [])]


@pytest.mark.parametrize("race", RACES)
def test_at_once_it_is_one_after_the_other(
    local_stripe: LocalStripe, race: Callable[[Intent], tuple[Order, Work]]
) -> None:
    market = two_shops()
    for _ in range(3):
        order, other = race(paid(local_stripe, market))
        assert wrong(at_once([gives(order, 3_600), other])) == []


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("race", RACES)
def test_between_reading_and_writing_the_locks_alone_keep_the_other_out(
    local_stripe: LocalStripe,
    monkeypatch: pytest.MonkeyPatch,
    race: Callable[[Intent], tuple[Order, Work]],
    locked: bool,
) -> None:
    """The other comes between what the refund read and what it writes; with the locks off it breaks."""
    market = two_shops()
    row = paid(local_stripe, market)
    paid(local_stripe, market)  # what else is pending would hide a second taking from the ledger
    order, other = race(row)
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_options: self.all())
    has_read, is_done = threading.Event(), threading.Event()
    writes = order_refunds.make_refund

    def slowly(*args: Any, **options: Any) -> Refund:
        if not has_read.is_set():
            has_read.set()
            is_done.wait(LONGEST_WAIT)
        return writes(*args, **options)

    def between() -> object:
        has_read.wait(LONGEST_WAIT)
        try:
            return other()
        finally:
            is_done.set()

    monkeypatch.setattr(order_refunds, "make_refund", slowly)
    found = wrong(at_once([gives(order, 3_600), between]))
    assert (found == []) is locked, found


def test_of_fifty_refunds_of_sixty_on_a_payment_of_a_hundred_one_is_made(local_stripe: LocalStripe) -> None:
    market = two_shops()
    market.basket.offers.update(amount=10_000)
    row = paid(local_stripe, market, jar=False)
    (order,) = orders(row)
    assert order.total == 10_000

    answers = at_once([gives(order, 6_000)] * 50)

    made = [one for one in answers if isinstance(one, Refund)]
    refused = [one for one in answers if isinstance(one, RefundRefused)]
    assert (len(made), len(refused)) == (1, 49)
    assert {(one.code, one.remaining) for one in refused} == {("refund_exceeds_remaining", 4_000)}
    assert wrong(answers) == []


def test_a_refund_and_a_dispute_at_once_never_both_give_the_same_money(local_stripe: LocalStripe) -> None:
    market = two_shops()
    for _ in range(4):
        row = paid(local_stripe, market, jar=False)
        (order,) = orders(row)
        state = Bank(row).takes(fee=1_500)
        answers = at_once([gives(order, order.total), lambda state=state: sync_dispute(state)])
        assert wrong(answers) == []
        order.refresh_from_db()
        assert order.refunded == order.total
        shares = sum(order.dispute_shares.values_list("amount", flat=True))
        given = sum(order.refunds.values_list("amount", flat=True))
        assert shares + given == order.total
