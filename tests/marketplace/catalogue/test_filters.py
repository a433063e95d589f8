"""What a visitor narrows a page by, read from its address."""

import pytest
from django.http import QueryDict

from marketplace.catalogue import filters
from marketplace.catalogue.filters import Filters


def read(query: str, currency: str = "GBP") -> filters.Asked:
    return filters.read(QueryDict(query), currency)


def test_an_address_without_a_query_asks_for_everything_newest_first() -> None:
    asked = read("")
    assert (asked.filters, asked.sort, asked.notes, asked.query()) == (Filters(), "newest", (), "")
    assert asked.filters.count == 0


def test_every_filter_is_read_and_written_back_the_same() -> None:
    query = "kind=physical&country=GH&country=NG&min_price=3.50&max_price=40.00&in_stock=1&free_delivery=1&sort=price"
    asked = read(query)
    assert asked.filters == Filters("physical", ("GH", "NG"), 350, 4000, in_stock=True, free_delivery=True)
    assert asked.query() == query
    assert asked.filters.count == 6


def test_prices_are_in_the_visitors_currency_whatever_its_decimals() -> None:
    assert read("min_price=2500", "XOF").filters.least == 2500
    assert read("min_price=25", "KES").filters.least == 2500


def test_prices_the_wrong_way_round_are_turned() -> None:
    assert read("min_price=40&max_price=3").filters == Filters(least=300, most=4000)


@pytest.mark.parametrize(
    "query",
    [
        "min_price=abc",
        "min_price=-3",
        "max_price=1e3",
        "max_price=NaN",
        "max_price=99999999999999999999",
        "max_price=10,00",
        "min_price=٣",
        "min_price=0.001",
        "kind=stolen",
    ],
)
def test_a_value_that_means_nothing_is_left_out_and_said_so(query: str) -> None:
    asked = read(query)
    assert asked.filters == Filters()
    assert len(asked.notes) == 1


@pytest.mark.parametrize(
    "query",
    ["country=' OR 1", "country=ÄÄ", "in_stock=yes", "free_delivery=0", "sort=user__password", "seller=1"],
)
def test_what_nobody_would_type_is_left_out_in_silence(query: str) -> None:
    asked = read(query)
    assert (asked.filters, asked.sort, asked.notes) == (Filters(), "newest", ())


def test_a_chip_leads_to_the_page_without_its_filter() -> None:
    asked = read("kind=digital&country=GH&sort=price")
    assert asked.without(kind="") == "?country=GH&sort=price"
    assert asked.without(countries=()) == "?kind=digital&sort=price"
