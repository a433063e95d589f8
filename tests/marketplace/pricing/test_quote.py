"""From a cart to every figure: worked by hand here, and held to the ledger's equation for any cart there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.pricing.quote import Delivery, Discount, Item, Market, Quote, Tender, quote

UK = Market("GB", "GBP", True, 2_000, 290, 20)
US = Market("US", "USD", False, 0, 290, 30)
KOFI, ZURI = 1, 2
WALLET = Tender()
RATE = Delivery(flat=400, per_item=100, min_days=2, max_days=5)


def item(
    price: int,
    *,
    seller: int = KOFI,
    quantity: int = 1,
    kind: str = "physical",
    tax: int = 0,
    variant: int = 1,
) -> Item:
    """A line of a cart."""
    return Item(variant, variant, seller, "A thing", "", "", kind, quantity, price, tax)


def priced(
    items: Sequence[Item], *, market: Market = US, tender: Tender = WALLET, discount: Discount | None = None
) -> Quote:
    return quote(items, market=market, deliveries={KOFI: RATE, ZURI: RATE}, tender=tender, discount=discount)


def test_ten_per_cent_of_things_and_twelve_of_files_and_none_of_delivery() -> None:
    whole = priced([item(4_800, quantity=2), item(700, seller=ZURI, kind="digital", variant=2)])
    kofi, zuri = whole.sellers
    assert (kofi.subtotal, kofi.shipping, kofi.total) == (9_600, 600, 10_200)
    assert (kofi.marketplace_fee, kofi.seller_net) == (960, 9_240)
    assert (zuri.shipping, zuri.marketplace_fee, zuri.seller_net) == (0, 84, 616)
    assert (whole.total, whole.tax, whole.marketplace_fee) == (10_900, 0, 1_044)


def test_tax_comes_on_top_where_prices_are_without_it() -> None:
    whole = priced([item(1_000, tax=825)])
    assert (whole.subtotal, whole.tax, whole.total) == (1_000, 83, 1_583)  # 82.5 rounds up
    assert whole.marketplace_fee == 100  # on the price without tax


def test_tax_is_taken_out_where_prices_have_it_in_delivery_too() -> None:
    whole = priced([item(1_200, tax=2_000)], market=UK)
    (kofi,) = whole.sellers
    assert (kofi.tax, kofi.shipping_tax, whole.total) == (200 + 83, 83, 1_700)
    assert kofi.marketplace_fee == 100
    assert kofi.seller_net == 1_000 - 100 + 417


def test_what_a_shop_takes_off_lowers_its_fee_and_what_banibs_takes_off_does_not() -> None:
    things = [item(1_000), item(1_000, seller=ZURI, variant=2)]
    shops = priced(things, discount=Discount("KOFI10", KOFI, 1_000, None))
    assert [part.discount for part in shops.sellers] == [100, 0]
    assert shops.sellers[0].marketplace_fee == 90
    assert (shops.sellers[0].promotion, shops.sellers[0].seller_net) == (0, 810 + 500)
    ours = priced(things, discount=Discount("BANIBS10", None, 1_000, None))
    assert [part.discount for part in ours.sellers] == [100, 100]
    assert {part.marketplace_fee for part in ours.sellers} == {100}
    assert {(part.promotion, part.seller_net) for part in ours.sellers} == {(100, 900 + 500)}


def test_a_coupon_of_more_than_everything_takes_everything_and_no_more() -> None:
    for discount in (Discount("ALL", None, 15_000, None), Discount("BIG", None, None, 10**9)):
        whole = priced([item(1_000, kind="digital")], discount=discount)
        assert (whole.discount, whole.total) == (1_000, 0)
        assert whole.sellers[0].seller_net == 880  # BANIBS pays the shop all the same


def test_a_coupon_below_its_minimum_takes_nothing() -> None:
    whole = priced([item(999)], discount=Discount("FROM10", None, 1_000, None, minimum=1_000))
    assert whole.discount == 0


def test_the_cards_fee_is_spread_by_what_the_card_pays_of_each() -> None:
    whole = priced([item(10_000), item(5_000, seller=ZURI, variant=2)], tender=Tender("card"))
    assert (whole.wallet_part, whole.card_part) == (0, 16_000)
    fees = [part.processing_fee for part in whole.sellers]
    assert sum(fees) == 464 + 30
    assert fees == [324, 170]
    assert priced([item(10_000)]).sellers[0].processing_fee == 0  # the wallet has none


def test_the_cards_fee_takes_no_more_than_an_order_earns() -> None:
    whole = priced([item(20, kind="digital")], tender=Tender("card"))
    assert (whole.sellers[0].processing_fee, whole.sellers[0].seller_net) == (18, 0)


def test_the_wallet_goes_first_and_leaves_the_card_enough_to_be_charged() -> None:
    for wallet, parts in ((600, (600, 500)), (1_080, (1_050, 50)), (1_100, (1_100, 0)), (0, (0, 1_100))):
        tender = Tender("wallet_and_card", wallet=wallet, card_minimum=50)
        whole = priced([item(1_100, kind="digital")], tender=tender)
        assert (whole.wallet_part, whole.card_part) == parts


@st.composite
def carts(draw: st.DrawFn) -> tuple[list[Item], Market, Tender, Discount | None]:
    """Any cart, any way to pay it, any coupon."""
    things = [
        item(
            draw(st.integers(0, 500_000)),
            seller=draw(st.integers(1, 4)),
            quantity=draw(st.integers(1, 100)),
            kind=draw(st.sampled_from(["physical", "digital"])),
            tax=draw(st.sampled_from([0, 500, 825, 1_500, 2_000])),
            variant=n,
        )
        for n in range(draw(st.integers(1, 8)))
    ]
    amount = draw(st.none() | st.integers(1, 10**7))
    percent = None if amount else draw(st.integers(0, 20_000))
    seller = draw(st.none() | st.integers(1, 4))
    discount = draw(st.none() | st.just(Discount("C", seller, percent, amount)))
    tender = Tender(
        draw(st.sampled_from(["wallet", "card", "wallet_and_card"])), draw(st.integers(0, 10**7)), 50
    )
    return things, draw(st.sampled_from([UK, US])), tender, discount


@settings(max_examples=300, deadline=None)
@given(carts())
def test_for_any_cart_what_is_paid_is_what_is_shared_out(
    cart: tuple[list[Item], Market, Tender, Discount | None],
) -> None:
    things, market, tender, discount = cart
    deliveries = {one.seller: RATE for one in things if one.kind == "physical"}
    whole = quote(things, market=market, deliveries=deliveries, tender=tender, discount=discount)

    assert whole.total == sum(part.total for part in whole.sellers) == whole.wallet_part + whole.card_part
    assert (
        sum(part.wallet_part for part in whole.sellers),
        sum(part.card_part for part in whole.sellers),
    ) == (
        whole.wallet_part,
        whole.card_part,
    )
    assert 0 <= whole.discount <= whole.subtotal
    for part in whole.sellers:
        assert part.total + part.promotion == (
            part.seller_net + part.marketplace_fee + part.processing_fee + part.tax
        )
        assert part.wallet_part + part.card_part == part.total
        figures = (
            part.seller_net, part.marketplace_fee, part.processing_fee, part.tax, part.promotion, part.total,
            part.wallet_part, part.card_part,
        )  # fmt: skip
        assert min(figures) >= 0
        for line in part.lines:
            assert line.total + line.promotion == line.net + line.fee + line.tax
    if tender.method == "wallet_and_card":
        assert whole.card_part == 0 or whole.card_part >= min(50, whole.total)
        assert whole.wallet_part <= tender.wallet


@settings(max_examples=300, deadline=None)
@given(carts(), st.lists(st.integers(0, 2_700), min_size=8, max_size=8))
def test_for_any_cart_and_any_jurisdiction_tax_is_its_base_at_its_rate(
    cart: tuple[list[Item], Market, Tender, Discount | None], rates: list[int]
) -> None:
    things, market, tender, discount = cart
    deliveries = {one.seller: RATE for one in things if one.kind == "physical"}
    here = quote(things, market=market, deliveries=deliveries, tender=tender, discount=discount)
    moved = [replace(one, tax_rate_bps=rate) for one, rate in zip(things, rates, strict=False)]
    there = quote(
        moved,
        market=replace(market, shipping_rate_bps=rates[0]),
        deliveries=deliveries,
        tender=tender,
        discount=discount,
    )
    for line in there.lines:
        rate, tax = line.item.tax_rate_bps, line.tax
        assert line.tax_base + tax == line.total
        # the check of `verify_ledger`, in whole numbers: (2n + d) / 2d is n / d, half up
        if market.tax_inclusive:
            assert tax == (2 * line.total * rate + 10_000 + rate) // (2 * (10_000 + rate))
        else:
            assert tax == (2 * line.tax_base * rate + 10_000) // 20_000
    if market.tax_inclusive:  # the displayed price is the same wherever it goes: the shops' part is not
        assert there.total == here.total
    else:
        assert there.total - there.tax == here.total - here.tax
