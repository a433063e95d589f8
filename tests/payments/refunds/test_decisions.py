"""Money that neither Stripe nor BANIBS can bring anywhere by itself: people decide, and nothing stays stuck."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from banibs.core import events
from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.models import Order
from marketplace.orders import transitions
from payments import tasks
from payments.charges import expiry
from payments.charges.sync_intent import sync_intent
from payments.gateways.stripe import payment_intents, stripe_refunds
from payments.models import Dispute, DisputeRound, DisputeShare, Incident, Intent, Payment, Refund, WebhookLog
from payments.refunds import send_refund, sync_refund, unapplied_payments
from payments.refunds.decisions import book_foreign, decide_refund, decide_unapplied, made_by_hand
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, read_made_by_hand
from payments.webhooks import process
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.refunds.scenes import (
    STAFF,
    WHY,
    books,
    broken,
    canceled,
    nothing_is_stuck,
    opened,
    paid,
    placed,
)
from tests.stripe import LocalStripe
from wallet import ledger, movements

pytestmark = pytest.mark.django_db(transaction=True)
BY: dict[str, Any] = {"actor": STAFF, "reason": WHY}


def by_hand(local_stripe: LocalStripe, row: Intent, amount: int | None = None) -> MadeByHand:
    """Somebody gives money back on Stripe's own page; Ike names that refund."""
    params = {"payment_intent": row.stripe_id or "", **({"amount": amount} if amount else {})}
    made = local_stripe.client.v1.refunds.create(params)  # type: ignore[arg-type]
    return read_made_by_hand(made.id, intent=row.stripe_id or "")


def refused(local_stripe: LocalStripe) -> tuple[scene.Market, Intent, Refund, MadeByHand]:
    """The first path: given back by hand at Stripe, then the shop cancels, and Stripe has nothing left to give."""
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    made = by_hand(local_stripe, row)
    local_stripe.deliver()
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    assert (refund.status, books("stripe:refunds")) == ("failed", 5_300)
    assert set(Incident.objects.values_list("kind", flat=True)) == {"foreign_refund", "refund_refused"}
    return market, row, refund, made


def again(refund: Refund) -> Refund:
    refund.refresh_from_db()
    return refund


def test_what_was_given_back_by_hand_is_booked_as_the_refund_that_it_is(local_stripe: LocalStripe) -> None:
    market, _row, refund, made = refused(local_stripe)

    decide_refund.book_given_back(refund.pk, 1, made, **BY)

    again(refund)
    assert (refund.status, refund.stripe_id, refund.attempt) == ("succeeded", made.stripe_id, 1)
    assert refund.balance_transaction == made.balance_transaction
    assert market.wallet() == 0
    notes = dict(Incident.objects.values_list("kind", "closing_note"))
    assert notes == {"foreign_refund": WHY, "refund_refused": WHY}
    assert Event.objects.filter(kind="incident.closed", actor_type="staff").count() == 2
    nothing_is_stuck(local_stripe)


def test_a_hand_made_refund_that_comes_back_after_it_was_booked_goes_to_the_wallet(
    local_stripe: LocalStripe,
) -> None:
    market, _row, refund, made = refused(local_stripe)
    decide_refund.book_given_back(refund.pk, 1, made, **BY)
    local_stripe.control(f"refunds/{made.stripe_id}/fail")
    local_stripe.deliver()
    assert (again(refund).status, market.wallet()) == ("failed", 5_300)
    nothing_is_stuck(local_stripe)


