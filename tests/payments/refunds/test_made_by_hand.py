"""What a person did at Stripe, held against our rows to the penny, and what a decision leaves on them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from banibs.core import events
from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.models import Order
from payments.charges import expiry
from payments.charges.sync_intent import sync_intent
from payments.gateways.stripe import payment_intents, stripe_balance
from payments.models import Intent, Refund, ReserveHold
from payments.refunds import cancel_refund, send_refund
from payments.refunds.decisions import book_foreign, decide_refund, decide_unapplied, made_by_hand
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, read_made_by_hand
from tests import market as scene
from tests.payments.refunds.scenes import STAFF, WHY, books, canceled, opened, paid, placed
from tests.stripe import LocalStripe
from wallet import accounts, ledger, movements

pytestmark = pytest.mark.django_db(transaction=True)


def by_hand(local_stripe: LocalStripe, row: Intent, amount: int) -> MadeByHand:
    """Somebody gives money back on Stripe's own page; Ike names that refund."""
    made = local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or "", "amount": amount})
    return read_made_by_hand(made.id, intent=row.stripe_id or "")


def refused(local_stripe: LocalStripe) -> tuple[Intent, Refund, MadeByHand]:
    """Given back by hand, then the shop cancels: Stripe has nothing left to give, and £53.00 stay owed."""
    row = paid(local_stripe, scene.opened(wallet=0))
    made = by_hand(local_stripe, row, 5_300)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    assert (refund.status, books("stripe:refunds")) == ("failed", 5_300)
    return row, refund, made


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_request_keeps_it_as_it_was_read(local_stripe: LocalStripe, *, succeeded: bool) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    made = replace(by_hand(local_stripe, row, 500), succeeded=succeeded, fee=7)
    assert made_by_hand.from_payload(made.payload()) == made


def test_what_it_moved_is_what_stripe_moved(local_stripe: LocalStripe) -> None:
    made = by_hand(local_stripe, paid(local_stripe, scene.opened(wallet=0)), 500)
    assert made.move == stripe_balance.read_move(made.balance_transaction)
    assert made.move.amount == -500


def test_what_has_not_left_stripe_yet_is_not_decided_about(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    local_stripe.control("settings", {"refunds_below_zero": 0})  # Stripe's fee is missing
    made = local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})
    with pytest.raises(CannotDecide, match=f"{made.id} has not left Stripe yet"):
        read_made_by_hand(made.id, intent=row.stripe_id or "")


@pytest.mark.parametrize("given", [1, 5_299])
def test_any_part_of_it_is_a_part(local_stripe: LocalStripe, given: int) -> None:
    _row, refund, made = refused(local_stripe)
    decide_refund.check_part(refund, replace(made, amount=given))


@pytest.mark.parametrize("change", [{"amount": 0}, {"amount": 5_300}, {"amount": 500, "currency": "USD"}])
def test_nothing_all_of_it_and_other_money_are_no_part(
    local_stripe: LocalStripe, change: dict[str, object]
) -> None:
    _row, refund, made = refused(local_stripe)
    with pytest.raises(CannotDecide, match="no part of it"):
        decide_refund.check_part(refund, replace(made, **change))  # type: ignore[arg-type]


def test_what_has_reached_the_buyer_in_part_is_not_made_again(local_stripe: LocalStripe) -> None:
    _row, refund, made = refused(local_stripe)
    part = replace(made, amount=500)
    refund.wallet_part = 100
    with pytest.raises(CannotDecide, match="cannot be undone"):
        decide_refund.check_part(refund, part)
    refund.wallet_part, refund.sent_at = 0, refund.created_at
    with pytest.raises(CannotDecide, match="cannot be undone"):
        decide_refund.check_part(refund, part)


