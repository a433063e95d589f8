"""A dispute and something else at the same moment: one effect of each, in one order or the other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from banibs.core import events
from banibs.core.models import Event
from banibs.core.states.state_machine import InvalidTransition
from payments.disputes.order_columns import OrderColumns
from payments.disputes.sync_dispute import sync_dispute
from payments.gateways.stripe.disputes import DisputeState
from payments.models import DisputeRound, Intent
from payments.models.refunds import RefundReason
from payments.refunds import order_refunds
from payments.refunds.in_dispute import OrderInDispute
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.disputes.scenes import Bank, books, broken, orders, paid, sends, takes_in, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[], object]
LONGEST_WAIT = 2.0  # seconds: a key that both write keeps the second waiting for the first


def hears(state: DisputeState) -> Work:
    return lambda: sync_dispute(state)


def opened_twice(row: Intent, bank: Bank) -> tuple[Work, Work]:
    takes_in(bank.says("warning_needs_response"))  # one that is new is written once, by its key
    state = bank.takes(fee=1_500)
    return hears(state), hears(state)


def lost_twice(row: Intent, bank: Bank) -> tuple[Work, Work]:
    takes_in(bank.takes())
    state = bank.says("lost")
    return hears(state), hears(state)


def opened_while_it_clears(row: Intent, bank: Bank) -> tuple[Work, Work]:
    first = orders(row)[0]
    sends(first)
    scene.forward(days=3)
    return hears(bank.takes()), lambda: clearing.clear(first.pk)


def opened_while_cancelled(row: Intent, bank: Bank) -> tuple[Work, Work]:
    first = orders(row)[0]
    return hears(bank.takes()), lambda: order_refunds.cancel_order(
        first.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None
    )


def opened_while_refunded(row: Intent, bank: Bank) -> tuple[Work, Work]:
    first = orders(row)[0]
    return hears(bank.takes()), lambda: order_refunds.refund_order(
        first.pk,
        Wanted(everything=True),
        actor=events.SYSTEM,
        reason=RefundReason.FRAUD_WARNING,
        note="",
        user_id=None,
    )


def lost_while_posted(row: Intent, bank: Bank) -> tuple[Work, Work]:
    takes_in(bank.takes())
    first = orders(row)[0]
    return hears(bank.says("lost")), lambda: sends(first)


RACES = [
    opened_twice,
    lost_twice,
    opened_while_it_clears,
    opened_while_cancelled,
    opened_while_refunded,
    lost_while_posted,
]


def wrong(answers: list[object]) -> list[object]:
    """What went wrong: an answer that is no refusal, books that do not hold, a fact that was told twice."""
    refusals = (OrderInDispute, InvalidTransition, RefundRefused)
    odd = [one for one in answers if isinstance(one, Exception) and not isinstance(one, refusals)]
    told = Event.objects.filter(kind__in=["dispute.opened", "dispute.lost"])
    twice = told.count() > told.values("subject_id", "kind").distinct().count()
    withdrawn = sum(DisputeRound.objects.filter(state="open").values_list("withdrawn", flat=True))
    return [
        *odd,
        *broken(),
        *(["told twice"] if twice else []),
        *(["missing"] if books("stripe:disputes") != -withdrawn else []),
    ]


@pytest.mark.parametrize("race", RACES)
def test_at_once_it_is_one_after_the_other(
    local_stripe: LocalStripe, race: Callable[[Intent, Bank], tuple[Work, Work]]
) -> None:
    market = two_shops()
    for _ in range(4):
        row = paid(local_stripe, market)
        first, second = race(row, Bank(row))
        assert wrong(at_once([first, second])) == []


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("race", RACES)
def test_between_reading_and_writing_the_locks_alone_keep_the_other_out(
    local_stripe: LocalStripe,
    monkeypatch: pytest.MonkeyPatch,
    race: Callable[[Intent, Bank], tuple[Work, Work]],
    locked: bool,
) -> None:
    """The other comes between what the dispute read and what it writes; with the guards off it breaks."""
    market = two_shops()
    row = paid(local_stripe, market)
    paid(local_stripe, market)  # what else is pending would hide a second taking from the ledger
    first, second = race(row, Bank(row))
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_options: self.all())
    has_read, is_done = threading.Event(), threading.Event()
    writes = OrderColumns.save

    def slowly(self: OrderColumns) -> None:
        if not has_read.is_set():
            has_read.set()
            is_done.wait(LONGEST_WAIT)
        writes(self)

    def between() -> object:
        has_read.wait(LONGEST_WAIT)
        try:
            return second()
        finally:
            is_done.set()

    monkeypatch.setattr(OrderColumns, "save", slowly)
    found = wrong(at_once([first, between]))
    assert (found == []) is locked, found
