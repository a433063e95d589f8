"""Who gives what when a part of an order goes back: worked figures, and that no step ever loses a unit."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from banibs.core.money import half_up
from marketplace import policy
from marketplace.pricing import fees
from marketplace.pricing.shares import (
    DELIVERY,
    NOTHING,
    ExceedsRemaining,
    OrderParts,
    Part,
    Share,
    share,
    share_of_parts,
)

# Docs "Money", W1: a line of 60.00 less a coupon of 10 % that BANIBS pays, delivery 6.00, 20 % VAT inside.
LINE, BASKET = 1, OrderParts({1: Part(5400, 900, 500, 500), DELIVERY: Part(600, 100)}, {}, processing=107)


def after(order: OrderParts, given: Share) -> OrderParts:
    """The order once a share was given back."""
    returned = dict(order.returned)
    for key, part in given.parts.items():
        returned[key] = returned.get(key, NOTHING) + part
    return OrderParts(order.sold, returned, order.processing, order.returned_processing + given.processing)


def figures(found: Share) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("amount", "tax", "fee", "promotion", "processing", "net")}


def test_a_part_of_a_line_goes_back() -> None:
    assert figures(share_of_parts(BASKET, {LINE: 2400})) == {
        "amount": 2400,
        "tax": 400,
        "fee": 222,
        "promotion": 222,
        "processing": 43,
        "net": 1957,
    }


def test_the_rest_takes_everything_with_it() -> None:
    left = after(BASKET, share_of_parts(BASKET, {LINE: 2400}))
    rest = share(left, 3600)
    assert rest.parts == {LINE: Part(3000, 500, 278, 278), DELIVERY: Part(600, 100)}
    assert figures(rest) == {
        "amount": 3600,
        "tax": 600,
        "fee": 278,
        "promotion": 278,
        "processing": 64,
        "net": 2936,
    }
    assert after(left, rest).remaining == 0
    assert after(left, rest).net_left == 0


def test_an_amount_is_spread_over_lines_and_delivery() -> None:
    found = share(BASKET, 3000)
    assert found.parts == {LINE: Part(2700, 450, 250, 250), DELIVERY: Part(300, 50)}
    assert (found.processing, found.net) == (54, 2446)


def test_a_refund_of_one_unit_never_asks_a_seller_for_less_than_nothing() -> None:
    """W9: 110 with tax of 10 inside, fee 10. Of the sixth unit tax takes all; the fee's unit follows with the next."""
    order = OrderParts({LINE: Part(110, tax=10, fee=10)}, {}, processing=0)
    five = share(order, 5)
    assert (five.tax, five.fee, five.net) == (0, 0, 5)
    order = after(order, five)
    one = share(order, 1)
    assert (one.tax, one.fee, one.net) == (1, 0, 0)
    order = after(order, one)
    assert share(order, 1).fee == 1
    rest = share(order, 104)
    assert (1 + rest.tax, rest.fee, 5 + rest.net) == (10, 10, 90)


def test_more_than_what_is_left_is_refused() -> None:
    with pytest.raises(ExceedsRemaining) as refused:
        share(BASKET, 6001)
    assert refused.value.remaining == 6000
    with pytest.raises(ExceedsRemaining) as refused:
        share_of_parts(BASKET, {DELIVERY: 601})
    assert refused.value.remaining == 600
    with pytest.raises(ValueError, match="not negative"):
        share(BASKET, -1)
    with pytest.raises(ValueError, match="cannot be given back"):
        share_of_parts(BASKET, {LINE: -1})


def test_a_line_that_cost_nothing_goes_back_with_the_whole() -> None:
    """BANIBS paid for it: its fee and promotion return when the order does."""
    order = OrderParts({1: Part(1000, fee=100), 2: Part(0, fee=50, promotion=500)}, {}, processing=0)
    assert 2 not in share(order, 999).parts
    assert share(order, 1000).parts[2] == Part(0, fee=50, promotion=500)


def step_by_step(order: OrderParts, sizes: list[int]) -> None:
    """Gives the whole order back in steps, and proves that no step and no sum is wrong."""
    sums, net, turn = NOTHING, order.net_left, 0
    processing = given_net = 0
    while order.remaining:
        amount = min(order.remaining, sizes[turn % len(sizes)])
        found = share(order, amount)
        assert found.amount == amount
        assert found.amount + found.promotion == found.net + found.fee + found.tax + found.processing
        assert min(found.net, found.processing) >= 0
        assert all(min(part.total, part.tax, part.fee, part.promotion) >= 0 for part in found.parts.values())
        order, turn = after(order, found), turn + 1
        assert order.net_left >= 0
        for key in order.sold:
            left = order.left(key)
            assert min(left.total, left.tax, left.fee, left.promotion) >= 0
        sums += Part(found.amount, found.tax, found.fee, found.promotion)
        processing, given_net = processing + found.processing, given_net + found.net
    assert (processing, given_net) == (order.processing, net)
    assert not any(order.left(key) for key in order.sold)


def sold(total: int, rate_bps: int, kind: str, *, card: bool) -> OrderParts:
    """One line as a sale prices it."""
    tax = fees.tax_inside(total, rate_bps)
    fee = fees.marketplace_fee(total - tax, kind)
    kept = total - tax - fee
    bps, fixed = policy.PROCESSING_FEE_BPS, policy.PROCESSING_FEE_FIXED
    (processing,) = fees.processing_fees([total], [kept], bps=bps, fixed=fixed) if card else (0,)
    return OrderParts({LINE: Part(total, tax, fee)}, {}, processing)


RATES = (0, 500, 700, 750, 1000, 1300, 1500, 1600, 1750, 1800, 1900, 2000, 2100, 2200, 2300, 2500, 2700)


@pytest.mark.parametrize("rate", RATES)
def test_every_small_order_goes_back_unit_by_unit(rate: int) -> None:
    """Every total up to 300, both fees, wallet and card, in steps of one."""
    for total in range(1, 301):
        step_by_step(sold(total, rate, "physical" if total % 2 else "digital", card=total % 3 > 0), [1])


LINES = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from(RATES), st.integers(0, 500)), min_size=1, max_size=5
)


@given(lines=LINES, delivery=st.integers(0, 900), sizes=st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_any_order_goes_back_in_any_steps(
    lines: list[tuple[int, int, int]], delivery: int, sizes: list[int]
) -> None:
    parts = {DELIVERY: Part(delivery, fees.tax_inside(delivery, 2000))}
    for number, (total, rate, promotion) in enumerate(lines, start=1):
        tax = fees.tax_inside(total, rate)
        fee = fees.marketplace_fee(total - tax + promotion, "physical")
        parts[number] = Part(total, tax, fee, promotion)
    kept = sum(part.total + part.promotion - part.tax - part.fee for part in parts.values())
    total = sum(part.total for part in parts.values())
    assume(total)
    step_by_step(OrderParts(parts, {}, min(kept, half_up(total * 290, 10_000) + 20)), sizes)
