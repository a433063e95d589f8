"""Kofi's money goes out: the row and the ledger first, then the provider, and each fact is booked once."""

from __future__ import annotations

import pytest

from banibs.core import events
from banibs.core.money import Money
from payments.gateways import outcomes
from payouts import policy
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.providers.interface import Progress
from payouts.sending import request_payout, send_payout
from payouts.sending.refusals import PayoutRefused
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests.payouts.scenes import asks, available, broken, earned, method, purse
from wallet import ledger
from wallet.models import Movement
from wallet.payout_pause import pause_payouts

pytestmark = pytest.mark.django_db
Status = Payout.Status


def out(payout: Payout) -> PayoutAttempt:
    return payout.attempts.get()


def test_a_payout_leaves_the_balance_and_arrives() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    payout = asks(market.kofi, method(market.kofi), all_of_it)
    assert available(market.kofi) == all_of_it  # nothing is reserved

    assert send_payout.send_due() == 1
    payout.refresh_from_db()
    assert payout.status == Status.IN_TRANSIT
    assert (available(market.kofi).amount, purse(market.kofi, "in_transit")) == (0, all_of_it)
    assert broken() == []

    for _ in range(2):
        sync_payout(out(payout).pk, Progress("paid", external_id="0xabc"))
    payout.refresh_from_db()
    assert payout.status == Status.PAID
    assert purse(market.kofi, "in_transit").amount == 0
    assert ledger.balance("crypto:clearing", "GBP") == all_of_it
    assert Movement.objects.filter(kind="payout_paid").count() == 1
    assert broken() == []


def test_a_payout_that_fails_is_available_again_once() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    payout = asks(market.kofi, method(market.kofi), all_of_it)
    send_payout.send_due()
    for _ in range(2):
        sync_payout(out(payout).pk, Progress("failed", code="account_closed", words="The account is closed."))
    payout.refresh_from_db()
    assert (payout.status, payout.failure, payout.failure_text) == (
        Status.FAILED,
        "account_closed",
        "The account is closed.",
    )
    assert available(market.kofi) == all_of_it
    assert broken() == []


def test_what_was_handed_over_is_available_only_when_it_was_taken_back() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    payout = asks(market.kofi, method(market.kofi), all_of_it)
    attempt_id = send_payout.begin(payout.pk)
    assert attempt_id is not None
    PayoutAttempt.objects.update(provider="stripe")
    sync_payout(attempt_id, Progress("in_transit", external_id="tr_1", handed="txn_1"))
    assert ledger.balance("stripe:connected", "GBP") == Money(-all_of_it.amount, "GBP")
    sync_payout(attempt_id, Progress("failed", code="no_account", words="There is no such account."))
    assert (available(market.kofi).amount, broken()) == (0, [])

    sync_payout(attempt_id, Progress("failed", taken_back="txn_2"))
    payout.refresh_from_db()
    assert (payout.status, payout.failure_text) == (Status.FAILED, "There is no such account.")
    assert available(market.kofi) == all_of_it
    assert ledger.balance("stripe:connected", "GBP").amount == 0
    assert broken() == []


def test_what_comes_back_weeks_later_with_less_is_available_as_it_came() -> None:
    """W3: 10,000 sent by Wise, 9,871 come back, 129 were lost in conversion."""
    market = scene.opened()
    earned(market, times=3)
    payout = asks(market.kofi, method(market.kofi), Money(10_000, "GBP"))
    left = available(market.kofi) - Money(10_000, "GBP")
    send_payout.send_due()
    sync_payout(out(payout).pk, Progress("paid", external_id="0xabc", fee=62, fee_id="crypto_1"))
    assert ledger.balance("crypto:clearing", "GBP").amount == 10_062
    for _ in range(2):
        sync_payout(out(payout).pk, Progress("returned", code="bounced", returned=Money(9_871, "GBP")))
    payout.refresh_from_db()
    assert (payout.status, payout.returned_amount, payout.lost_in_conversion) == (Status.RETURNED, 9_871, 129)
    assert available(market.kofi) == left + Money(9_871, "GBP")
    assert broken() == []


