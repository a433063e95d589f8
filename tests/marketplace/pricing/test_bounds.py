"""Prices at their edges: one penny, nothing at all, exactly the least that counts."""

from __future__ import annotations

from dataclasses import MISSING, fields

import pytest

from marketplace.pricing import fees, shares
from marketplace.pricing.quote import Delivery, Discount, Item, Market, Tender, discount_applies, quote

UK = Market("GB", "GBP", True, 2000, 140, 20)


def item(price: int, seller: int = 7, number: int = 1, kind: str = "digital") -> Item:
    """A file that costs this many pence, or a thing."""
    return Item(
        variant=number, product=number, seller=seller, title="A sticker", variant_name="",
        cover="", kind=kind, quantity=1,
        unit_amount=price, tax_rate_bps=2000,
    )  # fmt: skip


def test_a_card_that_pays_one_penny_costs_its_fee_too() -> None:
    assert fees.processing_fees([1], [100], bps=140, fixed=20) == [20]
    assert fees.processing_fees([0, 0], [100, 100], bps=140, fixed=20) == [0, 0]
    assert fees.processing_fees([10_000, 0], [9_000, 0], bps=140, fixed=20) == [160, 0]


def test_the_tax_in_a_large_price_is_exact() -> None:
    assert fees.tax_inside(1_200_000_000_000, 2_000) == 200_000_000_000
    assert fees.tax_inside(12, 2_000) == 2
    assert fees.without_tax(12, 2_000, inclusive=True) == 10
    assert fees.without_tax(12, 2_000, inclusive=False) == 12
    assert (fees.tax_on(10, 2_000, inclusive=False), fees.tax_on(12, 2_000, inclusive=True)) == (2, 2)


@pytest.mark.parametrize(
    ("wallet", "parts"),
    [(0, (0, 100)), (70, (70, 30)), (71, (70, 30)), (99, (70, 30)), (100, (100, 0)), (101, (100, 0))],
)
def test_the_card_is_charged_nothing_or_what_it_takes(wallet: int, parts: tuple[int, int]) -> None:
    assert Tender("wallet_and_card", wallet=wallet, card_minimum=30).parts(100) == parts


def test_without_a_word_the_wallet_pays_and_a_card_pays_what_is_left() -> None:
    assert (Tender().wallet, Tender().card_minimum) == (0, 0)
    assert Tender().parts(100) == (100, 0)
    assert Tender("card").parts(100) == (0, 100)
    assert Tender("wallet_and_card").parts(100) == (0, 100)
    assert Tender("wallet_and_card", wallet=99).parts(100) == (99, 1)


@pytest.mark.parametrize(
    ("worth", "minimum", "counts"), [(1, 0, True), (1, 1, True), (1, 2, False), (0, 0, False)]
)
def test_a_coupon_counts_from_its_minimum_and_never_for_nothing(
    worth: int, minimum: int, *, counts: bool
) -> None:
    discount = Discount("WARM10", None, 1_000, None, minimum)
    assert discount_applies([item(worth)], discount) is counts
    assert discount_applies([], discount) is False


def test_a_coupon_asks_for_no_minimum_unless_it_says_so() -> None:
    assert Discount("WARM10", None, 1_000, None).minimum == 0


def test_a_shops_coupon_counts_its_own_goods_alone() -> None:
    discount = Discount("WARM10", 7, None, 50, 100)
    assert discount_applies([item(100), item(1_000, seller=8, number=2)], discount)
    assert not discount_applies([item(99), item(1_000, seller=8, number=2)], discount)


def test_a_coupon_that_says_neither_share_nor_amount_takes_nothing() -> None:
    priced = quote(
        [item(100)],
        market=UK,
        deliveries={},
        tender=Tender(),
        discount=Discount("EMPTY", None, None, None, 0),
    )
    assert (priced.discount, priced.total) == (0, 100)


@pytest.mark.parametrize(
    ("kinds", "alone"),
    [(["digital", "digital"], True), (["digital", "physical"], False), (["physical"], False)],
)
def test_an_order_of_files_alone_is_known(kinds: list[str], *, alone: bool) -> None:
    items = [item(100, number=n, kind=kind) for n, kind in enumerate(kinds, start=1)]
    rates = {7: Delivery(400, 100, 2, 4)}
    (order,) = quote(items, market=UK, deliveries=rates, tender=Tender(), discount=None).sellers
    assert (order.files_alone, order.items) == (alone, len(kinds))
    assert (order.shipping > 0) is not alone
    assert order.delivery == (None if alone else rates[7])


def test_the_makers_keep_what_all_shops_keep() -> None:
    priced = quote(
        [item(100), item(300, seller=8, number=2)], market=UK, deliveries={}, tender=Tender(), discount=None
    )
    assert priced.seller_net == sum(part.seller_net for part in priced.sellers) > 0


def test_what_is_not_said_of_a_part_is_nothing() -> None:
    unsaid = {one.name: one.default for one in fields(shares.Part) if one.default is not MISSING}
    assert unsaid == {"tax": 0, "fee": 0, "promotion": 0}
    assert shares.Part(0) == shares.NOTHING
    assert not shares.NOTHING
    assert shares.DELIVERY == 0  # no line has this id


def test_no_line_gives_back_less_than_nothing_and_nothing_may_be_given_back_of_it() -> None:
    order = shares.OrderParts({1: shares.Part(100), shares.DELIVERY: shares.Part(50)}, {}, 0)
    assert order.returned_processing == 0
    assert shares.share_of_parts(order, {1: 0, shares.DELIVERY: 1}).amount == 1
    assert shares.share_of_parts(order, {1: 100}).amount == 100
    with pytest.raises(ValueError, match=r"."):
        shares.share_of_parts(order, {1: -1})
    with pytest.raises(shares.ExceedsRemaining):
        shares.share_of_parts(order, {1: 101})


def test_of_a_penny_that_two_could_give_the_goods_give_it_and_not_the_delivery() -> None:
    order = shares.OrderParts({shares.DELIVERY: shares.Part(100), 1: shares.Part(100)}, {}, 0)
    assert shares.share(order, 1).parts == {1: shares.Part(1)}


def test_what_rounding_gave_back_too_early_is_never_taken_again() -> None:
    sold = {1: shares.Part(100, tax=10, fee=10, promotion=10)}
    given = {1: shares.Part(10, tax=5, fee=5, promotion=5)}
    found = shares.share_of_parts(shares.OrderParts(sold, given, 10, 5), {1: 1})
    assert (found.parts, found.processing) == ({1: shares.Part(1)}, 0)
