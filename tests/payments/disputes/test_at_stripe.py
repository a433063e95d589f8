"""Disputes as Stripe tells of them: its events, its balance transactions, and what the sweeper finds without events."""

from __future__ import annotations

import itertools

import pytest

from banibs.core import events
from payments import policy, tasks
from payments.charges.open_intent import open_intent
from payments.disputes import find_disputes
from payments.models import Dispute, DisputeRound, Incident, Intent, WebhookLog
from payments.refunds import order_refunds
from payments.webhooks import handlers, process
from tests import market as scene
from tests.payments.disputes.scenes import (
    at_stripe,
    books,
    broken,
    digest,
    orders,
    paid,
    placed,
    purse,
    sends,
    two_shops,
)
from tests.stripe import LocalStripe, tell
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)


def opens(local_stripe: LocalStripe, row: Intent, **more: object) -> str:
    """The buyer's bank disputes the charge."""
    return str(local_stripe.control("disputes", {"charge": row.charge_id, **more})["id"])


def bank(local_stripe: LocalStripe, dispute: str, verb: str) -> None:
    local_stripe.control(f"disputes/{dispute}/{verb}")


def agrees(local_stripe: LocalStripe) -> None:
    """The books agree with themselves, and with what Stripe holds."""
    local_stripe.deliver()
    assert broken() == []
    assert -books("stripe:clearing") == at_stripe()


def movements() -> list[str]:
    kinds = Movement.objects.filter(kind__startswith="dispute_").order_by("pk")
    return list(kinds.values_list("kind", flat=True))