def test_a_part_given_back_by_hand_is_booked_and_the_rest_is_sent(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    made = by_hand(local_stripe, row, 500)
    local_stripe.deliver()
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    assert (refund.status, books("stripe:refunds"), market.wallet()) == ("failed", 5_300, 0)
    with pytest.raises(CannotDecide, match="no part of it"):
        decide_refund.book_part_given_back(refund.pk, 1, replace(made, amount=5_300), **BY)

    rest = decide_refund.book_part_given_back(refund.pk, 1, made, **BY)

    tasks.sweep_payments()
    assert [again(refund).status, again(rest).status] == ["canceled", "succeeded"]
    amounts = Refund.objects.exclude(pk=refund.pk).order_by("pk").values_list("amount", "stripe_id")
    assert list(amounts) == [(500, made.stripe_id), (4_800, rest.stripe_id)]
    order = Order.objects.get()
    assert (order.status, order.refunded, order.held, order.fee_deferred) == ("canceled", 5_300, 0, 0)
    ends = (
        "platform:revenue_deferred",
        "platform:tax:GB",
        "platform:processing",
        f"seller:{order.seller_id}:available",
    )
    assert [books(code) for code in ends] == [0, 0, 0, 0]
    nothing_is_stuck(local_stripe)
    with pytest.raises(CannotDecide):
        decide_refund.book_part_given_back(refund.pk, 1, made, **BY)


def test_it_goes_to_the_wallet_where_people_say_so(local_stripe: LocalStripe) -> None:
    market, _row, refund, _made = refused(local_stripe)
    decide_refund.put_into_wallet(refund.pk, 1, **BY)
    assert (market.wallet(), books("stripe:refunds")) == (5_300, 0)
    assert (
        Incident.objects.get(closed_at=None).kind == "foreign_refund"
    )  # what left by hand is another matter
    told = Event.objects.get(kind="order.refund_to_wallet")
    assert (told.actor_type, told.reason) == ("staff", WHY)
    assert broken() == []


def test_it_is_sent_again_with_a_key_of_its_own_once_the_hand_made_one_has_come_back(
    local_stripe: LocalStripe,
) -> None:
    market, row, refund, made = refused(local_stripe)
    local_stripe.control(f"refunds/{made.stripe_id}/fail")

    decide_refund.send_again(refund.pk, 1, **BY)

    again(refund)
    assert (refund.status, refund.attempt, refund.earlier) == ("pending", 2, [["", "", ""]])
    assert not Incident.objects.filter(kind="refund_refused", closed_at=None).exists()
    tasks.sweep_payments()
    assert again(refund).status == "succeeded"
    made_at_stripe = local_stripe.client.v1.refunds.list({"payment_intent": row.stripe_id or ""}).data
    assert {one.status for one in made_at_stripe} == {"failed", "succeeded"}
    assert market.wallet() == 0
    assert (books("stripe:refunds"), broken()) == (0, [])


def test_what_is_refused_again_opens_the_desk_again(local_stripe: LocalStripe) -> None:
    _market, _row, refund, made = refused(local_stripe)
    decide_refund.send_again(refund.pk, 1, **BY)
    tasks.sweep_payments()
    assert (again(refund).status, books("stripe:refunds")) == ("failed", 5_300)
    waits = Incident.objects.get(kind="refund_refused", closed_at=None)
    assert (waits.key, waits.refund) == (f"refund_refused:{refund.pk}:2", refund)
    for verb in decisions(refund, made):  # agreed for the first attempt
        with pytest.raises(CannotDecide):
            verb()
    decide_refund.send_again(refund.pk, 2, **BY)
    assert again(refund).attempt == 3


def test_news_of_an_earlier_attempt_moves_nothing(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    refund = canceled(Order.objects.get())
    first = stripe_refunds.create_refund(
        key=f"refund:{refund.pk}:1",
        intent=row.stripe_id or "",
        amount=refund.card_part,
        metadata={"banibs_refund": str(refund.pk)},
    )
    local_stripe.control(f"refunds/{first.id}/fail")
    failed = replace(stripe_refunds.read_refund(first.id), failure="charge_for_pending_refund_disputed")
    sync_refund.sync_refund(failed)
    assert (again(refund).status, books("stripe:refunds")) == ("failed", 5_300)

    decide_refund.send_again(refund.pk, 1, **BY)
    sync_refund.sync_refund(replace(first, status="succeeded"))
    sync_refund.sync_refund(failed)

    ids = [first.id, failed.balance_transaction, failed.failure_balance_transaction]
    again(refund)
    assert (refund.status, refund.earlier, refund.stripe_id) == ("pending", [ids], None)
    assert broken() == []
    send_refund.send_refund(refund.pk)
    assert again(refund).status == "succeeded"
    nothing_is_stuck(local_stripe)


WRONG = {
    "another amount": {"amount": 5_000},
    "another currency": {"currency": "USD"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_another_amount_than_is_owed_is_not_booked(local_stripe: LocalStripe, change: dict[str, Any]) -> None:
    _market, _row, refund, made = refused(local_stripe)
    with pytest.raises(CannotDecide, match="are owed"):
        decide_refund.book_given_back(refund.pk, 1, replace(made, **change), **BY)
    assert (again(refund).status, refund.stripe_id, books("stripe:refunds")) == ("failed", None, 5_300)
    assert Incident.objects.filter(closed_at=None).count() == 2


def test_only_a_refund_that_stands_at_stripe_can_be_named(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row, other = paid(local_stripe, market), paid(local_stripe, market)
    intent = row.stripe_id or ""
    refund = canceled(Order.objects.get(checkout__payment=row.payment_id))
    send_refund.send_refund(refund.pk)
    foreign = by_hand(local_stripe, other)
    for name, why in {
        "txn_1": "begins with re_",
        "re_unheardof": "knows no refund",
        foreign.stripe_id: "another payment",
        again(refund).stripe_id or "": "made by BANIBS itself",
    }.items():
        with pytest.raises(CannotDecide, match=why):
            read_made_by_hand(name, intent=intent)
    local_stripe.control(f"refunds/{foreign.stripe_id}/fail")
    with pytest.raises(CannotDecide, match="failed at Stripe"):
        read_made_by_hand(foreign.stripe_id, intent=other.stripe_id or "")


def test_one_refund_at_stripe_settles_one_debt_only(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market, jar=True)
    first, second = Order.objects.order_by("pk")
    made = by_hand(local_stripe, row, first.total)
    refund = canceled(first)
    with transaction.atomic():
        sync_refund.fail(sync_refund.lock(refund.pk), why="charge_disputed", elsewhere=True)
    decide_refund.book_given_back(refund.pk, 1, made, **BY)
    with pytest.raises(CannotDecide, match="booked already"):
        made_by_hand.check_not_booked(made)
    with pytest.raises(CannotDecide, match="booked already"):
        book_foreign.book_foreign(second.pk, made, **BY)
    nothing_is_stuck(local_stripe)


def decisions(refund: Refund, made: MadeByHand) -> list[Any]:
    return [
        partial(decide_refund.put_into_wallet, refund.pk, 1, **BY),
        partial(decide_refund.book_given_back, refund.pk, 1, made, **BY),
        partial(decide_refund.send_again, refund.pk, 1, **BY),
    ]


@pytest.mark.parametrize("first", range(3))
def test_a_second_decision_after_the_first_moves_nothing(local_stripe: LocalStripe, first: int) -> None:
    _market, _row, refund, made = refused(local_stripe)
    verbs = decisions(refund, made)
    verbs[first]()
    then = (books("stripe:refunds"), books("stripe:clearing"), again(refund).status)
    for verb in verbs:
        with pytest.raises(CannotDecide, match="changed meanwhile"):
            verb()
    assert (books("stripe:refunds"), books("stripe:clearing"), again(refund).status) == then


def test_six_who_decide_at_once_decide_once(local_stripe: LocalStripe) -> None:
    market, _row, refund, made = refused(local_stripe)
    answers = at_once(decisions(refund, made) * 2)
    assert sum(isinstance(one, Refund) for one in answers) == 1
    assert sum(isinstance(one, CannotDecide) for one in answers) == 5
    again(refund)
    ended = {"failed": (5_300, 0), "succeeded": (0, 0), "pending": (0, 5_300)}[refund.status]
    assert (market.wallet(), books("stripe:refunds")) == ended
    assert broken() == []


def test_without_the_lock_they_would_decide_twice(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, _row, refund, made = refused(local_stripe)

    def unlocked(refund_id: int) -> Refund:
        found = Refund.objects.select_related("order").get(pk=refund_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.4)")
        return found

    monkeypatch.setattr(sync_refund, "lock", unlocked)
    answers = at_once(decisions(refund, made)[:2])
    assert sum(isinstance(one, Refund) for one in answers) == 2
    assert books("stripe:refunds") == -5_300
    assert market.wallet() == 5_300  # and the card has it too


def test_a_refund_under_way_cannot_be_decided(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    refund = canceled(Order.objects.get())
    made = replace(by_hand(local_stripe, row, 100), amount=5_300)
    for verb in decisions(refund, made):
        with pytest.raises(CannotDecide):
            verb()
    assert (again(refund).status, books("stripe:refunds"), market.wallet()) == ("pending", 5_300, 0)


# ---- the second path: the bank has taken the same money ----------------------------------------------------


def disputed(refund: Refund, *, state: str) -> None:
    """A dispute of the whole charge, which came when all of it was given back already: all of it is excess."""
    order = refund.order
    intent = Intent.objects.get(payment=refund.payment_id)
    money = Money(refund.card_part, "GBP")
    dispute = Dispute.objects.create(
        stripe_id="du_1", payment=refund.payment, intent=intent, state=state, currency="GBP",
        amount=money.amount, reason="fraudulent", round=1,
    )  # fmt: skip
    round_ = DisputeRound.objects.create(
        dispute=dispute, number=1, state=state, withdrawn=money.amount, withdrawal="txn_du_1"
    )
    DisputeShare.objects.create(
        round=round_, order=order, amount=0, from_available=money.amount, excess=money.amount
    )
    share = movements.DisputedOrder(
        order=order.pk, seller=order.seller_id, tax_jurisdiction="GB", amount=0, net=0,
        from_available=money.amount, excess=money.amount,
    )  # fmt: skip
    with transaction.atomic():
        ledger.post(movements.dispute_opened(dispute=dispute.pk, round=1, withdrawn=money, orders=[share]))
        if state == "lost":
            ledger.post(movements.dispute_lost(dispute=dispute.pk, round=1, withdrawn=money, orders=[share]))


def refused_for_a_dispute(local_stripe: LocalStripe, *, state: str) -> tuple[scene.Market, Refund]:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    local_stripe.control("disputes", {"charge": Intent.objects.get(pk=row.pk).charge_id})
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    assert (refund.status, books("stripe:refunds"), market.wallet()) == ("failed", 5_300, 0)
    disputed(refund, state=state)
    return market, refund


def test_what_a_lost_dispute_has_taken_is_owed_no_more(local_stripe: LocalStripe) -> None:
    market, refund = refused_for_a_dispute(local_stripe, state="lost")
    order = Order.objects.get()
    codes = ("platform:revenue", "platform:revenue_deferred", "platform:tax:GB", "platform:processing")
    before = {code: books(code) for code in codes}

    decide_refund.cancel(refund.pk, 1, **BY)

    order.refresh_from_db()
    again(refund)
    assert (refund.status, order.status, order.refunded, order.held) == ("canceled", "canceled", 0, 0)
    assert (books("stripe:refunds"), market.wallet()) == (0, 0)
    back = {code: books(code) - held for code, held in before.items()}
    assert back == {
        "platform:revenue": order.marketplace_fee,  # it will not be sent: nothing is left to wait for
        "platform:revenue_deferred": 0,
        "platform:tax:GB": order.tax,
        "platform:processing": order.processing_fee,
    }
    # what came from the order's hold is available: an order that was cancelled clears no more
    assert books(f"seller:{order.seller_id}:available") == order.seller_net - 5_300
    assert Payment.objects.get().refunded == 0
    assert order.fee_deferred == 0
    assert not Incident.objects.filter(closed_at=None, refund=refund).exists()
    assert not {one for one in broken() if any(word in one for word in ("refund", "owed", "fee", "revenue"))}
    with pytest.raises(CannotDecide):
        decide_refund.cancel(refund.pk, 1, **BY)


def test_while_the_dispute_can_be_won_the_refund_stays_owed(local_stripe: LocalStripe) -> None:
    _market, refund = refused_for_a_dispute(local_stripe, state="open")
    with pytest.raises(CannotDecide, match="No lost dispute"):
        decide_refund.cancel(refund.pk, 1, **BY)
    assert (again(refund).status, books("stripe:refunds")) == ("failed", 5_300)


def test_without_a_dispute_a_refund_is_not_undone(local_stripe: LocalStripe) -> None:
    _market, _row, refund, _made = refused(local_stripe)
    with pytest.raises(CannotDecide, match="No lost dispute"):
        decide_refund.cancel(refund.pk, 1, **BY)
    assert (again(refund).status, books("stripe:refunds")) == ("failed", 5_300)


# ---- the third path: money that no order takes, and no card -------------------------------------------------


def came_back(local_stripe: LocalStripe) -> tuple[scene.Market, Intent]:
    """Amara's order has ended, her card pays, and gives the money back to us again."""
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "", "pm_card_refundFail")
    local_stripe.deliver()
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied")) == ("unapplied", 5_300)
    return market, row


def test_unapplied_money_goes_to_the_wallet_of_who_paid_it(local_stripe: LocalStripe) -> None:
    market, row = came_back(local_stripe)
    decide_unapplied.put_into_wallet(row.pk, 1, **BY)
    assert market.wallet() == 5_300
    assert Event.objects.filter(kind="payment.unapplied_to_wallet", actor_type="staff").count() == 1
    tasks.sweep_payments()
    assert unapplied_payments.due_intents() == []
    assert len(local_stripe.client.v1.refunds.list({"limit": 10}).data) == 1
    nothing_is_stuck(local_stripe)


def test_unapplied_money_that_was_given_back_by_hand_is_booked_so(local_stripe: LocalStripe) -> None:
    market, row = came_back(local_stripe)
    made = by_hand(local_stripe, row)
    local_stripe.deliver("refund.created")
    decide_unapplied.book_given_back(row.pk, 1, made, **BY)
    row.refresh_from_db()
    assert (row.refund_id, row.refund_attempt, market.wallet()) == (made.stripe_id, 2, 0)
    with pytest.raises(CannotDecide):
        made_by_hand.check_not_booked(made)
    nothing_is_stuck_but_the_card(local_stripe)


def nothing_is_stuck_but_the_card(local_stripe: LocalStripe) -> None:
    """The story's card gives everything back after a while: looked at before that."""
    assert (books("stripe:unapplied"), broken()) == (0, [])
    assert not Incident.objects.filter(closed_at=None).exists()


def test_unapplied_money_is_sent_again_and_stays_with_us_when_it_comes_back_again(
    local_stripe: LocalStripe,
) -> None:
    market, row = came_back(local_stripe)
    decide_unapplied.send_again(row.pk, 1, **BY)
    assert unapplied_payments.due_intents() == [row.pk]
    tasks.sweep_payments()
    row.refresh_from_db()
    assert (row.refund_attempt, row.status) == (2, "unapplied_refunded")
    nothing_is_stuck_but_the_card(local_stripe)
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    assert books("stripe:unapplied") == 5_300
    assert broken() == []
    with pytest.raises(CannotDecide):  # agreed for the first attempt
        decide_unapplied.put_into_wallet(row.pk, 1, **BY)
    decide_unapplied.put_into_wallet(row.pk, 2, **BY)
    assert market.wallet() == 5_300
    nothing_is_stuck(local_stripe)


def test_unapplied_money_that_stripe_will_not_send_is_decided_too(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    made = by_hand(local_stripe, row)
    local_stripe.deliver()
    assert books("stripe:unapplied") == 5_300
    decide_unapplied.book_given_back(row.pk, 1, made, **BY)
    assert market.wallet() == 0
    nothing_is_stuck(local_stripe)


def test_what_waits_for_people_is_not_sent_by_itself_meanwhile(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    made = by_hand(local_stripe, row)
    local_stripe.deliver()
    local_stripe.control(f"refunds/{made.stripe_id}/fail")  # now Stripe would send it
    process.resend([log.pk for log in WebhookLog.objects.all()])
    tasks.retry_webhooks()
    tasks.sweep_payments()
    assert len(local_stripe.client.v1.refunds.list({"payment_intent": row.stripe_id or ""}).data) == 1
    assert books("stripe:unapplied") == 5_300
    decide_unapplied.put_into_wallet(row.pk, 1, **BY)
    assert (market.wallet(), broken()) == (5_300, [])


def test_unapplied_money_on_its_way_cannot_be_decided(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    sync_intent(payment_intents.read_intent(row.stripe_id or ""))
    assert books("stripe:unapplied") == 5_300
    for verb in (decide_unapplied.put_into_wallet, decide_unapplied.send_again):
        with pytest.raises(CannotDecide):
            verb(row.pk, 1, **BY)
    tasks.sweep_payments()
    with pytest.raises(CannotDecide):
        decide_unapplied.put_into_wallet(row.pk, 1, **BY)
    assert market.wallet() == 0
    nothing_is_stuck(local_stripe)


def test_two_decisions_about_unapplied_money_at_once_move_it_once(local_stripe: LocalStripe) -> None:
    market, row = came_back(local_stripe)
    verbs = [
        partial(decide_unapplied.put_into_wallet, row.pk, 1, **BY),
        partial(decide_unapplied.send_again, row.pk, 1, **BY),
    ]
    answers = at_once(verbs * 3)
    assert sum(isinstance(one, Intent) for one in answers) == 1
    assert sum(isinstance(one, CannotDecide) for one in answers) == 5
    assert market.wallet() + books("stripe:unapplied") == 5_300
    assert broken() == []


# ---- made by hand, of money that pays an order --------------------------------------------------------------


def test_a_part_given_back_by_hand_is_booked_as_a_refund_of_the_order(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    made = by_hand(local_stripe, row, 500)
    local_stripe.deliver()
    order = Order.objects.get()
    held = order.held

    refund = book_foreign.book_foreign(order.pk, made, **BY)

    order.refresh_from_db()
    again(refund)
    assert (refund.status, refund.amount, refund.card_part, refund.reason) == (
        "succeeded",
        500,
        500,
        "made_at_stripe",
    )
    assert (order.status, order.refunded, order.held) == ("paid", 500, held - refund.from_held)
    assert refund.from_held + refund.fee + refund.tax + refund.processing == 500
    assert market.wallet() == 0
    nothing_is_stuck(local_stripe)
    rest = canceled(order)
    assert rest.amount == order.total - 500
    send_refund.send_refund(rest.pk)
    nothing_is_stuck(local_stripe)


@pytest.mark.parametrize(("sent", "status", "stock"), [(False, "canceled", 10), (True, "refunded", 9)])
def test_the_whole_given_back_by_hand_ends_the_order(
    local_stripe: LocalStripe, *, sent: bool, status: str, stock: int
) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    made = by_hand(local_stripe, row)
    local_stripe.deliver()
    order = Order.objects.get()
    if sent:
        scene_sent(order)
    book_foreign.book_foreign(order.pk, made, **BY)
    order.refresh_from_db()
    market.basket.refresh_from_db()
    assert (order.status, order.refunded, order.held, order.fee_deferred) == (status, order.total, 0, 0)
    assert market.basket.stock == stock
    nothing_is_stuck(local_stripe)


def scene_sent(order: Order) -> None:
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")


def test_a_part_is_booked_for_the_order_that_staff_choose_and_never_beyond_it(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market, jar=True)
    kofis, zuris = Order.objects.order_by("seller__user__email")
    made = by_hand(local_stripe, row, zuris.total + 1)
    local_stripe.deliver()
    with pytest.raises(CannotDecide, match="can have gone back to the card"):
        book_foreign.book_foreign(zuris.pk, made, **BY)
    assert not Refund.objects.exists()
    book_foreign.book_foreign(kofis.pk, made, **BY)
    with pytest.raises(CannotDecide, match="booked already"):
        book_foreign.book_foreign(kofis.pk, made, **BY)
    zuris.refresh_from_db()
    assert zuris.refunded == 0
    nothing_is_stuck(local_stripe)


def test_an_order_of_another_payment_is_not_taken(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row, other = paid(local_stripe, market), paid(local_stripe, market)
    made = by_hand(local_stripe, row, 500)
    theirs = Order.objects.get(checkout__payment=other.payment_id)
    with pytest.raises(CannotDecide, match="another payment"):
        book_foreign.book_foreign(theirs.pk, made, **BY)


def test_four_who_book_one_hand_made_refund_at_once_book_it_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market, jar=True)
    made = by_hand(local_stripe, row, 500)
    local_stripe.deliver()
    orders = list(Order.objects.order_by("pk"))
    answers = at_once([partial(book_foreign.book_foreign, order.pk, made, **BY) for order in orders * 2])
    assert sum(isinstance(one, Refund) for one in answers) == 1, answers
    assert sum(isinstance(one, CannotDecide) for one in answers) == 3
    assert sum(Order.objects.values_list("refunded", flat=True)) == 500
    nothing_is_stuck(local_stripe)
