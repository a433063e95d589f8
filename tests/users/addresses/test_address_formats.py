"""An address is written as the post of its country reads it."""

import pytest

from banibs.users.addresses import address_formats

PARTS = {"name": "Amara Obi", "line1": "1 Main St", "line2": "", "region": "", "postcode": "", "phone": "1"}


@pytest.mark.parametrize(
    ("country", "parts", "towns"),
    [
        ("US", {"city": "Atlanta", "region": "GA", "postcode": "30311"}, ["Atlanta, GA 30311"]),
        ("US", {"city": "Atlanta", "postcode": "30311"}, ["Atlanta, 30311"]),
        ("CA", {"city": "Toronto", "region": "ON", "postcode": "M5V 2T6"}, ["Toronto ON M5V 2T6"]),
        ("DE", {"city": "Berlin", "postcode": "10115"}, ["10115 Berlin"]),
        ("IT", {"city": "Roma", "region": "RM", "postcode": "00144"}, ["00144 Roma RM"]),
        ("GB", {"city": "Bristol", "postcode": "BS6 5NP"}, ["Bristol BS6 5NP"]),
        ("NG", {"city": "Ikeja", "region": "Lagos"}, ["Ikeja", "Lagos"]),
        ("ZA", {"city": "Cape Town", "region": "Western Cape", "postcode": "8001"}, ["Cape Town", "Western Cape", "8001"]),
        ("IE", {"city": "Cork", "region": "Co. Cork", "postcode": "T12 X2AA"}, ["Cork", "Co. Cork", "T12 X2AA"]),
        ("BR", {"city": "Salvador", "region": "BA", "postcode": "40020-000"}, ["Salvador 40020-000", "BA"]),
        ("SN", {"city": "Dakar {city}"}, ["Dakar {city}"]),
    ],
)  # fmt: skip
def test_the_town_is_written_as_its_country_does(
    country: str, parts: dict[str, str], towns: list[str]
) -> None:
    assert address_formats.label({**PARTS, **parts, "country": country}) == ["Amara Obi", "1 Main St", *towns]


def test_a_parcel_that_leaves_the_country_names_it_last() -> None:
    lines = address_formats.label({**PARTS, "city": "Accra", "country": "GH"}, with_country=True)
    assert lines == ["Amara Obi", "1 Main St", "Accra", "Ghana"]


def test_an_address_of_nothing_but_a_country_is_its_name() -> None:
    assert address_formats.label({"country": "KE"}, with_country=True) == ["Kenya"]
