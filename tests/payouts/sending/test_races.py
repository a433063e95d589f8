"""Many hands at a payout at once, on real connections. Each guard is also taken away, to see that it was the guard that
held.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from banibs.core import events
from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.models import Seller
from payouts.models import Payout, PayoutAttempt
from payouts.providers.interface import Progress
from payouts.sending import look_up, request_payout, send_payout, transitions
from payouts.sending.refusals import PayoutRefused
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests.concurrency import at_once
from tests.payouts.provider_by_hand import ByHand, by_hand, says
from tests.payouts.scenes import asks, available, broken, earned, method, purse
from wallet import ledger
from wallet.models import Movement
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db(transaction=True)
Status = Payout.Status


@pytest.fixture
def paypal(tmp_path: Path) -> Iterator[ByHand]:
    with by_hand(tmp_path / "book", "paypal") as hands:
        yield hands["paypal"]


def unlocked(payout_id: int) -> Payout:
    """`transitions.lock` without its lock, and slow."""
    payout = Payout.objects.select_related("seller", "method").get(pk=payout_id)
    time.sleep(0.3)
    return payout


def unlocked_seller(seller_id: int) -> Seller:
    """`lock_seller` without its lock."""
    return Seller.objects.get(pk=seller_id)


def slowly(reason_to_wait: Any) -> Any:
    """Looks, and is slow to act upon it."""

    def why(payout: Payout) -> str:
        said: str = reason_to_wait(payout)
        time.sleep(0.3)
        return said

    return why


def both_sent(market: scene.Market) -> None:
    """Two payouts of all that there is, and two runs at once."""
    everything = earned(market)
    to = method(market.kofi, "paypal")
    first, second = asks(market.kofi, to, everything), asks(market.kofi, to, everything)
    at_once(
        [lambda: send_payout.send_payout(first.pk), lambda: send_payout.send_payout(second.pk)],
    )


def test_two_runs_at_once_send_each_payout_once(paypal: ByHand) -> None:
    market = scene.opened()
    earned(market, times=2)
    to = method(market.kofi, "paypal")
    for _ in range(2):
        asks(market.kofi, to, Money(2_000, "GBP"))
    answers = at_once([send_payout.send_due, send_payout.send_due, send_payout.send_due])
    assert sum(answers) == 2
    assert len(paypal.asked) == len(set(paypal.asked)) == 2
    assert purse(market.kofi, "in_transit") == Money(4_000, "GBP")
    assert broken() == []


def test_two_payouts_of_the_same_money_sent_at_once_go_once(
    paypal: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_payout.can_send, "reason_to_wait", slowly(send_payout.can_send.reason_to_wait))
    market = scene.opened()
    both_sent(market)
    assert len(paypal.asked) == 1
    assert available(market.kofi).amount == 0
    assert broken() == []


def test_without_the_shops_lock_they_both_go(paypal: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_payout.can_send, "reason_to_wait", slowly(send_payout.can_send.reason_to_wait))
    monkeypatch.setattr(send_payout, "lock_seller", unlocked_seller)
    market = scene.opened()
    both_sent(market)
    assert len(paypal.asked) == 2
    assert available(market.kofi).amount < 0


def canceled_while_sent(market: scene.Market) -> tuple[Payout, list[Any]]:
    payout = asks(market.kofi, method(market.kofi, "paypal"), earned(market))
    kofi = events.Actor.person(market.kofi.user, role="seller")
    answers = at_once(
        [
            lambda: send_payout.send_payout(payout.pk),
            lambda: request_payout.cancel_payout(payout.pk, actor=kofi),
        ]
    )
    payout.refresh_from_db()
    return payout, answers


def test_a_payout_is_canceled_or_sent_never_both(paypal: ByHand) -> None:
    payout, (sent, canceled) = canceled_while_sent(scene.opened())
    assert (payout.status == Status.CANCELED) == (sent is False) == (paypal.asked == [])
    assert isinstance(canceled, PayoutRefused) == (payout.status == Status.IN_TRANSIT)
    assert broken() == []


def test_without_the_payouts_lock_it_is_canceled_and_sent(
    paypal: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transitions, "lock", unlocked)
    canceled_while_sent(scene.opened())
    assert len(paypal.asked) == 1
    assert Event.objects.filter(kind="payout.canceled").count() == 1


def told_twice(paypal: ByHand) -> scene.Market:
    """An event and a look-up say at once that it was paid."""
    market = scene.opened()
    asks(market.kofi, method(market.kofi, "paypal"), earned(market))
    send_payout.send_due()
    paypal.later = says("paid", external_id="item_1", fee=25, fee_id="paypal_1")
    attempt = PayoutAttempt.objects.get()
    at_once(
        [
            lambda: sync_payout(attempt.pk, paypal.later()),
            lambda: look_up.look_up(attempt.pk),
            lambda: sync_payout(attempt.pk, paypal.later()),
        ]
    )
    return market


def test_an_event_and_a_look_up_at_once_book_it_once_and_tell_it_once(paypal: ByHand) -> None:
    told_twice(paypal)
    assert Movement.objects.filter(kind="payout_paid").count() == 1
    assert Event.objects.filter(kind="payout.paid").count() == 1
    assert broken() == []


def test_without_the_lock_it_is_told_more_than_once(paypal: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_attempt(attempt_id: int) -> PayoutAttempt:
        attempt = PayoutAttempt.objects.get(pk=attempt_id)
        attempt.payout = unlocked(attempt.payout_id)
        return attempt

    monkeypatch.setattr(transitions, "lock_attempt", lock_attempt)
    told_twice(paypal)
    assert Event.objects.filter(kind="payout.paid").count() > 1
    assert Movement.objects.filter(kind="payout_paid").count() == 1  # the ledger's own key still holds


def test_a_refund_while_it_is_sent_takes_from_what_comes_next(paypal: ByHand) -> None:
    """A refund may always take: neither waits for the other for long, nothing is lost, and the shop owes it."""
    market = scene.opened()
    everything = earned(market)
    payout = asks(market.kofi, method(market.kofi, "paypal"), everything)
    paypal.thinks = 0.5

    def refund() -> None:
        time.sleep(0.2)
        with transaction.atomic():
            ledger.post(
                Posting(
                    "lesson:1",
                    "funds_cleared",
                    "GBP",
                    (Transfer(f"seller:{market.kofi.pk}:available", "platform:equity", 700),),
                )
            )

    assert at_once([lambda: send_payout.send_payout(payout.pk), refund]) == [True, None]
    assert available(market.kofi).amount == -700
    assert purse(market.kofi, "in_transit") == everything
    assert [name for name in broken() if name.startswith("payouts.")] == []


def test_a_refusal_that_comes_after_an_event_gives_nothing_back(paypal: ByHand) -> None:
    """The provider has it: its event said so. What it refused was the same sending once more."""
    market = scene.opened()
    everything = earned(market)
    payout = asks(market.kofi, method(market.kofi, "paypal"), everything)
    attempt_id = send_payout.begin(payout.pk)
    assert attempt_id is not None
    sync_payout(attempt_id, Progress("accepted", external_id="item_1"))
    send_payout.give_back(attempt_id, send_payout.outcomes.Refused("duplicate", "There already."))
    send_payout.unanswered(attempt_id, detail="no answer")
    payout.refresh_from_db()
    attempt = payout.attempts.get()
    assert (payout.status, attempt.state) == (Status.IN_TRANSIT, PayoutAttempt.State.ACCEPTED)
    assert (available(market.kofi).amount, broken()) == (0, [])
