"""What a dead process left, and what no event told, is found again."""

from __future__ import annotations

import pytest

from payouts.models import Payout, PayoutAttempt
from payouts.providers.crypto import Crypto
from payouts.providers.interface import PROVIDERS, Progress
from payouts.sending import look_up, send_payout
from tests import market as scene
from tests.payouts.scenes import asks, available, broken, earned, method

pytestmark = pytest.mark.django_db
Status = Payout.Status


class Counting(Crypto):
    """A treasury that counts how often it is asked; after a day it knows nothing of a key."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, attempt: PayoutAttempt) -> Progress:
        self.sent.append(attempt.key)
        return Progress("accepted", external_id="t1")

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        return Progress("accepted" if attempt.external_id else "not_found")


COUNTING = Counting()


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Counting:
    COUNTING.sent.clear()
    monkeypatch.setitem(PROVIDERS.paths, "crypto", f"{__name__}.COUNTING")  # type: ignore[arg-type]  # a dict
    return COUNTING


def begun() -> tuple[scene.Market, Payout, PayoutAttempt]:
    """The worker died between its commit and the provider."""
    market = scene.opened()
    payout = asks(market.kofi, method(market.kofi), earned(market))
    send_payout.begin(payout.pk)
    return market, payout, payout.attempts.get()


def test_a_dead_worker_leaves_nothing_behind_the_same_key_goes_again(treasury: Counting) -> None:
    _market, payout, attempt = begun()
    assert look_up.look_up_due() == 0  # its worker may still be asking
    scene.forward(minutes=3)
    assert look_up.look_up_due() == 1
    payout.refresh_from_db()
    assert (payout.status, treasury.sent, payout.attempts.count()) == (Status.IN_TRANSIT, [attempt.key], 1)
    assert broken() == []


def test_a_key_that_protects_nobody_any_more_is_never_sent_again(treasury: Counting) -> None:
    """Its provider forgets keys after a day: what it never had is available again, and goes as another attempt."""
    market, payout, attempt = begun()
    scene.forward(hours=30)
    look_up.look_up(attempt.pk)
    payout.refresh_from_db()
    assert (payout.status, treasury.sent) == (Status.REQUESTED, [])
    assert available(market.kofi) == payout.money
    send_payout.send_due()
    assert treasury.sent == [payout.attempts.get(number=2).key]
    assert treasury.sent != [attempt.key]
    assert broken() == []
