"""An address is written as the post of its country reads it."""

import pytest
from django.core.exceptions import ValidationError

from banibs.users.addresses import address_formats, address_rules

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
        ("BR", {"city": "Salvador", "region": "BA", "postcode": "40020-000"}, ["Salvador-BA", "40020-000"]),
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


@pytest.mark.parametrize(
    ("country", "parts", "towns"),
    [
        ("FI", {"city": "Helsinki", "postcode": "00550"}, ["FI-00550 Helsinki"]),
        ("FI", {"city": "Helsinki"}, ["Helsinki"]),
        ("US", {"region": "GA", "postcode": "30311"}, ["GA 30311"]),
        ("GH", {"city": "Accra", "region": "Greater Accra", "postcode": "GA-183"}, ["Accra", "Greater Accra", "GA-183"]),
        ("NG", {"city": "Ikeja", "region": "Lagos", "postcode": "100271"}, ["Ikeja 100271", "Lagos"]),
        ("SG", {"city": "Singapore", "postcode": "018956"}, ["Singapore", "SINGAPORE 018956"]),
        ("XX", {"city": "Nowhere", "region": "None"}, ["Nowhere", "None"]),
    ],
)  # fmt: skip
def test_nothing_that_was_written_is_lost_and_no_sign_stands_alone(
    country: str, parts: dict[str, str], towns: list[str]
) -> None:
    assert address_formats.label({**PARTS, **parts, "country": country}) == ["Amara Obi", "1 Main St", *towns]


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("GB", {"city": ("Town or city", True), "region": None, "postcode": ("Postcode", True)}),
        ("US", {"city": ("City", True), "region": ("State", True), "postcode": ("ZIP code", True)}),
        ("CA", {"city": ("City", True), "region": ("Province", True), "postcode": ("Postal code", True)}),
        ("NG", {"city": ("Town or city", True), "region": ("State", True), "postcode": None}),
        ("GH", {"city": ("Town or city", True), "region": ("Region", False), "postcode": None}),
        ("KE", {"region": ("County", False), "postcode": ("Postal code", False)}),
        ("ZA", {"region": ("Province", False), "postcode": ("Postal code", True)}),
        ("JM", {"region": ("Parish", True), "postcode": None}),
        ("SN", {"region": ("Region", False), "postcode": None}),
        ("DE", {"region": None, "postcode": ("Postcode", True)}),
        ("IE", {"region": ("County", False), "postcode": ("Eircode", False)}),
        ("IT", {"region": ("Province", True), "postcode": ("Postcode", True)}),
        ("BR", {"region": ("State", True), "postcode": ("Postcode", True)}),
    ],
)
def test_the_lines_asked_for_are_those_of_the_country(
    country: str, lines: dict[str, tuple[str, bool] | None]
) -> None:
    layout = address_formats.layout(country)
    asked = {name: getattr(layout, name) for name in lines}
    assert {name: line and (str(line.label), line.needed) for name, line in asked.items()} == lines


def test_every_country_has_a_form_with_a_town() -> None:
    for code, _name in address_formats.countries():
        layout = address_formats.layout(code)
        assert layout.city.needed
        for line in filter(None, (layout.region, layout.postcode)):
            assert str(line.label)


@pytest.mark.parametrize(
    ("country", "good", "bad"),
    [
        ("GB", "bs6 5np", "12345"),
        ("US", "30311-1234", "3031"),
        ("CA", "K1A0B1", "K1A 0B"),
        ("ZA", "8001", "\u0668\u0660\u0660\u0661"),
        ("DE", "10115", "1011"),
    ],
)
def test_a_postcode_looks_like_one_of_its_country(country: str, good: str, bad: str) -> None:
    assert address_rules.clean_postcode(good, country=country) == good.upper()
    with pytest.raises(ValidationError, match="This does not look right"):
        address_rules.clean_postcode(bad, country=country)
