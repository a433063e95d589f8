"""Sending money back: once, under the key it was begun with, and what Stripe said of it is what people read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from banibs.core import events
from marketplace.models import Order
from payments.charges import expiry
from payments.charges.sync_intent import sync_intent
from payments.gateways import installation
from payments.gateways.stripe import payment_intents, stripe_refunds
from payments.gateways.stripe.stripe_balance import BalanceMove
from payments.gateways.stripe.stripe_refunds import RefundState
from payments.models import Incident, Intent, Refund
from payments.refunds import balance_moves, order_refunds, send_refund, sync_refund, unapplied_payments
from tests import market as scene
from tests.payments.refunds.scenes import books, broken, canceled, nothing_is_stuck, opened, paid, placed
from tests.stripe import LocalStripe
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)
NO_LISTS = {"do": "unavailable", "method": "GET", "path": "/v1/refunds", "count": 20}


def given_back(local_stripe: LocalStripe, row: Intent) -> list[int]:
    """What the card got back, each time."""
    found = local_stripe.client.v1.refunds.list({"payment_intent": row.stripe_id or "", "limit": 100}).data
    return sorted(one.amount for one in found)


def test_a_refund_begun_today_is_sent_without_looking_for_an_earlier_one(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    refund = canceled(Order.objects.get())
    local_stripe.control("faults", NO_LISTS)
    assert send_refund.send_refund(refund.pk).status == "succeeded"
    assert books("stripe:refunds") == 0
    assert row.amount == refund.card_part


def test_a_small_refund_sent_before_the_weekend_is_not_sent_twice(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market, jar=True)
    order = Order.objects.get(seller=market.zuri)  # the intent still holds as much again
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Closed", user_id=None)
    assert refund is not None
    stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1",
        intent=row.stripe_id or "",
        amount=refund.card_part,
        metadata={"banibs_refund": str(refund.pk), "banibs_order": order.number},
    )
    local_stripe.control("clock", {"advance": 60 * 3600, "tell_app": False})
    scene.forward(hours=60)
    assert send_refund.send_refund(refund.pk).status == "succeeded"
    assert given_back(local_stripe, row) == [refund.card_part]
    nothing_is_stuck(local_stripe)


def too_late(local_stripe: LocalStripe, card: str = "pm_card_visa") -> Intent:
    """Amara's order has ended, and her card pays; we have heard of it."""
    row = opened(placed(scene.opened(wallet=0)))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "", card)
    sync_intent(payment_intents.read_intent(row.stripe_id or ""))
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied")) == ("unapplied", 5_300)
    return row


def sent_and_never_answered(row: Intent) -> None:
    stripe_refunds.create_refund(
        key=installation.key(f"intent:{row.pk}:unapplied"),
        intent=row.stripe_id or "",
        amount=row.amount,
        metadata=installation.marked({"banibs_intent": str(row.pk), "banibs_reason": "unapplied"}),
    )


def test_late_money_is_sent_under_the_key_that_another_server_began_with(local_stripe: LocalStripe) -> None:
    row = too_late(local_stripe)
    sent_and_never_answered(row)
    local_stripe.control("faults", NO_LISTS)  # nothing but the key says that it was sent
    unapplied_payments.refund_unapplied(row.pk)
    row.refresh_from_db()
    assert (row.status, row.refund_attempt) == ("unapplied_refunded", 1)


def test_late_money_whose_key_stripe_has_forgotten_is_found_and_not_sent_twice(
    local_stripe: LocalStripe,
) -> None:
    row = too_late(local_stripe)
    sent_and_never_answered(row)
    local_stripe.control("clock", {"advance": 60 * 3600, "tell_app": False})
    scene.forward(hours=60)
    unapplied_payments.refund_unapplied(row.pk)
    row.refresh_from_db()
    assert (row.status, given_back(local_stripe, row)) == ("unapplied_refunded", [5_300])
    assert not Incident.objects.exists()
    nothing_is_stuck(local_stripe)


def test_what_is_not_to_be_sent_is_not_sent(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    unapplied_payments.refund_unapplied(row.pk)
    unapplied_payments.refund_unapplied(row.pk + 1)
    assert given_back(local_stripe, row) == []


def refunded(row: Intent, **said: str) -> RefundState:
    return RefundState(
        id="re_story",
        status="succeeded",
        amount=row.amount,
        currency="GBP",
        intent=row.stripe_id or "",
        metadata=said,
        failure="",
    )


@pytest.mark.parametrize("number", ["", "B-71840", "²", "9" * 18, "9" * 30])
def test_a_refund_that_names_no_row_of_ours_is_none_of_ours(local_stripe: LocalStripe, number: str) -> None:
    row = too_late(local_stripe)
    assert sync_refund.sync_refund(refunded(row, banibs_refund=number)) is None
    assert unapplied_payments.sync_refund(refunded(row, banibs_intent=number)) is None
    row.refresh_from_db()
    assert (row.refund_id, Refund.objects.count(), books("stripe:unapplied")) == ("", 0, 5_300)


@pytest.mark.parametrize(("why", "kept"), [("lost_or_stolen_card", "lost_or_stolen_card"), ("", "failed")])
def test_staff_read_why_it_failed(local_stripe: LocalStripe, why: str, kept: str) -> None:
    row = too_late(local_stripe)
    Intent.objects.filter(pk=row.pk).update(refund_id="re_story")
    failed = replace(refunded(row, banibs_intent=str(row.pk)), status="failed", failure=why)
    unapplied_payments.sync_refund(failed)
    assert Incident.objects.get().detail.endswith(f"could not go back to the card ({kept})")
    assert (books("stripe:unapplied"), broken()) == (5_300, [])


@pytest.mark.parametrize(("why", "kept"), [("x" * 300, "x" * 200), ("", "failed")], ids=["long", "none"])
def test_a_refund_that_failed_keeps_why_as_far_as_there_is_room(
    local_stripe: LocalStripe, why: str, kept: str
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    refund = canceled(Order.objects.get())
    with transaction.atomic():
        sync_refund.fail(sync_refund.lock(refund.pk), why=why, elsewhere=False)
    refund.refresh_from_db()
    assert (refund.status, refund.failure, market.wallet()) == ("failed", kept, 5_300)


@pytest.mark.parametrize(("fee", "booked", "told"), [(15, 1, 0), (0, 0, 0), (-15, 0, 1)])
def test_a_fee_is_booked_none_is_not_and_one_given_back_is_told(
    local_stripe: LocalStripe, fee: int, booked: int, told: int
) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    with transaction.atomic():
        balance_moves.book_fee(None, of="re_story", payment_id=row.payment_id)
        balance_moves.book_fee(
            BalanceMove("txn_story", -500, fee, "GBP"), of="re_story", payment_id=row.payment_id
        )
    assert Movement.objects.filter(kind="provider_fee_settled").count() == booked
    assert Incident.objects.filter(kind="refund_fee_returned").count() == told