def test_won_withdrawn_again_lost_and_given_back_after_all(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    agrees(local_stripe)
    dispute = opens(local_stripe, row)
    agrees(local_stripe)
    assert purse(market.kofi) == (0, -1_000, 4_313)
    assert purse(market.zuri) == (0, -500, 2_156)
    for verb, standing in (
        ("win", "won"),
        ("withdraw_again", "open"),
        ("lose", "lost"),
        ("reinstate", "won"),
    ):
        bank(local_stripe, dispute, verb)
        agrees(local_stripe)
        assert {order.dispute for order in orders(row)} == {standing}, verb
    assert movements() == [
        "dispute_opened", "dispute_fee", "dispute_won", "dispute_opened", "dispute_lost", "dispute_reinstated",
    ]  # fmt: skip
    assert Dispute.objects.get().state == "reinstated"
    assert (
        WebhookLog.objects.filter(type__startswith="charge.dispute").exclude(status="processed").count() == 0
    )


def test_a_part_of_a_charge_is_spread_over_what_remains(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = opens(local_stripe, row, amount=3_000)
    agrees(local_stripe)
    assert [order.refunded for order in orders(row)] == [2_000, 1_000]
    bank(local_stripe, dispute, "lose")
    agrees(local_stripe)
    assert [(order.status, order.dispute) for order in orders(row)] == [("paid", "lost")] * 2
    again = opens(local_stripe, row)  # all that is left of it
    agrees(local_stripe)
    assert Dispute.objects.get(stripe_id=again).amount == 6_000
    assert [order.dispute for order in orders(row)] == ["open", "open"]
    bank(local_stripe, again, "lose")
    agrees(local_stripe)
    assert [(order.status, order.held, order.fee_deferred) for order in orders(row)] == [
        ("canceled", 0, 0)
    ] * 2
    assert purse(market.kofi) == (0, -2_000, 0)


def test_the_fee_comes_back_to_who_bore_it(local_stripe: LocalStripe) -> None:
    local_stripe.control("settings", {"dispute_fee_returned": True})
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = opens(local_stripe, row)
    local_stripe.deliver()
    bank(local_stripe, dispute, "win")
    agrees(local_stripe)
    assert (purse(market.kofi), purse(market.zuri)) == ((4_313, 0, 0), (2_156, 0, 0))
    assert list(DisputeRound.objects.values_list("fee", "fee_returned")) == [(1_500, 1_500)]
    assert movements() == ["dispute_opened", "dispute_fee", "dispute_won", "dispute_fee_returned"]


def test_a_fee_of_an_earlier_round_comes_back_with_a_later_credit(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = opens(local_stripe, row)
    for verb in ("win", "withdraw_again"):
        local_stripe.deliver()
        bank(local_stripe, dispute, verb)
    local_stripe.deliver()
    local_stripe.control("settings", {"dispute_fee_returned": True})
    bank(local_stripe, dispute, "lose")
    local_stripe.deliver()
    bank(local_stripe, dispute, "reinstate")
    agrees(local_stripe)
    assert list(DisputeRound.objects.order_by("number").values_list("fee", "fee_returned")) == [
        (1_500, 1_500),
        (0, 0),
    ]


def test_an_inquiry_moves_nothing_until_it_becomes_a_dispute(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = opens(local_stripe, row, inquiry=True)
    agrees(local_stripe)
    assert (Dispute.objects.get().state, movements()) == ("inquiry", [])
    assert {order.dispute for order in orders(row)} == {"none"}
    bank(local_stripe, dispute, "escalate")
    agrees(local_stripe)
    assert (Dispute.objects.get().state, movements()) == ("open", ["dispute_opened", "dispute_fee"])


def test_an_inquiry_that_comes_to_nothing_is_closed(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    dispute = opens(local_stripe, row, inquiry=True)
    bank(local_stripe, dispute, "close")
    agrees(local_stripe)
    found = Dispute.objects.get()
    assert (found.state, found.closed_at is not None, movements()) == ("closed", True, [])
    assert not Incident.objects.exists()


@pytest.mark.parametrize("verbs", [("win",), ("lose",), ("win", "withdraw_again", "lose"), ()])
def test_events_in_any_order_and_twice_end_alike(local_stripe: LocalStripe, verbs: tuple[str, ...]) -> None:
    """F20, F37: closed before created, each of them twice; at once when it is over, in every order."""
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = opens(local_stripe, row)
    for verb in verbs:
        bank(local_stripe, dispute, verb)
    told = [one for one in local_stripe.events() if one["type"].startswith("charge.dispute")]
    for event in told:
        tell(event)
    first = digest()
    assert broken() == []
    assert -books("stripe:clearing") == at_stripe()
    for again in itertools.islice(itertools.permutations(told), 12):
        for event in again:
            process.resend([WebhookLog.objects.get(external_id=event["id"]).pk])
            tell(event)
    assert digest() == first
    assert broken() == []


@pytest.mark.parametrize("last_first", [True, False])
def test_closed_before_created(local_stripe: LocalStripe, last_first: bool) -> None:
    row = paid(local_stripe, two_shops())
    dispute = opens(local_stripe, row)
    bank(local_stripe, dispute, "lose")
    told = [one for one in local_stripe.events() if one["type"].startswith("charge.dispute")]
    for event in reversed(told) if last_first else told:
        tell(event)
    assert movements() == ["dispute_opened", "dispute_fee", "dispute_lost"]
    assert (Dispute.objects.get().state, broken()) == ("lost", [])
    assert {(order.status, order.dispute) for order in orders(row)} == {("canceled", "lost")}


def test_a_dispute_before_its_payment_is_known_brings_the_payment_in(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = open_intent(placed(market).pk, kind=Intent.Kind.PAYMENT_INTENT)
    intent = local_stripe.pay(row.stripe_id or "")
    local_stripe.control("disputes", {"charge": intent.latest_charge})
    told = [one for one in local_stripe.events() if one["type"].startswith("charge.dispute")]
    assert [tell(event).status for event in told] == ["processed"] * len(told)
    row.refresh_from_db()
    assert row.status == "succeeded"
    assert movements() == ["dispute_opened", "dispute_fee"]
    agrees(local_stripe)


def test_another_houses_dispute_is_none_of_ours(local_stripe: LocalStripe) -> None:
    two_shops()
    made = local_stripe.client.v1.payment_intents.create(
        {"amount": 5_000, "currency": "gbp", "payment_method_types": ["card"]}
    )
    intent = local_stripe.pay(made.id)
    local_stripe.control("disputes", {"charge": intent.latest_charge})
    told = list(local_stripe.deliver("charge.dispute"))
    assert {(row.status, row.reason) for row in told} == {("ignored", "not a dispute of ours")}
    assert not Dispute.objects.exists()


def test_a_dispute_of_a_connected_account_is_not_ours(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    dispute = opens(local_stripe, row)
    seen = process.WebhookContext(
        type="charge.dispute.created",
        account="acct_1Another",
        object=local_stripe.client.v1.disputes.retrieve(dispute).to_dict(),
        event={},
    )
    with pytest.raises(process.Ignored, match="connected account"):
        handlers.dispute(seen)
    assert not Dispute.objects.exists()


def test_a_dispute_that_no_event_told_of_is_found(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    opens(local_stripe, row)
    assert tasks.find_new_disputes() == 1
    assert movements() == ["dispute_opened", "dispute_fee"]
    assert tasks.find_new_disputes() == 0
    assert broken() == []


def test_one_opened_too_long_ago_is_not_looked_for(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    opens(local_stripe, row)
    scene.forward(days=policy.DISPUTES_LISTED_BACK.days, seconds=60)
    assert tasks.find_new_disputes() == 0


def test_at_most_so_many_are_listed_at_once(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = paid(local_stripe, two_shops())
    for amount in (100, 200):
        opens(local_stripe, row, amount=amount)
    monkeypatch.setattr(policy, "DISPUTES_LISTED_AT_ONCE", 1)
    assert tasks.find_new_disputes() == 1


def test_how_it_ended_is_asked_when_no_event_tells(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    dispute = opens(local_stripe, row)
    local_stripe.deliver()
    bank(local_stripe, dispute, "win")
    assert find_disputes.due_disputes() == []  # asked a moment ago
    scene.forward(seconds=policy.DISPUTE_ASKED_AFTER.total_seconds() + 1)
    assert tasks.sweep_payments()["disputes"] == 1
    assert movements() == ["dispute_opened", "dispute_fee", "dispute_won"]
    assert find_disputes.due_disputes() == []
    assert broken() == []


def test_a_cancelled_order_whose_refund_crossed_the_dispute(local_stripe: LocalStripe) -> None:
    """The refund was decided before we knew: Stripe says no, and what it took of this order is the seller's to bear."""
    market = two_shops()
    row = paid(local_stripe, market)
    kofis, zuris = orders(row)
    dispute = opens(local_stripe, row)
    order_refunds.cancel_order(kofis.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    local_stripe.deliver()
    share = Dispute.objects.get().rounds.get().shares.get(order=kofis)
    assert (share.amount, share.excess, share.from_available) == (0, 6_000, 6_000)
    assert broken() == []
    assert purse(market.zuri) == (0, -500, 2_156)
    bank(local_stripe, dispute, "win")
    local_stripe.deliver()
    assert broken() == []
    assert purse(market.kofi) == (0, -1_000, 0)
    sends(zuris)
