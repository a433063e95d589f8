"""Old news: what Stripe showed earlier may reach us later, twice, and in any order. It changes nothing any more."""

from __future__ import annotations

import itertools

import pytest

from payments.disputes.sync_dispute import sync_dispute
from payments.gateways.stripe.disputes import DisputeState
from payments.models import Dispute, Intent
from tests.payments.disputes.scenes import Bank, broken, digest, orders, paid, takes_in, two_shops
from tests.stripe import LocalStripe
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def story(row: Intent, name: str) -> list[DisputeState]:
    """What Stripe shows, one after the other."""
    bank = Bank(row)
    shown = [bank.state(), bank.takes(fee=1_500), bank.says("under_review")]
    if name == "lost":
        return [*shown, bank.says("lost")]
    shown += [bank.says("won"), bank.gives_back()]
    return shown if name == "won" else [*shown, bank.takes(), bank.says("lost")]


@pytest.mark.parametrize("name", ["won", "lost", "won, then lost"])
def test_in_any_order_and_twice_it_ends_as_told_in_order(local_stripe: LocalStripe, name: str) -> None:
    """F20, F37: each order of the news on a payment of its own, told there and back again."""
    market, seen = two_shops(), set()
    for number in range(10):
        row = paid(local_stripe, market)
        shown = story(row, name)
        every = list(itertools.permutations(shown))
        told = every[number * len(every) // 10]
        for state in (*told, *reversed(told)):
            sync_dispute(state)
        found = Dispute.objects.get(stripe_id=shown[0].id)
        booked = Movement.objects.filter(key__startswith=f"dispute:{found.pk}:").order_by("key")
        seen.add(
            (
                found.state,
                tuple(found.rounds.order_by("number").values_list("state", "withdrawn", "fee")),
                tuple(booked.values_list("kind", flat=True)),
                tuple((one.status, one.dispute, one.held, one.refunded) for one in orders(row)),
            )
        )
    assert len(seen) == 1, seen
    assert broken() == []


def test_a_state_that_was_left_does_not_come_back(local_stripe: LocalStripe) -> None:
    bank = Bank(paid(local_stripe, two_shops()))
    opened = bank.takes()
    takes_in(opened)
    takes_in(bank.says("under_review"))
    assert takes_in(opened).state == "submitted"
    takes_in(bank.gives_back())
    before = digest()
    for old in (opened, bank.says("won")):
        assert takes_in(old).state == "won"
    assert digest() == before


def test_words_alone_move_nothing_but_a_loss_and_that_once(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.says("needs_response"))
    assert {order.dispute for order in orders(row)} == {"open"}  # the withdrawal is on its way
    takes_in(bank.takes())
    count = Movement.objects.count()
    for words in ("under_review", "won"):
        found = takes_in(bank.says(words))
        assert (found.state, Movement.objects.count()) == ("submitted", count)
    for _ in range(2):
        takes_in(bank.says("lost"))
        assert Movement.objects.count() == count + 1


def test_lost_and_given_back_in_one_view_is_a_loss_undone(local_stripe: LocalStripe) -> None:
    bank = Bank(paid(local_stripe, two_shops()))
    bank.takes()
    found = takes_in(bank.gives_back(status="lost"))
    assert (found.state, found.rounds.get().state) == ("reinstated", "reinstated")
    assert Movement.objects.filter(kind__in=["dispute_lost", "dispute_reinstated"]).count() == 2


def test_a_credit_ends_the_round_whatever_the_status_says(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    assert takes_in(bank.gives_back(status="under_review")).state == "won"
    assert {order.dispute for order in orders(row)} == {"won"}
