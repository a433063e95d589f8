"""Two hands on one case: accepted twice, accepted and withdrawn, answered while its deadline is over. One wins.

Real threads and connections. With the order's lock off each story goes wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from marketplace.models import Order
from marketplace.orders import transitions
from payments import policy
from payments.cases import answers, deadlines, moves
from payments.cases.refused import CaseRefused
from payments.models import Case, Refund
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.cases.scenes import bought, broken, complained, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def offered(amount: int | None = 500) -> tuple[scene.Market, Order, Case]:
    market, order = bought()
    case = complained(market, order, "not_as_described")
    kind = "refund" if amount is None else "part"
    answers.propose(case.pk, kind=kind, amount=amount, user=market.zuri.user)
    return market, order, case


def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is read, not held, and everybody has read before anybody writes."""
    everybody = threading.Barrier(2)

    def read(case_id: int, *, state: str = "", turn: str = "") -> Case:
        case = Case.objects.select_related("order").get(pk=case_id)
        everybody.wait(timeout=10)
        assert not state or case.status == state
        return case

    monkeypatch.setattr(moves, "held", read)


def accepted_twice(lock_off: pytest.MonkeyPatch | None = None) -> tuple[int, list[object]]:
    market, _order, case = offered()
    before = market.wallet()
    if lock_off:
        no_lock(lock_off)
    answered = at_once([partial(answers.accept, case.pk, user=market.amara)] * 2)
    return market.wallet() - before, answered


def test_an_offer_that_is_accepted_twice_is_paid_once() -> None:
    back, answered = accepted_twice()
    assert (back, Refund.objects.count()) == (500, 1)
    assert sorted(type(one).__name__ for one in answered) == ["Case", "CaseRefused"]
    assert broken() == []


def test_with_the_lock_off_the_second_breaks_on_the_row_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last guard: a closed case cannot be agreed again. Nobody is paid twice, but somebody sees an error."""
    back, answered = accepted_twice(monkeypatch)
    assert back == 500
    assert sorted(type(one).__name__ for one in answered) == ["Case", "IntegrityError"]


def against(
    first: Callable[..., object], second: Callable[..., object], lock_off: pytest.MonkeyPatch | None = None
) -> tuple[Case, list[object]]:
    market, _order, case = offered()
    if lock_off:
        no_lock(lock_off)
    answered = at_once(
        [partial(first, case.pk, user=market.amara), partial(second, case.pk, user=market.zuri.user)]
    )
    case.refresh_from_db()
    return case, answered


def test_accepted_and_taken_back_at_once_is_one_of_them() -> None:
    case, answered = against(answers.accept, answers.take_back)
    refused = [one for one in answered if isinstance(one, CaseRefused)]
    assert len(refused) == 1
    paid = Refund.objects.count()
    assert (case.status, paid) in (("closed", 1), ("open", 0))
    assert broken() == []


def test_with_the_lock_off_nobody_is_told_that_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    _case, answered = against(answers.accept, answers.take_back, monkeypatch)
    assert not [one for one in answered if isinstance(one, CaseRefused)]


def test_an_answer_and_the_deadlines_job_at_once_are_one_of_them() -> None:
    market, order, case = offered()
    before = market.wallet()
    scene.forward(seconds=policy.CASE_BUYER_ANSWERS_WITHIN.total_seconds() + 1)
    answered = at_once(
        [partial(answers.accept, case.pk, user=market.amara), partial(deadlines.move_on, case.pk)]
    )
    case.refresh_from_db()
    lapsed = case.outcome == "lapsed"
    assert case.status == "closed"
    assert isinstance(answered[0], CaseRefused) == lapsed
    assert market.wallet() - before == (0 if lapsed else 500)
    assert answered[1] is lapsed
    assert not fresh(order).case_open
    assert broken() == []


def test_two_cases_at_once_are_one() -> None:
    market, order = bought()
    answered = at_once([partial(complained, market, order, "not_received")] * 4)
    assert sum(isinstance(one, Case) for one in answered) == 1
    assert {one.code for one in answered if isinstance(one, CaseRefused)} == {"case_open"}
    assert Case.objects.count() == 1


def test_with_the_lock_off_the_index_still_allows_one(monkeypatch: pytest.MonkeyPatch) -> None:
    market, order = bought()
    everybody = threading.Barrier(2)

    def read(ids: list[int]) -> list[Order]:
        rows = list(Order.objects.filter(pk__in=ids))
        everybody.wait(timeout=10)
        return rows

    monkeypatch.setattr(transitions, "lock", read)
    answered = at_once([partial(complained, market, order, "not_received")] * 2)
    assert sum(isinstance(one, Case) for one in answered) == 1
    assert not any(isinstance(one, CaseRefused) for one in answered)  # the database refused the other
    assert Case.objects.count() == 1
