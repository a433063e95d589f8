"""The file of tax rates: what it may hold, and what it answers on a day."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.regions import tax_rates

HEAD = "jurisdiction,name,rate,reduced,from,source,seen"
GERMANY = "DE,Germany,19,7,2021-01-01,the law,seen"


def table(*rows: str) -> dict[str, tuple[tax_rates.Rate, ...]]:
    return tax_rates.read([HEAD, *rows])


def test_rates_are_whole_basis_points_read_from_per_cent() -> None:
    rows = table(
        GERMANY, "FI,Finland,25.5,,2024-09-01,the law,seen", "US-GA,Georgia,4,,2025-07-01,the law,seen"
    )
    assert (rows["DE"][0].standard, rows["DE"][0].reduced) == (1_900, 700)
    assert (rows["FI"][0].standard, rows["FI"][0].reduced) == (2_550, None)
    assert [rows[code][0].of_state for code in ("DE", "US-GA")] == [False, True]


def test_a_row_counts_from_its_day_until_the_next() -> None:
    estonia = tax_rates.TABLE["EE"]
    assert [rate.standard for rate in estonia] == [2_200, 2_400]
    for day, standard in (("2024-01-01", 2_200), ("2025-06-30", 2_200), ("2025-07-01", 2_400)):
        found = tax_rates.in_force("EE", dt.date.fromisoformat(day))
        assert found is not None
        assert found.standard == standard
    assert tax_rates.in_force("EE", dt.date(2023, 12, 31)) is None
    assert tax_rates.in_force("XX", dt.date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("Germany,Germany,19,7,2021-01-01,the law,seen", "neither a country nor a state"),
        ("DE,Germany,19 %,7,2021-01-01,the law,seen", "line 2"),
        ("DE,Germany,-1,,2021-01-01,the law,seen", "in whole basis points"),
        ("DE,Germany,101,,2021-01-01,the law,seen", "in whole basis points"),
        ("DE,Germany,NaN,,2021-01-01,the law,seen", "line 2"),
        ("US-MN,Minnesota,6.875,,2025-07-01,the law,seen", "in whole basis points"),
        ("DE,Germany,19,20,2021-01-01,the law,seen", "not above the general one"),
        ("DE,Germany,19,7,01.01.2021,the law,seen", "line 2"),
        ("DE,Germany,19,7,2021-01-01,,seen", "a name and a source"),
        ("DE,Germany,19,7,2021-01-01,the law,perhaps", "neither seen nor unseen"),
        ("DE,Germany,19,7,2021-01-01,the law", "line 2"),
    ],
)
def test_a_row_that_could_mislead_is_refused(row: str, complaint: str) -> None:
    with pytest.raises(tax_rates.Invalid, match=complaint):
        table(row)


def test_rows_of_a_jurisdiction_follow_one_another_under_one_name() -> None:
    for second in (
        GERMANY,
        GERMANY.replace("2021", "2020"),
        GERMANY.replace("2021", "2022").replace("Germany", "BRD"),
    ):
        with pytest.raises(tax_rates.Invalid, match="line 3: DE stands again"):
            table(GERMANY, second)


def test_other_columns_are_refused() -> None:
    with pytest.raises(tax_rates.Invalid, match="the columns are"):
        tax_rates.read([HEAD.replace("source", "sauce"), GERMANY])


def test_a_state_is_found_however_people_write_it() -> None:
    for written in ("GA", "ga", " Georgia ", "GEORGIA", "US-GA"):
        assert tax_rates.state_code("US", written) == "US-GA"
    assert tax_rates.state_code("US", "new   york") == "US-NY"
    for written in ("", "Bavaria", "G", "U", "PR"):
        assert tax_rates.state_code("US", written) == ""


def test_every_state_has_a_row_and_no_unseen_one_a_rate() -> None:
    states = [code for code in tax_rates.TABLE if code.startswith("US-")]
    assert len(states) == 51  # and the District of Columbia
    unseen = {rate.jurisdiction for rows in tax_rates.TABLE.values() for rate in rows if not rate.seen}
    assert unseen == {"US-DC", "US-HI", "US-MN", "US-MO", "US-NJ", "US-NM", "US-UT"}
    assert {rate.standard for rows in tax_rates.TABLE.values() for rate in rows if not rate.seen} == {0}