@pytest.mark.parametrize("tells", [False, True])
def test_a_provider_that_is_short_is_asked_again_by_another_attempt(*, tells: bool) -> None:
    market = scene.opened()
    all_of_it = earned(market)
    payout = asks(market.kofi, method(market.kofi), all_of_it)
    attempt_id = send_payout.begin(payout.pk)
    assert attempt_id is not None
    send_payout.give_back(
        attempt_id, outcomes.Refused("balance_insufficient", "Too little."), waits_for="provider_short"
    )
    payout.refresh_from_db()
    assert (payout.status, payout.waits_for) == (Status.REQUESTED, "provider_short")
    assert (available(market.kofi), broken()) == (all_of_it, [])
    assert send_payout.send_due() == 0  # not every minute: an hour later, or when money has come
    if tells:
        assert send_payout.money_came("stripe", all_of_it) == 0
        assert send_payout.money_came("crypto", Money(all_of_it.amount - 1, "GBP")) == 0
        assert send_payout.money_came("crypto", all_of_it) == 1
    else:
        scene.forward(hours=1, minutes=1)
    assert send_payout.send_due() == 1
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == (Status.IN_TRANSIT, 2)
    assert broken() == []


@pytest.mark.parametrize(
    ("amount", "code"), [(1, "payout_below_minimum"), (10_000_000, "insufficient_available")]
)
def test_an_amount_that_cannot_go_is_refused_and_nothing_is_written(amount: int, code: str) -> None:
    market = scene.opened()
    all_of_it = earned(market)
    with pytest.raises(PayoutRefused) as refused:
        asks(market.kofi, method(market.kofi), Money(amount, "GBP"))
    assert refused.value.code == code
    assert (available(market.kofi), Payout.objects.count(), broken()) == (all_of_it, 0, [])


def test_a_new_destination_waits_three_days() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    to = method(market.kofi, waits=True)
    with pytest.raises(PayoutRefused) as refused:
        asks(market.kofi, to, all_of_it)
    assert refused.value.code == "method_cooling_off"
    scene.forward(hours=72, minutes=1)
    assert asks(market.kofi, to, all_of_it).status == Status.REQUESTED


def test_while_payouts_are_paused_nothing_is_asked_for_and_nothing_goes() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    to = method(market.kofi)
    payout = asks(market.kofi, to, all_of_it)
    pause_payouts("the books differ", key="books")
    with pytest.raises(PayoutRefused) as refused:
        asks(market.kofi, to, all_of_it)
    assert (refused.value.code, refused.value.status) == ("payouts_paused", 503)
    assert send_payout.send_due() == 0
    payout.refresh_from_db()
    assert (payout.status, payout.waits_for) == (Status.REQUESTED, "payouts_paused")
    assert (available(market.kofi), PayoutAttempt.objects.count(), broken()) == (all_of_it, 0, [])


def test_two_payouts_of_the_same_money_go_once() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    to = method(market.kofi)
    first, second = asks(market.kofi, to, all_of_it), asks(market.kofi, to, all_of_it)
    assert send_payout.send_due() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.waits_for) == (
        Status.IN_TRANSIT,
        Status.REQUESTED,
        "insufficient_available",
    )
    assert broken() == []


def test_what_was_not_sent_can_be_cancelled_and_what_was_cannot() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    to = method(market.kofi)
    actor = events.Actor.person(market.kofi.user, role="seller")
    assert (
        request_payout.cancel_payout(asks(market.kofi, to, all_of_it).pk, actor=actor).status
        == Status.CANCELED
    )
    payout = asks(market.kofi, to, all_of_it)
    send_payout.send_due()
    with pytest.raises(PayoutRefused) as refused:
        request_payout.cancel_payout(payout.pk, actor=actor)
    assert refused.value.code == "payout_not_cancelable"
    assert broken() == []


def test_payouts_that_wait_for_long_do_not_keep_a_new_one_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "PAYOUTS_SENT_AT_ONCE", 2)
    market = scene.opened()
    all_of_it = earned(market)
    gone, bank = method(market.kofi), method(market.kofi)
    old = [asks(market.kofi, gone, all_of_it) for _ in range(3)]
    PayoutMethod.objects.filter(pk=gone.pk).update(state=PayoutMethod.State.FAILED)
    for _ in range(2):
        assert send_payout.send_due() == 0
    new = asks(market.kofi, bank, all_of_it)
    assert send_payout.send_due() == 1
    new.refresh_from_db()
    assert new.status == Status.IN_TRANSIT
    PayoutMethod.objects.filter(pk=gone.pk).update(state=PayoutMethod.State.VERIFIED)
    for payout in old:
        payout.refresh_from_db()
        assert (payout.status, payout.waits_for in ("", "method_not_verified")) == (Status.REQUESTED, True)
    assert broken() == []