@pytest.mark.parametrize(("succeeded", "status"), [(True, "succeeded"), (False, "sent")])
def test_one_under_way_is_sent_and_one_that_arrived_has_its_moment(
    local_stripe: LocalStripe, *, succeeded: bool, status: str
) -> None:
    _row, refund, made = refused(local_stripe)
    with transaction.atomic():  # before anything is asked of Stripe again
        decide_refund.book_given_back(
            refund.pk, 1, replace(made, succeeded=succeeded), actor=STAFF, reason=WHY
        )
        refund.refresh_from_db()
        assert (refund.status, refund.succeeded_at is not None) == (status, succeeded)
    told = Event.objects.get(kind="order.refund_sent")
    assert told.data["refund"] == refund.pk


def too_late(local_stripe: LocalStripe) -> Intent:
    """Amara's order has ended, and her card pays."""
    row = opened(placed(scene.opened(wallet=0)))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    return row


@pytest.mark.parametrize(("succeeded", "status"), [(True, "unapplied_refunded"), (False, "unapplied")])
def test_late_money_given_back_by_hand_is_over_when_it_arrived(
    local_stripe: LocalStripe, *, succeeded: bool, status: str
) -> None:
    row = too_late(local_stripe)
    made = by_hand(local_stripe, row, 5_300)
    local_stripe.deliver()
    assert books("stripe:unapplied") == 5_300
    decide_unapplied.book_given_back(row.pk, 1, replace(made, succeeded=succeeded), actor=STAFF, reason=WHY)
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied")) == (status, 0)
    assert Event.objects.filter(kind="payment.unapplied_refunded").count() == 1


def test_late_money_that_is_on_its_way_by_itself_is_not_stuck(local_stripe: LocalStripe) -> None:
    row = too_late(local_stripe)
    assert not decide_unapplied.is_stuck(row)
    sync_intent(payment_intents.read_intent(row.stripe_id or ""))
    row.refresh_from_db()
    assert (row.status, decide_unapplied.is_stuck(row)) == ("unapplied", False)


def test_the_reserve_gets_back_what_it_gave_to_a_refund_that_is_undone(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, scene.opened(wallet=0))
    order = Order.objects.get()
    before = (order.held, order.fee_deferred, order.refunded)
    made = by_hand(local_stripe, row, 500)
    refund = book_foreign.book_foreign(order.pk, made, actor=STAFF, reason=WHY)
    hold = ReserveHold.objects.create(
        order=order, currency="GBP", amount=300, left=100, release_on="2030-01-01"
    )
    reserve = accounts.reserve(order.seller_id)
    with transaction.atomic():  # as if 200 of it had come from the reserve
        ledger.post(
            movements.reserve_held(
                order=order.pk, seller=order.seller_id, amount=Money(100, "GBP"), reference=order.number
            )
        )
        refund.from_held, refund.from_reserve = refund.from_held - 200, 200
        order.refresh_from_db()
        decide_refund._undo(order, refund.payment, refund, actor=STAFF, reason=WHY)
    hold.refresh_from_db()
    order.refresh_from_db()
    assert (hold.left, books(reserve)) == (300, 300)
    assert (order.held + 200, order.fee_deferred, order.refunded) == before


def test_tax_goes_back_to_the_state_that_it_was_of(local_stripe: LocalStripe) -> None:
    _row, refund, _made = refused(local_stripe)
    order = refund.order
    for jurisdiction, account in (("US-NY", "platform:tax:US-NY"), ("", "platform:tax:GB")):
        order.tax_jurisdiction = jurisdiction
        moved = {
            code for one in cancel_refund.mirror(order, refund).transfers for code in (one.source, one.target)
        }
        assert {code for code in moved if code.startswith("platform:tax:")} == {account}


@pytest.mark.parametrize(
    ("actor", "name"),
    [(events.STRIPE, "stripe"), (events.SYSTEM, "system"), (events.Actor(type="staff", id=5), "staff:5")],
)
def test_the_ledger_says_who_did_it(actor: events.Actor, name: str) -> None:
    assert cancel_refund.signed(actor) == name
