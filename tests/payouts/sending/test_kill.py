"""kill -9 at every word to the database, COMMIT included: after a restart each payout went exactly once, and the books
hold. Each guard is also taken away, to see that the test would tell.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from banibs.core.money import Money
from payments.gateways import outcomes
from payouts.models import Payout
from payouts.providers.interface import Progress
from payouts.sending import look_up, send_payout, transitions
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests.payouts.provider_by_hand import ByHand, by_hand, says
from tests.payouts.scenes import asks, available, broken, earned, method
from tests.wallet.children import Killer, child, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
AT_FULL_SIZE = bool(os.environ.get("BANIBS_SOAK"))
Status = Payout.Status
ONE = Money(1_000, "GBP")


@pytest.fixture
def paypal(tmp_path: Path) -> Iterator[ByHand]:
    with by_hand(tmp_path / "book", "paypal") as hands:
        yield hands["paypal"]


class Kofi:
    """He has earned, and asks for one payout after the other."""

    def __init__(self) -> None:
        self.market = scene.opened(wallet=200_000)
        self.all = earned(self.market, times=8)
        self.to = method(self.market.kofi, "paypal")

    def asks(self) -> Payout:
        return asks(self.market.kofi, self.to, ONE)

    def sent(self) -> int:
        """A payout on its way; the id of its attempt."""
        payout = self.asks()
        send_payout.send_payout(payout.pk)
        return payout.attempts.get().pk

    def begun(self) -> int:
        """A payout whose provider has not been asked."""
        attempt = send_payout.begin(self.asks().pk)
        assert attempt is not None
        return attempt


def killed(work: Callable[[], object], *, at: int, after: bool) -> bool:
    """Whether a process of its own that does this was killed at its n-th word."""

    def die() -> None:
        with Killer(at=at, after=after):
            work()

    return wait_for(*child(die)) is None


def each_word(make: Callable[[], int], work: Callable[[int], object]) -> Iterator[int]:
    """The row's id after each kill. The last word first. Every sixth in `make test`, every one at full size."""
    first = make()
    with Killer(at=0, after=False) as counted:
        work(first)
    assert counted.count >= 6
    places = [(at, after) for at in range(1, counted.count + 1) for after in (False, True)]
    kept = [
        place for n, place in enumerate(places) if AT_FULL_SIZE or n % 6 == 0 or place[0] == counted.count
    ]
    for at, after in reversed(kept):
        row = make()
        if not killed(lambda row=row: work(row), at=at, after=after):  # type: ignore[misc]
            raise AssertionError("it was not killed")
        yield row


def restart() -> None:
    """What the timetable does once the process is there again."""
    send_payout.send_due()
    scene.forward(minutes=3)
    look_up.look_up_due()


def sent_by(payout: Payout, keys: list[str]) -> int:
    """By how many different keys the provider was asked for this payout: each is money."""
    return len({key for key in keys if f":payout:{payout.pk}:" in key})


def test_killed_while_it_is_sent_it_goes_once(paypal: ByHand) -> None:
    kofi = Kofi()
    n = 0
    for payout_id in each_word(lambda: kofi.asks().pk, send_payout.send_payout):
        restart()
        payout = Payout.objects.get(pk=payout_id)
        assert (payout.status, payout.attempt, sent_by(payout, paypal.asked)) == (Status.IN_TRANSIT, 1, 1)
        n += 1
    assert available(kofi.market.kofi) == kofi.all - Money(1_000 * (n + 1), "GBP")
    assert broken() == []


def test_asked_before_it_is_written_under_a_key_that_nobody_keeps_it_would_go_twice(
    paypal: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        send_payout.installation, "key", lambda name: f"{uuid.uuid4().hex}:{name}", raising=True
    )

    def careless(payout_id: int) -> None:
        with transaction.atomic():
            attempt = send_payout.begin(payout_id)
            assert attempt is not None
            send_payout.carry(attempt)

    kofi = Kofi()
    for payout_id in each_word(lambda: kofi.asks().pk, careless):
        restart()
        if sent_by(Payout.objects.get(pk=payout_id), paypal.asked) > 1:
            return
    raise AssertionError("nothing went twice: the test above cannot fail")


def paid(attempt: int) -> object:
    return sync_payout(
        attempt, Progress("paid", external_id=f"item_{attempt}", fee=25, fee_id=f"paypal_{attempt}")
    )


def refused(attempt: int) -> object:
    return send_payout.give_back(attempt, outcomes.Refused("account_closed", "The account is closed."))


def test_killed_while_it_is_booked_as_paid_all_of_it_is_or_nothing(paypal: ByHand) -> None:
    kofi = Kofi()
    for attempt in each_word(kofi.sent, paid):
        assert broken() == []
        paypal.later = says("paid", external_id=f"item_{attempt}", fee=25, fee_id=f"paypal_{attempt}")
        scene.forward(minutes=6)
        look_up.look_up(attempt)
        assert Payout.objects.get(attempts=attempt).status == Status.PAID
    assert broken() == []


def test_killed_while_it_is_given_back_all_of_it_is_or_nothing(paypal: ByHand) -> None:
    kofi = Kofi()

    def no() -> Progress:
        raise outcomes.Refused("account_closed", "The account is closed.")

    paypal.answer = no
    for attempt in each_word(kofi.begun, refused):
        assert broken() == []
        restart()
        assert Payout.objects.get(attempts=attempt).status == Status.FAILED
    assert available(kofi.market.kofi) == kofi.all
    assert broken() == []


def test_written_and_committed_by_itself_a_fact_would_miss_its_movement(
    paypal: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = transitions.set_columns

    def by_itself(attempt: object, **columns: object) -> None:
        whole(attempt, **columns)  # type: ignore[arg-type]
        assert connection.connection is not None
        connection.connection.commit()

    kofi = Kofi()
    monkeypatch.setattr(transitions, "set_columns", by_itself)
    for _attempt in each_word(kofi.sent, paid):
        if "payouts.paid" in broken():
            return
    raise AssertionError("every fact had its movement: the tests above cannot fail")
