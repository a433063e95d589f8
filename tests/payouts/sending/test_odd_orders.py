"""What providers say late, twice, or against what they said before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from banibs.core import events
from banibs.core.clock import now
from banibs.core.states.state_machine import InvalidTransition
from payments import incidents
from payments.gateways import outcomes
from payments.models import Incident
from payouts import policy
from payouts.models import Payout, PayoutAttempt
from payouts.providers.interface import Progress
from payouts.sending import look_up, request_payout, send_payout
from payouts.sending.refusals import PayoutRefused
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests.payouts.provider_by_hand import ByHand, by_hand, refuses, says
from tests.payouts.scenes import asks, available, broken, earned, method, purse
from wallet import ledger
from wallet.models import Movement

pytestmark = pytest.mark.django_db
Status = Payout.Status


@pytest.fixture
def stripe(tmp_path: Path) -> Iterator[ByHand]:
    with by_hand(tmp_path / "book", "stripe") as hands:
        yield hands["stripe"]


@pytest.fixture
def payout(stripe: ByHand) -> Payout:
    """Kofi's payout by Stripe, on its way."""
    market = scene.opened()
    everything = earned(market)
    made = asks(market.kofi, method(market.kofi, "stripe_connect", currency="GBP"), everything)
    send_payout.send_due()
    made.refresh_from_db()
    assert made.status == Status.IN_TRANSIT
    return made


def attempt_of(payout: Payout) -> PayoutAttempt:
    return payout.attempts.order_by("-number")[0]


def status(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.status


def test_what_is_on_its_way_cannot_be_released_and_sent_again(payout: Payout) -> None:
    with pytest.raises(InvalidTransition):
        request_payout.release_payout(payout.pk, actor=events.SYSTEM)
    assert (status(payout), send_payout.send_due(), broken()) == (Status.IN_TRANSIT, 0, [])


def test_paid_is_believed_once_the_transfer_that_it_was_paid_from_is_known(payout: Payout) -> None:
    sync_payout(attempt_of(payout).pk, Progress("paid", payout_external_id="po_1"))
    assert (status(payout), broken()) == (Status.IN_TRANSIT, [])
    attempt = attempt_of(payout)
    assert attempt.look_at is not None
    assert attempt.look_at <= now()
    sync_payout(attempt.pk, Progress("paid", handed="txn_1"))
    assert (status(payout), broken()) == (Status.PAID, [])


def test_handed_over_and_taken_back_before_we_heard_of_either_is_nothing(payout: Payout) -> None:
    attempt = attempt_of(payout)
    sync_payout(attempt.pk, Progress("failed", taken_back="txn_2", words="No such account."))
    sync_payout(attempt.pk, Progress("in_transit", handed="txn_1"))
    assert (status(payout), Incident.objects.count(), broken()) == (Status.FAILED, 0, [])
    assert ledger.balance("stripe:connected", "GBP").amount == 0


def test_paid_after_it_was_given_back_waits_for_a_person_and_is_not_sent_again(payout: Payout) -> None:
    attempt = attempt_of(payout)
    sync_payout(attempt.pk, Progress("not_found"))
    assert status(payout) == Status.REQUESTED
    sync_payout(attempt.pk, Progress("paid", handed="txn_1"))
    assert status(payout) == Status.HELD
    assert set(Incident.objects.values_list("kind", flat=True)) == {
        "payout_handed_after_failed",
        "payout_paid_after_failed",
    }
    assert (send_payout.send_due(), broken()) == (0, [])


def test_failed_and_then_paid_is_not_tried_again_before_somebody_has_looked(payout: Payout) -> None:
    sync_payout(attempt_of(payout).pk, Progress("failed", code="no_account", words="No such account."))
    sync_payout(attempt_of(payout).pk, Progress("paid", handed="txn_1"))
    with pytest.raises(PayoutRefused):
        request_payout.try_again(payout.pk, actor=events.SYSTEM)
    for row in Incident.objects.all():
        incidents.close_incident(row.pk, actor=events.SYSTEM, note="It was another one.")
    request_payout.try_again(payout.pk, actor=events.SYSTEM)
    assert status(payout) == Status.REQUESTED


def test_a_reversal_that_takes_its_time_is_asked_for_at_its_times_only(
    payout: Payout, stripe: ByHand, django_capture_on_commit_callbacks: object
) -> None:
    attempt = attempt_of(payout)
    failed = Progress("failed", handed="txn_1", code="no_account", words="No such account.")
    with django_capture_on_commit_callbacks() as first:  # type: ignore[operator]
        sync_payout(attempt.pk, failed)
    stripe.back = says("failed")
    with django_capture_on_commit_callbacks() as later:  # type: ignore[operator]
        sync_payout(attempt.pk, failed)
        look_up.look_up(attempt.pk)
    asked = [sum("sync_payout" in str(one) for one in heard) for heard in (first, later)]
    assert asked == [1, 0]
    planned = attempt_of(payout).look_at
    assert planned is not None
    assert planned > now()
    assert (purse(payout.seller, "in_transit"), broken()) == (payout.money, [])


def test_a_part_that_happened_is_taken_back_when_the_rest_is_refused(payout: Payout) -> None:
    attempt = attempt_of(payout)
    sync_payout(attempt.pk, Progress("in_transit", handed="txn_1"))
    send_payout.give_back(attempt.pk, outcomes.Refused("no_account", "No such account."))
    assert (status(payout), available(payout.seller).amount) == (Status.IN_TRANSIT, 0)
    sync_payout(attempt.pk, Progress("failed", taken_back="txn_2"))
    assert (status(payout), payout.failure_text, available(payout.seller)) == (
        Status.FAILED,
        "No such account.",
        payout.money,
    )
    assert broken() == []


def test_stuck_and_then_taken_back_after_all(payout: Payout, stripe: ByHand) -> None:
    attempt = attempt_of(payout)
    sync_payout(attempt.pk, Progress("failed", handed="txn_1", words="No such account."))
    stripe.back = refuses
    look_up.look_up(attempt.pk)
    assert (status(payout), available(payout.seller).amount, broken()) == (Status.STUCK, 0, [])
    sync_payout(attempt.pk, Progress("failed", taken_back="txn_2"))
    assert (status(payout), available(payout.seller), broken()) == (Status.FAILED, payout.money, [])


def test_a_fee_that_is_told_after_everything_else_is_booked_once(payout: Payout) -> None:
    attempt = attempt_of(payout)
    sync_payout(attempt.pk, Progress("paid", handed="txn_1"))
    for _ in range(2):
        sync_payout(attempt.pk, Progress("paid", fee=25, fee_id="stripe_fee_1"))
    fee = Movement.objects.get(key="balance_transaction:stripe_fee_1:fee")
    assert [one.amount for one in fee.transfers.all()] == [25]
    assert broken() == []


def test_an_attempt_older_than_its_key_is_looked_for_and_never_sent(stripe: ByHand) -> None:
    market = scene.opened()
    made = asks(market.kofi, method(market.kofi, "stripe_connect", currency="GBP"), earned(market))
    attempt_id = send_payout.begin(made.pk)
    assert attempt_id is not None
    scene.forward(seconds=policy.ATTEMPT_KEY_GOOD_FOR.total_seconds() + 60)
    stripe.later = says("not_found")
    look_up.look_up(attempt_id)
    assert (stripe.asked, status(made), broken()) == ([], Status.REQUESTED, [])
