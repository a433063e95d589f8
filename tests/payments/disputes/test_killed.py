"""The worker that hears of a dispute is killed after each of its statements: the books have all of it, or nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import pytest

from payments.gateways.stripe.disputes import DisputeState
from payments.models import DisputeRound
from tests.flows.test_killed_while_paying import Killer
from tests.payments.disputes.scenes import Bank, broken, digest, paid, takes_in, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def killer(transactional_db: None) -> Iterator[Killer]:
    child = Killer()
    yield child
    child.stop()


def dies(killer: Killer, state: DisputeState, moment: int | str, *, safe: bool = True) -> bool:
    return killer.does({"dispute": dataclasses.asdict(state), "moment": moment, "safe": safe})


def killed_throughout(killer: Killer, state: DisputeState) -> int:
    """Killed after one statement, after two, … until it was done; returns after how many."""
    before, rounds = digest(), list(DisputeRound.objects.order_by("pk").values_list("state", flat=True))
    assert dies(killer, state, "before commit")
    assert digest() == before
    for moment in itertools.count(1):
        assert dies(killer, state, moment), f"it was not killed at {moment}"
        assert broken() == [], f"killed at {moment}"
        if digest() != before:
            assert list(DisputeRound.objects.order_by("pk").values_list("state", flat=True)) != rounds
            return moment
    raise AssertionError("unreachable")


def test_killed_after_any_statement_a_round_is_all_or_nothing(
    local_stripe: LocalStripe, killer: Killer
) -> None:
    bank = Bank(paid(local_stripe, two_shops()))
    opened = bank.takes(fee=1_500)
    assert killed_throughout(killer, opened) > 15
    whole = digest()
    takes_in(opened)
    assert digest() == whole
    assert [one["state"] for one in whole["rounds"]] == ["open"]

    lost = bank.says("lost")
    assert killed_throughout(killer, lost) > 15
    whole = digest()
    takes_in(lost)
    assert digest() == whole
    assert [one["state"] for one in whole["rounds"]] == ["lost"]


def test_killed_after_commit_it_is_told_again_in_vain(local_stripe: LocalStripe, killer: Killer) -> None:
    bank = Bank(paid(local_stripe, two_shops()))
    state = bank.takes(fee=1_500)
    assert dies(killer, state, "after commit")
    whole = digest()
    takes_in(state)
    assert digest() == whole


def test_without_transactions_a_half_would_stay(local_stripe: LocalStripe, killer: Killer) -> None:
    """The guard off."""
    bank = Bank(paid(local_stripe, two_shops()))
    state = bank.takes(fee=1_500)
    before = digest()
    halves = 0
    for moment in range(10, 40, 5):
        dies(killer, state, moment, safe=False)
        halves += digest() != before and broken() != []
        if halves:
            break
    assert halves
