"""All refunds of an order together are what was paid, to the last unit, however it is given back and in which currency."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banibs.core import events
from banibs.core.money import exponent
from marketplace.models import Coupon, Order, OrderLine, ShippingRate
from marketplace.pricing import shares
from payments.charges import purchase
from payments.models import Method, PaymentSplit, Refund
from payments.refunds import order_refunds, plan
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Drawn, Wanted, draw
from tests import market as scene
from tests.payments.refunds.scenes import broken, opened
from tests.stripe import LocalStripe

SOAK = bool(os.environ.get("BANIBS_SOAK"))
CARTS = 10_000 if SOAK else 150
SCENES = 60 if SOAK else 4
CURRENCIES = ("XOF", "GBP", "KWD")  # of 0, 2 and 3 decimals
COLUMNS = ("total", "tax", "fee", "promotion")


def sold(rng: random.Random, currency: str) -> tuple[Order, list[OrderLine]]:
    """An order as it may be sold: lines that cost something or nothing, taxed, with a promotion, with delivery."""
    lines = []
    for pk in range(1, rng.randint(1, 4) + 1):
        price = rng.choice([0, rng.randint(1, 12), rng.randint(13, 90_000)])
        tax, promotion = (
            price * rng.choice([0, 5, 19, 20]) // 100,
            rng.choice([0, rng.randint(0, price + 50)]),
        )
        lines.append(
            OrderLine(
                pk=pk,
                quantity=rng.randint(1, 5),
                total=price + tax,
                tax=tax,
                promotion=promotion,
                fee=(price + promotion) // 10,
                title=f"Thing {pk}",
            )
        )
    delivery, delivery_tax = rng.choice([0, rng.randint(1, 900)]), 0
    total = sum(line.total for line in lines) + delivery + delivery_tax
    before = total - sum(line.tax + line.fee - line.promotion for line in lines)
    processing = min(before, total * 29 // 1000 + 20) if total else 0
    order = Order(
        pk=1, number="B-1-1", currency=currency, total=total, shipping=delivery, processing_fee=processing,
        seller_net=before - processing, status="fulfilled",
    )  # fmt: skip
    return order, lines


def wish(rng: random.Random, order: Order, lines: list[OrderLine]) -> Wanted:
    left = order.total - order.refunded
    kind = rng.choice(["everything", "amount", "lines", "amounts"])
    if kind == "amount" and left:
        return Wanted(amount=rng.choice([1, left, rng.randint(1, left)]))
    if kind == "lines":
        return Wanted(lines={line.pk: rng.randint(0, line.quantity - line.refunded_units) for line in lines})
    if kind == "amounts":
        delivery = order.total - sum(line.total for line in lines) - order.refunded_shipping
        some = {line.pk: rng.randint(0, line.total - line.refunded) for line in lines}
        return Wanted(amounts=some | {shares.DELIVERY: rng.randint(0, delivery)})
    return Wanted(everything=True)


def count(order: Order, lines: list[OrderLine], drawn: Drawn) -> None:
    """What the refund writes onto its rows, without a database."""
    share, units = drawn.share, drawn.units
    for line in lines:
        part = share.parts.get(line.pk, shares.NOTHING)
        line.refunded += part.total
        line.refunded_tax += part.tax
        line.refunded_fee += part.fee
        line.refunded_promotion += part.promotion
        line.refunded_units += units.get(line.pk, 0)
        assert 0 <= line.refunded_units <= line.quantity
        assert 0 <= line.refunded_fee <= line.fee
        assert 0 <= line.refunded_promotion <= line.promotion
    delivery = share.parts.get(shares.DELIVERY, shares.NOTHING)
    order.refunded_shipping += delivery.total
    order.refunded_shipping_tax += delivery.tax
    order.refunded_processing += share.processing
    order.refunded += share.amount


@pytest.mark.parametrize("currency", CURRENCIES)
@settings(max_examples=CARTS // 3 + 1, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_parts_and_the_rest_are_what_was_paid(currency: str, seed: int) -> None:
    rng = random.Random(seed)
    order, lines = sold(rng, currency)
    card = rng.choice([0, order.total, rng.randint(0, order.total)])
    step = 10 if exponent(currency) == 3 else 1
    to_card = to_wallet = 0
    net = processing = turns = 0
    for turn in range(8):
        wanted = Wanted(everything=True) if turn == 7 else wish(rng, order, lines)
        try:
            drawn = draw(order, lines, wanted)
        except RefundRefused:
            continue
        assert drawn.share.net >= 0
        part = plan.card_part(drawn.share.amount, card - to_card, currency)
        assert part % step == 0
        turns += 1
        to_card, to_wallet = to_card + part, to_wallet + drawn.share.amount - part
        net, processing = net + drawn.share.net, processing + drawn.share.processing
        count(order, lines, drawn)
        if order.refunded == order.total and all(line.refunded_units == line.quantity for line in lines):
            break
    assert (to_card + to_wallet, order.refunded) == (order.total, order.total)
    assert 0 <= card - to_card <= (step - 1) * turns  # below ten units it is the wallet's
    assert (net, processing) == (order.seller_net, order.processing_fee)
    for line in lines:
        assert (line.refunded, line.refunded_tax, line.refunded_fee, line.refunded_promotion) == (
            line.total, line.tax, line.fee, line.promotion,
        )  # fmt: skip
        assert line.refunded_units == line.quantity


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(SCENES))
def test_on_the_rows_and_in_the_books_it_is_the_same(local_stripe: LocalStripe, seed: int) -> None:
    """Random carts of two shops, paid in both ways, given back in random steps: the buyer has all, the books hold."""
    rng = random.Random(seed)
    market = scene.opened(wallet=rng.choice([500, 3_000]))
    for variant in (market.basket, market.jar, market.zine):
        variant.offers.update(amount=rng.randint(1, 9_000))
    ShippingRate.objects.update(flat=rng.randint(0, 700))
    cart = scene.put_in_cart(
        market.amara,
        (market.basket, rng.randint(1, 3)), (market.jar, rng.randint(1, 4)), (market.zine, rng.randint(1, 2)),
    )  # fmt: skip
    if rng.random() < 0.7:
        cart.coupon = Coupon.objects.create(code="SOME", percent_bps=rng.randint(1, 9_999))
        cart.save()
    address = market.amara.addresses.get().snapshot()
    placed = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    )
    if placed.payment.card_part:
        local_stripe.pay(opened(placed.payment).stripe_id or "")
        local_stripe.deliver()
    for order in Order.objects.order_by("pk"):
        for _ in range(rng.randint(1, 5)):
            order.refresh_from_db()
            lines = list(order.lines.order_by("pk"))
            try:
                _give(order, wish(rng, order, lines))
            except RefundRefused:
                continue
        order.refresh_from_db()
        if order.status in plan.REFUNDABLE:
            _give(order, Wanted(everything=True))
        made = Refund.objects.filter(order=order)
        split = PaymentSplit.objects.get(order=order)
        assert sum(one.amount for one in made) == order.total
        assert sum(one.card_part for one in made) == split.card_part
        assert sum(one.wallet_part for one in made) == split.wallet_part
    assert set(Order.objects.values_list("status", flat=True)) <= {"canceled", "refunded"}
    assert broken() == []


def _give(order: Order, wanted: Wanted) -> None:
    order_refunds.refund_order(
        order.pk, wanted, actor=events.SYSTEM, reason="other", note="", user_id=None, restock=True
    )
