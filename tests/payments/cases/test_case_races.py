"""A deadline against an answer, staff against the buyer, a parcel against the end: one after the other. Without the
order's lock each breaks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from banibs.core.models import Event
from payments import policy
from payments.cases import answers, deadlines, moves, parcels, staff_decision
from payments.cases.refused import CaseRefused
from payments.models import Case, Proposal, Refund
from payments.refunds.refused import RefundRefused
from tests import market as scene
from tests import people
from tests.concurrency import at_once
from tests.payments.cases.scenes import bought, broken, complained

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
Work = Callable[[], object]
Race = Callable[[], tuple[Work, Work]]
LONGEST_WAIT = 2.0  # seconds: a row that both want keeps the second waiting for the first
PART = 500


def offered() -> tuple[scene.Market, Case]:
    """Zuri has offered £5 of Amara's £35.20."""
    market, order = bought()
    case = complained(market, order, "not_as_described", "The lid is cracked.")
    answers.propose(case.pk, kind="part", amount=PART, user=market.zuri.user)
    return market, case


def lapsed_while_it_is_accepted() -> tuple[Work, Work]:
    market, case = offered()
    scene.forward(seconds=policy.CASE_BUYER_ANSWERS_WITHIN.total_seconds() + 1)
    return lambda: deadlines.move_on(case.pk), lambda: answers.accept(case.pk, user=market.amara)


def overdue_while_the_shop_answers() -> tuple[Work, Work]:
    market, order = bought()
    case = complained(market, order)
    scene.forward(seconds=policy.CASE_SELLER_ANSWERS_WITHIN.total_seconds() + 1)
    return (
        lambda: deadlines.move_on(case.pk),
        lambda: answers.propose(case.pk, kind="part", amount=PART, user=market.zuri.user),
    )


def decided_while_it_is_withdrawn() -> tuple[Work, Work]:
    market, case = offered()
    answers.ask_staff(case.pk, user=market.amara)
    ike = people.ike()
    return (
        lambda: staff_decision.decide(case.pk, verdict="part", amount=PART, user=ike, reason="The picture."),
        lambda: answers.withdraw(case.pk, user=market.amara),
    )


def decided_twice() -> tuple[Work, Work]:
    market, case = offered()
    answers.ask_staff(case.pk, user=market.amara)
    ike = people.ike()
    decides = lambda: staff_decision.decide(  # noqa: E731
        case.pk, verdict="part", amount=PART, user=ike, reason="The picture."
    )
    return decides, decides


def come_while_it_is_withdrawn() -> tuple[Work, Work]:
    market, order = bought()
    case = complained(market, order, "return", "Too big for us.")
    answers.propose(case.pk, kind="return", user=market.zuri.user)
    answers.accept(case.pk, user=market.amara)
    parcels.parcel_sent(case.pk, side="buyer", user=market.amara)
    return (
        lambda: parcels.parcel_received(case.pk, side="seller", user=market.zuri.user),
        lambda: answers.withdraw(case.pk, user=market.amara),
    )


RACES = [
    lapsed_while_it_is_accepted,
    overdue_while_the_shop_answers,
    decided_while_it_is_withdrawn,
    decided_twice,
    come_while_it_is_withdrawn,
]


def wrong(said: list[object]) -> list[object]:
    """What went wrong: an answer that is no refusal, books or audits that do not hold, an end told twice or untrue."""
    refusals = (CaseRefused, RefundRefused)
    odd: list[object] = [one for one in said if isinstance(one, Exception) and not isinstance(one, refusals)]
    case = Case.objects.get()
    given = Refund.objects.count()
    ends = Event.objects.filter(kind="case.closed", subject_id=case.pk).count()
    paid = case.outcome in (Case.Outcome.REFUNDED, Case.Outcome.PART_REFUNDED)
    if given != int(paid) or ends != int(not case.is_open):
        odd.append(f"{case.status} {case.outcome}: {given} refunds, ended {ends} times")
    if case.status == "staff" and case.proposals.filter(state=Proposal.State.OFFERED).exists():
        odd.append("an offer stands that nobody can take")
    return [*odd, *broken()]


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("locked", [True, False])
def test_between_reading_and_writing_the_orders_lock_alone_keeps_the_other_out(
    monkeypatch: pytest.MonkeyPatch, race: Race, locked: bool
) -> None:
    """The other comes between what the first read and what it writes; with the lock off it breaks."""
    first, other = race()
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_options: self.all())
    has_read, is_done = threading.Event(), threading.Event()

    def pausing(reads: Callable[..., object]) -> Callable[..., object]:
        def read(*args: object, **options: object) -> object:
            found = reads(*args, **options)
            if not has_read.is_set():
                has_read.set()
                is_done.wait(LONGEST_WAIT)
            return found

        return read

    def between() -> object:
        has_read.wait(LONGEST_WAIT)
        try:
            return other()
        finally:
            is_done.set()

    monkeypatch.setattr(moves, "held", pausing(moves.held))
    found = wrong(at_once([first, between]))
    assert (found == []) is locked, found


@pytest.mark.parametrize("race", RACES)
def test_at_once_it_is_one_after_the_other(race: Race) -> None:
    first, other = race()
    said = at_once([first, other])
    assert wrong(said) == []
    assert any(not isinstance(one, Exception) for one in said)
