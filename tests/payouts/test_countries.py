"""The table of countries: what it offers has a source, what has none is not offered."""

import datetime as dt

import pycountry
import pytest

from marketplace.regions import lookup as regions
from payouts import countries
from payouts.models import PayoutMethod


def test_each_row_is_a_country_once_with_a_currency_a_day_and_where_it_was_read() -> None:
    rows = countries.table()
    assert len({(row.method, row.country) for row in rows}) == len(rows)
    for row in rows:
        assert pycountry.countries.get(alpha_2=row.country), row
        assert pycountry.currencies.get(alpha_3=row.currency), row
        assert dt.date.fromisoformat(row.date), row
        assert row.agreement in ("full", "recipient", "none"), row
        assert row.seen is bool(row.source), row
        assert row.seen is (row.agreement != "none"), row


@pytest.mark.django_db
def test_every_market_has_an_answer_in_its_own_money() -> None:
    for market in regions.places().values():
        for country in market.countries:
            place = countries.destination(country)
            assert place is not None, country
            assert place.currency == market.currency, country


def test_what_no_document_showed_is_not_offered() -> None:
    assert countries.destination("ZW") is None
    assert countries.destination("KP") is None
    assert countries.destination("GH", method="carrier_pigeon") is None
    assert countries.destination("gh") is countries.destination("GH")


def test_each_kind_of_destination_is_in_the_table_and_a_law_that_forbids_crypto_is_kept() -> None:
    assert {row.method for row in countries.table()} == set(PayoutMethod.Kind.values)
    assert countries.destination("GH", method="paypal") is None
    assert countries.destination("KE", method="paypal") is not None
    assert countries.destination("NG", method="wise").currency == "NGN"
    assert countries.destination("EG", method="crypto") is None
    assert countries.destination("GH", method="crypto") is not None
