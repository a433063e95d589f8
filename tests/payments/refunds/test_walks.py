"""The walks of docs "Money" about refunds, on the rows: a partial refund after the payout, one that fails, one undone.

An order of £60.00: a line of 6000 with a BANIBS coupon of 10 %, delivery of 600, half from the wallet, half by card.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from banibs.core import events
from marketplace.models import Coupon, Order, OrderLine, ShippingRate
from marketplace.orders import transitions
from marketplace.pricing import shares
from payments.charges import purchase
from payments.disputes.sync_dispute import sync_dispute
from payments.models import Method, Payment, PaymentSplit, Refund
from payments.refunds import order_refunds, plan, send_refund, sync_refund
from payments.refunds.decisions import decide_refund
from payments.refunds.decisions.made_by_hand import CannotDecide
from payments.refunds.in_dispute import OrderInDispute
from payments.refunds.plan import Plan
from payments.refunds.preview import preview
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.payments.disputes.scenes import Bank
from tests.payments.refunds.scenes import (
    STAFF,
    WHY,
    at_stripe,
    books,
    broken,
    nothing_is_stuck,
    opened,
    paid,
    placed,
)
from tests.payouts.scenes import sets_out
from tests.stripe import LocalStripe
from wallet import ledger
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db(transaction=True)


def paid_out(local_stripe: LocalStripe, *, payout: bool = True) -> tuple[scene.Market, Order]:
    """Paid, sent and cleared; and paid out, so that Kofi has all 4893 of it."""
    market = scene.opened(wallet=3_000)
    market.basket.offers.update(amount=6_000)
    ShippingRate.objects.filter(seller=market.kofi).update(flat=500)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    cart.coupon = Coupon.objects.create(code="WELCOME", percent_bps=1_000)
    cart.save()
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    )
    local_stripe.pay(opened(bought.payment).stripe_id or "")
    local_stripe.deliver()
    order = Order.objects.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")
    scene.forward(days=3)
    assert clearing.clear(order.pk)
    if payout:
        sets_out(market.kofi, 4_893)
    order.refresh_from_db()
    return market, order


def given_back(order: Order, wanted: Plan) -> Refund:
    """A refund of a plan, as the verbs make it."""
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        refund = order_refunds.make_refund(
            wanted, payment, actor=STAFF, reason="test", note=WHY, user_id=None
        )
    order.refresh_from_db()
    return refund


def first_plan(order: Order) -> Plan:
    """2400 on the line."""
    line = OrderLine.objects.get(order=order)
    share = shares.share_of_parts(plan.order_as_sold(order), {line.pk: 2_400})
    return plan.plan_share(order, PaymentSplit.objects.get(order=order), share)


def rest_plan(order: Order) -> Plan:
    return plan.plan_rest(order, PaymentSplit.objects.get(order=order))


def borne(refund: Refund) -> dict[str, int]:
    names = ("amount", "card_part", "wallet_part", "from_held", "from_available", "fee", "tax", "promotion")
    return {name: getattr(refund, name) for name in (*names, "processing")}


def test_a_part_and_then_the_rest_to_the_unit(local_stripe: LocalStripe) -> None:
    market, order = paid_out(local_stripe)
    assert (order.total, order.seller_net, order.processing_fee, order.tax) == (6_000, 4_893, 107, 1_000)
    available = f"seller:{market.kofi.pk}:available"

    first = given_back(order, first_plan(order))

    assert borne(first) == {
        "amount": 2_400, "card_part": 2_400, "wallet_part": 0, "from_held": 0, "from_available": 1_957,
        "fee": 222, "tax": 400, "promotion": 222, "processing": 43,
    }  # fmt: skip
    assert (books(available), books("stripe:refunds")) == (-1_957, 2_400)
    send_refund.send_refund(first.pk)
    assert books("stripe:refunds") == 0

    rest = given_back(order, rest_plan(order))

    assert borne(rest) == {
        "amount": 3_600, "card_part": 600, "wallet_part": 3_000, "from_held": 0, "from_available": 2_936,
        "fee": 278, "tax": 600, "promotion": 278, "processing": 64,
    }  # fmt: skip
    send_refund.send_refund(rest.pk)
    ends = ("platform:revenue", "platform:tax:GB", "platform:promotions", "platform:processing")
    assert [books(code) for code in ends] == [0, 0, 0, 0]
    assert (books(available), market.wallet(), books("stripe:refunds")) == (-4_893, 3_000, 0)
    assert (order.refunded, plan.card_left(order, PaymentSplit.objects.get())) == (6_000, 0)


def test_an_amount_goes_to_the_card_alone_and_never_beyond_its_part(local_stripe: LocalStripe) -> None:
    _market, order = paid_out(local_stripe)
    split = PaymentSplit.objects.get(order=order)
    wanted = plan.plan_to_card(order, split, 3_000)
    assert (wanted.to_card, wanted.to_wallet, wanted.amount) == (3_000, 0, 3_000)
    given_back(order, first_plan(order))
    with pytest.raises(shares.ExceedsRemaining) as more:
        plan.plan_to_card(order, split, 601)
    assert more.value.remaining == 600


def test_a_refund_that_fails_at_the_card_leaves_the_seller_where_she_was(local_stripe: LocalStripe) -> None:
    market, order = paid_out(local_stripe)
    refund = send_refund.send_refund(given_back(order, first_plan(order)).pk)
    local_stripe.control(f"refunds/{refund.stripe_id}/fail")
    local_stripe.deliver()
    refund.refresh_from_db()
    assert (refund.status, market.wallet(), books("stripe:refunds")) == ("failed", 2_400, 0)
    assert books(f"seller:{market.kofi.pk}:available") == -1_957
    order.refresh_from_db()
    assert (order.status, order.refunded) == ("fulfilled", 2_400)


def undone(refund: Refund) -> None:
    """What staff do when the bank has taken the money for good; here the bank's part is played by the guard off."""
    with transaction.atomic():
        sync_refund.fail(sync_refund.lock(refund.pk), why="charge_disputed", elsewhere=True)
    decide_refund.cancel(refund.pk, 1, actor=STAFF, reason=WHY)


