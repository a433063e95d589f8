"""A refund of an order as a verb: in parts and whole, before it was sent and after, and what is refused."""

from __future__ import annotations

import pytest

from banibs.core import events
from banibs.core.states.state_machine import InvalidTransition
from marketplace.models import Coupon, CouponRedemption, Order, OrderLine
from marketplace.orders import downloads, transitions
from payments.charges import purchase
from payments.models import Method, Payment, Refund
from payments.refunds import order_refunds, send_refund
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from tests import market as scene
from tests import shopping
from tests.payments.refunds.scenes import broken, nothing_is_stuck, paid
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = Wanted(everything=True)


def gives(order: Order, wanted: Wanted, *, restock: bool = False, note: str = "Sorry") -> Refund:
    """The shop gives it back."""
    refund = order_refunds.refund_order(
        order.pk, wanted, actor=events.SYSTEM, reason="goodwill", note=note, user_id=None, restock=restock
    )
    order.refresh_from_db()
    return refund


def refused(order: Order, wanted: Wanted) -> RefundRefused:
    """It is refused, and nothing has moved."""
    before = (
        Order.objects.values().get(pk=order.pk),
        Refund.objects.count(),
        list(OrderLine.objects.values()),
    )
    with pytest.raises(RefundRefused) as why:
        gives(order, wanted)
    assert before == (
        Order.objects.values().get(pk=order.pk), Refund.objects.count(), list(OrderLine.objects.values()),
    )  # fmt: skip
    return why.value


def bought(market: scene.Market) -> list[Order]:
    """Amara pays from her wallet for what is in her cart."""
    address = market.amara.addresses.get().snapshot()
    purchase.buy(user=market.amara, address=address, method=Method.WALLET, expected_total=None)
    return list(Order.objects.order_by("pk"))


def lines(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def sends(order: Order) -> None:
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")
    order.refresh_from_db()


def test_two_of_three_go_back_and_then_the_rest(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    order = shopping.buys(market, (market.basket, 3)).orders.get()
    (line,) = lines(order)
    sends(order)

    first = gives(order, Wanted(lines={line.pk: 2}), restock=True)

    line.refresh_from_db()
    market.basket.refresh_from_db()
    assert (first.amount, first.wallet_part, first.units) == (9_600, 9_600, {str(line.pk): 2})
    assert (line.refunded, line.refunded_units, market.basket.stock, order.status) == (
        9_600,
        2,
        9,
        "fulfilled",
    )
    assert refused(order, Wanted(lines={line.pk: 2})).code == "refund_exceeds_remaining"

    rest = gives(order, EVERYTHING)

    market.basket.refresh_from_db()
    assert (rest.amount, order.status, order.refunded, market.wallet()) == (
        order.total - 9_600, "refunded", order.total, 20_000,
    )  # fmt: skip
    assert market.basket.stock == 9  # it was not wanted back
    assert broken() == []


def test_an_amount_of_a_line_one_of_delivery_and_one_of_the_order(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    order = shopping.buys(market, (market.basket, 1)).orders.get()
    (line,) = lines(order)
    of_line = gives(order, Wanted(amounts={line.pk: 1_000, 0: 100}))
    assert (of_line.amount, of_line.units, order.refunded_shipping) == (1_100, {}, 100)
    of_order = gives(order, Wanted(amount=2_000))
    assert (of_order.amount, order.refunded, order.status) == (2_000, 3_100, "paid")
    more = refused(order, Wanted(amount=2_201))
    assert (more.code, more.remaining, more.status) == ("refund_exceeds_remaining", 2_200, 409)
    assert refused(order, Wanted(amounts={line.pk: 4_800})).line == line.pk
    gives(order, Wanted(amount=2_200))
    assert (order.status, market.wallet()) == ("canceled", 20_000)
    assert broken() == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(amount=0),
        Wanted(amount=-1),
        Wanted(lines={1: 0}),
        Wanted(lines={999_999: 1}),
        Wanted(amounts={999_999: 1}),
    ],
)
def test_nothing_and_what_is_not_there_are_no_refund(wanted: Wanted) -> None:
    market = scene.opened()
    order = shopping.buys(market, (market.basket, 1)).orders.get()
    assert (refused(order, wanted).code, refused(order, wanted).status) == ("invalid_request", 400)


def test_before_it_is_paid_and_when_it_is_over_nothing_goes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    order = shopping.buys(market, (market.basket, 1)).orders.get()
    gives(order, EVERYTHING)
    assert refused(order, EVERYTHING).code == "invalid_transition"
    with pytest.raises(InvalidTransition):
        order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Again", user_id=None)


def test_a_file_that_was_given_back_is_closed_and_its_order_refunded(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    shopping.file(market.zine)
    order = shopping.buys(market, (market.zine, 1)).orders.get()
    (download,) = downloads.rows()
    gives(order, EVERYTHING)
    assert order.status == "refunded"
    with pytest.raises(downloads.DownloadRefused, match="download_not_available"):
        downloads.start(download.pk, user_id=market.amara.pk, actor=events.SYSTEM)
    assert broken() == []


def test_what_cost_nothing_goes_back_by_units(local_stripe: LocalStripe) -> None:
    """Three zines for nothing, at BANIBS's expense: the shop gives back its share of each."""
    market = scene.opened()
    shopping.file(market.zine)
    cart = scene.put_in_cart(market.amara, (market.zine, 3))
    cart.coupon = Coupon.objects.create(code="GIFT", percent_bps=10_000)
    cart.save()
    order = bought(market)[0]
    (line,) = lines(order)
    assert (order.total, line.promotion > 0) == (0, True)

    first = gives(order, Wanted(lines={line.pk: 1}))

    line.refresh_from_db()
    third = (2 * line.promotion + 3) // 6
    assert (first.amount, first.promotion, line.refunded_units, order.status) == (0, third, 1, "fulfilled")
    assert downloads.paid_for(order, line)
    gives(order, Wanted(lines={line.pk: 2}))
    line.refresh_from_db()
    assert (line.refunded_promotion, order.status) == (line.promotion, "refunded")
    assert not downloads.paid_for(order, line)
    assert broken() == []


def test_the_coupon_comes_back_with_the_last_order_of_its_checkout(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    cart = scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    cart.coupon = coupon = Coupon.objects.create(code="WELCOME", percent_bps=1_000)
    cart.save()
    first, second = bought(market)
    gives(first, EVERYTHING)
    coupon.refresh_from_db()
    assert (coupon.used, CouponRedemption.objects.count()) == (1, 1)
    gives(second, EVERYTHING)
    coupon.refresh_from_db()
    assert (coupon.used, CouponRedemption.objects.count(), market.wallet()) == (0, 0, 20_000)
    assert broken() == []


def test_of_a_card_payment_each_part_is_sent_and_the_books_are_stripes(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    paid(local_stripe, market, jar=True)
    order = Order.objects.order_by("pk").first()
    assert order is not None
    for wanted in (Wanted(amount=1_234), Wanted(amount=66), EVERYTHING):
        refund = gives(order, wanted)
        send_refund.send_refund(refund.pk)
        local_stripe.deliver()
        refund.refresh_from_db()
        assert (refund.status, refund.card_part) == ("succeeded", refund.amount)
    assert (order.status, Payment.objects.get().refunded) == ("canceled", order.total)
    nothing_is_stuck(local_stripe)
    assert ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP").amount == 0
