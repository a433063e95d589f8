"""Amounts are whole minor units: spread exactly, rounded one way, read from what people type and from nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banibs.core.money import (
    MAX_AMOUNT,
    CurrencyMismatch,
    InvalidAmount,
    Money,
    allocate,
    half_up,
    parse,
    share_bps,
)

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # a tie goes to the first
        (1, [1, 1], [1, 0]),
        (10, [0, 5, 5], [0, 5, 5]),
        (7, [3, 3, 1], [3, 3, 1]),
        (5, [10, 20, 30], [1, 2, 2]),
        (0, [0, 0], [0, 0]),
    ],
)
def test_a_spread_goes_by_the_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert allocate(total, weights) == parts


@given(st.integers(0, 10**12), WEIGHTS)
def test_the_parts_of_a_spread_add_up_and_none_is_a_unit_from_its_share(
    total: int, weights: list[int]
) -> None:
    parts = allocate(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    assert all(
        abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
    )


@given(WEIGHTS, st.data())
def test_a_capped_spread_takes_no_more_than_remains(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = allocate(total, weights, capped=True)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [0, 0]), (1, [])])
def test_what_cannot_be_spread_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        allocate(total, weights)
    with pytest.raises(ValueError, match="more than what remains"):
        allocate(3, [1, 1], capped=True)


def test_halves_go_up_away_from_zero() -> None:
    assert [half_up(n, 2) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]
    assert (share_bps(4_800, 1_000), share_bps(5, 1_000), share_bps(4, 1_000)) == (480, 1, 0)


def test_a_rate_is_of_ten_thousand_and_nothing_is_divided_by_nothing() -> None:
    assert share_bps(123_456_789, 10_000) == 123_456_789
    assert half_up(7, 1) == 7
    for denominator in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            half_up(1, denominator)


def test_the_largest_amount_is_what_json_holds_exactly() -> None:
    assert MAX_AMOUNT == 9_007_199_254_740_991 == int(float(MAX_AMOUNT))
    assert parse("90071992547409.91", "USD") == Money(MAX_AMOUNT, "USD")
    with pytest.raises(InvalidAmount):
        parse("90071992547409.92", "USD")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.99", "USD", 1_299),
        (" £1,299.50 ", "GBP", 129_950),
        ("12.5", "EUR", 1_250),
        ("1250", "JPY", 1_250),
        ("1250", "XOF", 1_250),
        ("1.234", "KWD", 1_234),
        ("0", "USD", 0),
    ],
)
def test_what_people_type_is_read(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *(
            (text, "USD")
            for text in ("", "0.001", "1e-7", "NaN", "Infinity", "-5", "+5", "10,00", "٣", "1.2.3", "0x10")
        ),
        *((str(2**63), currency) for currency in ("USD", "JPY")),
        ("9" * 5_000, "USD"),
        ("1." + "9" * 5_000, "USD"),
        ("12.5", "JPY"),
        ("1.2345", "KWD"),
        ("1\x00", "USD"),
    ],
)
def test_anything_else_is_no_amount(text: str, currency: str) -> None:
    with pytest.raises(InvalidAmount):
        parse(text, currency)


@pytest.mark.parametrize("amount", [1.0, "1", None, True, float("nan")])
def test_money_is_whole(amount: object) -> None:
    with pytest.raises(InvalidAmount):
        Money(amount, "USD")  # type: ignore[arg-type]


def test_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "GBP")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "USD") < Money(1, "GBP")


def test_money_is_added_taken_away_and_turned_round() -> None:
    ten, three = Money(10, "USD"), Money(3, "USD")
    assert (ten + three, ten - three, three - ten, -ten) == (
        Money(13, "USD"),
        Money(7, "USD"),
        Money(-7, "USD"),
        Money(-10, "USD"),
    )


def test_money_is_less_the_same_or_more() -> None:
    two, three = Money(2, "USD"), Money(3, "USD")
    assert [two < three, three < two, two < Money(2, "USD")] == [True, False, False]
    assert [two <= three, three <= two, two <= Money(2, "USD")] == [True, False, True]
    assert [bool(Money(amount, "USD")) for amount in (-1, 0, 1)] == [True, False, True]


@pytest.mark.parametrize(
    ("money", "plain"),
    [
        (Money(1_299, "USD"), "12.99"),
        (Money(-5, "USD"), "-0.05"),
        (Money(1_250, "XOF"), "1250"),
        (Money(1_234, "KWD"), "1.234"),
    ],
)
def test_a_form_shows_major_units(money: Money, plain: str) -> None:
    assert money.plain == plain
    assert money.decimal == Decimal(plain)


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(129_950, "USD"), "en-gb", "$1,299.50"),
        (Money(0, "USD"), "en-gb", "$0.00"),
        (Money(-1, "GBP"), "en-gb", "−£0.01"),
        (Money(1, "GBP"), "en-gb", "£0.01"),
        (Money(1_250, "KES"), "en-gb", "KSh\N{NO-BREAK SPACE}12.50"),
        (Money(1_250, "EUR"), "de", "12,50\N{NO-BREAK SPACE}€"),
        (Money(1_250, "JPY"), "en-us", "¥1,250"),
    ],
)
def test_a_person_reads_it_as_at_home(money: Money, locale: str, text: str) -> None:
    assert money.format(locale) == text


def test_without_a_word_about_whose_home_it_is_the_pages_language_counts() -> None:
    money = Money(1_250, "EUR")
    with translation.override("de"):
        assert (str(money), money.format("en-gb")) == ("12,50\N{NO-BREAK SPACE}€", "€12.50")
    with translation.override(None):
        assert str(money) == "€12.50"