def test_a_refund_canceled_before_it_left_is_the_mirror_of_what_it_was(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, order = paid_out(local_stripe)
    accounts = (
        f"seller:{market.kofi.pk}:available", "platform:revenue", "platform:tax:GB", "platform:processing",
        "platform:promotions", "stripe:refunds",
    )  # fmt: skip
    before = [books(code) for code in accounts]
    columns = Order.objects.values().get(pk=order.pk), OrderLine.objects.values().get(order=order)
    refund = given_back(order, first_plan(order))
    assert books(accounts[0]) == -1_957
    monkeypatch.setattr(decide_refund, "taken_by_the_bank", lambda *_: True)

    undone(refund)

    assert [books(code) for code in accounts] == before
    assert (Order.objects.values().get(pk=order.pk), OrderLine.objects.values().get(order=order)) == columns
    assert Payment.objects.get().refunded == 0


def test_what_came_from_the_hold_goes_back_to_it_while_the_order_has_not_cleared(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, order = paid_out(local_stripe, payout=False)
    held = order.seller_net
    with transaction.atomic():  # as if it had not cleared
        back = Transfer(f"seller:{market.kofi.pk}:available", f"seller:{market.kofi.pk}:pending", held)
        ledger.post(Posting("order:0:uncleared", "reclassified", "GBP", (back,)))
    Order.objects.filter(pk=order.pk).update(cleared_at=None, held=held)
    order.refresh_from_db()
    refund = given_back(order, first_plan(order))
    assert (refund.from_held, order.held) == (1_957, held - 1_957)
    monkeypatch.setattr(decide_refund, "taken_by_the_bank", lambda *_: True)
    undone(refund)
    order.refresh_from_db()
    assert order.held == books(f"seller:{market.kofi.pk}:pending") == held


def test_what_has_reached_the_wallet_is_never_undone(local_stripe: LocalStripe) -> None:
    market, order = paid_out(local_stripe)
    refund = given_back(order, rest_plan(order))
    assert refund.wallet_part == 3_000
    with pytest.raises(CannotDecide, match="has reached the buyer"):
        undone(refund)
    assert market.wallet() == 3_000


def test_the_plan_shown_is_the_refund_made(local_stripe: LocalStripe) -> None:
    _market, order = paid_out(local_stripe)
    shown = first_plan(order)
    made = given_back(order, shown)
    assert (made.from_available, made.card_part) == (shown.sources.available, shown.to_card)


def gives(order: Order, wanted: Wanted) -> Refund:
    """By the verb, whatever was paid out meanwhile."""
    refund = order_refunds.refund_order(
        order.pk, wanted, actor=STAFF, reason="goodwill", note=WHY, user_id=None
    )
    send_refund.send_refund(refund.pk)
    order.refresh_from_db()
    return refund


def test_the_verb_walks_the_same_way_after_the_payout(local_stripe: LocalStripe) -> None:
    """W1 to the unit: a part of the line, then everything; she has given all she was paid, BANIBS bears the real fee."""
    market, order = paid_out(local_stripe)
    line = OrderLine.objects.get(order=order)
    available = f"seller:{market.kofi.pk}:available"
    shown = preview(order, Wanted(amounts={line.pk: 2_400}))
    assert (shown.after.amount, shown.owed) == (-1_957, order.money(1_957))

    first = gives(order, Wanted(amounts={line.pk: 2_400}))
    assert borne(first) == {
        "amount": 2_400, "card_part": 2_400, "wallet_part": 0, "from_held": 0, "from_available": 1_957,
        "fee": 222, "tax": 400, "promotion": 222, "processing": 43,
    }  # fmt: skip
    assert (books(available), order.status) == (-1_957, "fulfilled")

    rest = gives(order, Wanted(everything=True))
    assert borne(rest) == {
        "amount": 3_600, "card_part": 600, "wallet_part": 3_000, "from_held": 0, "from_available": 2_936,
        "fee": 278, "tax": 600, "promotion": 278, "processing": 64,
    }  # fmt: skip
    assert (order.status, books(available), market.wallet()) == ("refunded", -4_893, 3_000)
    ends = (
        "platform:revenue",
        "platform:revenue_deferred",
        "platform:tax:GB",
        "platform:promotions",
        "stripe:refunds",
    )
    assert [books(code) for code in ends] == [0, 0, 0, 0, 0]
    local_stripe.deliver()
    assert -books("stripe:clearing") == at_stripe()


def test_half_before_it_is_sent_and_half_after_takes_the_fee_from_where_it_is(
    local_stripe: LocalStripe,
) -> None:
    """W5: what is not earned is given back from what is deferred, what is earned from the revenue."""
    market = scene.opened()
    paid(local_stripe, market)
    order = Order.objects.get()
    fee = order.marketplace_fee
    line = order.lines.get()
    half = gives(order, Wanted(amounts={line.pk: line.total // 2}))
    assert (books("platform:revenue_deferred"), books("platform:revenue")) == (fee - half.fee, 0)
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    assert (books("platform:revenue_deferred"), books("platform:revenue")) == (0, fee - half.fee)
    gives(order, Wanted(everything=True))
    assert (books("platform:revenue_deferred"), books("platform:revenue"), order.status) == (0, 0, "refunded")
    nothing_is_stuck(local_stripe)


def test_while_the_bank_has_the_card_part_only_the_wallets_goes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=3_000)
    payment = placed(market, method=Method.WALLET_AND_CARD)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    order = Order.objects.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    row.refresh_from_db()
    bank = Bank(row)
    sync_dispute(bank.takes(fee=1_500))
    order.refresh_from_db()
    split = PaymentSplit.objects.get()
    for wanted in (Wanted(everything=True), Wanted(amount=split.wallet_part)):
        seen = preview(order, wanted)
        assert (seen.to_wallet.amount, seen.to_card.amount) == (split.wallet_part, 0)
    first = gives(order, Wanted(amount=1_000))
    assert (first.wallet_part, first.card_part, market.wallet()) == (1_000, 0, 1_000)
    with pytest.raises(OrderInDispute) as more:
        order_refunds.refund_order(
            order.pk, Wanted(amounts={order.lines.get().pk: split.wallet_part - 999}), actor=STAFF,
            reason="goodwill", note=WHY, user_id=None,
        )  # fmt: skip
    assert (more.value.code, more.value.remaining) == ("order_in_dispute", split.wallet_part - 1_000)
    gives(order, Wanted(everything=True))
    assert (order.status, market.wallet()) == ("fulfilled", 3_000)  # the bank may still give the rest back
    with pytest.raises(OrderInDispute):
        gives(order, Wanted(amount=1))
    sync_dispute(bank.says("lost"))
    order.refresh_from_db()
    assert order.status == "refunded"
    assert broken() == []
