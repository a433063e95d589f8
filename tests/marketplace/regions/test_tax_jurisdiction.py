"""Whose tax it is: by country, state, region and what is in the cart. No database."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from marketplace.regions import tax_rates
from marketplace.regions.tax_jurisdiction import RegionRates, Taxation, is_divided, lacks_local_tax, resolve

TODAY = dt.date(2026, 11, 27)
EURO = RegionRates(
    "EU", {"DE": "Germany", "FR": "France"}, {"standard": 2_100, "reduced": 900, "zero": 0}, True
)
US = RegionRates("US", {"US": "United States"}, {"standard": 825, "reduced": 200, "zero": 0}, False)
UK = RegionRates("GB", {"GB": "United Kingdom"}, {"standard": 2_000, "reduced": 500, "zero": 0}, True)


def to(region: RegionRates, country: str, state: str = "") -> Taxation:
    return resolve(region, {"country": country, "region": state}, on=TODAY)


def whose(tax: Taxation) -> tuple[str, str]:
    """Whose tax it is of an order with a parcel, and of files alone."""
    return tax.jurisdiction(files_alone=False), tax.jurisdiction(files_alone=True)


def rates(tax: Taxation, kind: str = "physical") -> list[int]:
    return [tax.rate(kind=kind, tax_class=name) for name in ("standard", "reduced", "zero")]


def test_a_member_state_has_its_own_rates_on_goods_files_and_delivery() -> None:
    germany = to(EURO, "DE")
    assert (whose(germany), germany.shipping_rate_bps, germany.estimated) == (("DE", "DE"), 1_900, False)
    assert rates(germany) == rates(germany, "digital") == [1_900, 700, 0]


def test_where_the_reduced_rates_are_several_the_regions_stands_for_them() -> None:
    assert rates(to(EURO, "FR")) == [2_000, 900, 0]


def test_a_state_has_its_general_rate_on_goods_and_the_regions_on_files() -> None:
    georgia = to(US, "US", "Georgia")
    assert (whose(georgia), georgia.shipping_rate_bps) == (("US-GA", "US"), 0)
    assert rates(georgia) == [400, 200, 0]
    assert rates(georgia, "digital") == [825, 200, 0]
    assert lacks_local_tax("US-GA")
    assert not lacks_local_tax("DE")


def test_a_state_without_a_sales_tax_taxes_nothing() -> None:
    oregon = to(US, "US", "OR")
    assert whose(oregon) == ("US-OR", "US-OR")
    assert rates(oregon) == rates(oregon, "digital") == [0, 0, 0]


def test_what_is_not_known_or_not_seen_is_the_regions() -> None:
    for tax in (
        to(US, "US"),  # no state
        to(US, "US", "Bavaria"),  # none that there is
        to(US, "US", "MN"),  # unseen
        to(US, "US", "DC"),  # the row of today is unseen, though an older one was seen
        to(US, "DE"),  # files to another region's country
        to(US, ""),
    ):
        assert (whose(tax), tax.estimated) == (("US", "US"), False)
        assert rates(tax) == rates(tax, "digital") == [825, 200, 0]
    before = resolve(US, {"country": "US", "region": "DC"}, on=dt.date(2026, 9, 30))
    assert (whose(before)[0], rates(before)[0]) == ("US-DC", 600)


def test_a_country_that_is_its_own_region_keeps_the_regions_rate() -> None:
    for tax in (to(UK, "GB"), resolve(UK, None, on=TODAY)):
        assert (whose(tax), tax.shipping_rate_bps, tax.estimated) == (("GB", "GB"), 2_000, False)
        assert rates(tax) == [2_000, 500, 0]


def test_without_an_address_the_tax_of_a_divided_region_is_an_estimate() -> None:
    for region in (EURO, US):
        tax = resolve(region, None, on=TODAY)
        assert (whose(tax), tax.estimated) == ((region.code, region.code), True)
        assert rates(tax) == list(region.rates.values())
    assert [is_divided(region) for region in (EURO, US, UK)] == [True, True, False]


@given(
    st.sampled_from([EURO, US, UK]),
    st.none() | st.sampled_from(["DE", "FR", "US", "GB", "", "XX"]),
    st.sampled_from(["", "nowhere", *(code[3:] for code in tax_rates.TABLE if "-" in code)]),
    st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
)
def test_a_jurisdiction_is_the_regions_or_one_inside_it_and_its_rates_are_in_order(
    region: RegionRates, country: str | None, state: str, on: dt.date
) -> None:
    address = None if country is None else {"country": country, "region": state}
    tax = resolve(region, address, on=on)
    for jurisdiction in whose(tax):
        assert jurisdiction == region.code or jurisdiction[:2] in region.countries
        assert len(jurisdiction) <= 16  # the column's width, and the account's
        assert jurisdiction == region.code or not tax.estimated
    for kind in ("physical", "digital"):
        standard, reduced, zero = rates(tax, kind)
        assert standard >= reduced >= zero == 0
    assert tax.shipping_rate_bps in (0, rates(tax)[0])
