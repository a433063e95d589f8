"""A state, province or county is chosen from its country's list, and found in the ways people write it."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from banibs.developers import keys
from banibs.users.addresses import address_areas, address_formats, address_rules
from banibs.users.models import User

pytestmark = pytest.mark.django_db
NEW = "/account/addresses/new/"
ATLANTA = {
    "name": "Amara Okafor",
    "country": "US",
    "line1": "1180 Cascade Avenue SW",
    "city": "Atlanta",
    "postcode": "30311",
}


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("US", "Georgia", "GA"),
        ("US", "ga", "GA"),
        ("US", "US-GA", "GA"),
        ("US", "State of Georgia", "GA"),
        ("US", "D.C.", "DC"),
        ("CA", "Québec", "QC"),
        ("IT", "Roma", "RM"),
        ("BR", "Sao Paulo", "SP"),
        ("NG", "Lagos State", "Lagos"),
        ("NG", "Abuja", "Federal Capital Territory"),
        ("IE", "County Cork", "Co. Cork"),
        ("JM", "Saint Andrew", "St. Andrew"),
        ("ES", "Alacant", "Alicante"),
        ("AE", "دبي", "Dubai"),
        ("HK", "Kowloon", "Kowloon"),
        ("GH", "greater accra region", "Greater Accra"),
        ("KE", "Nairobi", "Nairobi City"),
        ("ZA", "KwaZulu Natal", "Kwazulu-Natal"),
        ("GB", "Somewhere", "Somewhere"),
    ],
)
def test_a_part_of_a_country_is_found_as_people_write_it(country: str, written: str, kept: str) -> None:
    assert address_areas.kept(country, written) == kept


def test_every_part_of_every_list_is_itself() -> None:
    listed = 0
    for country, _name in address_formats.countries():
        areas = address_areas.areas(country)
        for kept, shown in areas.choices if areas else ():
            assert address_areas.kept(country, kept) == address_areas.kept(country, shown) == kept
            listed += 1
    assert listed > 1000


def test_the_page_offers_the_list_and_keeps_the_code(client: Client, amara: User) -> None:
    client.force_login(amara)
    client.cookies["region"] = "US"
    page = client.get(NEW).content.decode()
    assert '<option value="GA">Georgia</option>' in page

    wrong = client.post(NEW, {**ATLANTA, "region": "Atlanta"})
    assert wrong.status_code == 422
    assert "“Atlanta” is not on the list. Choose one from it, such as Alabama." in wrong.content.decode()
    assert not amara.addresses.exists()
    none = client.post(NEW, {**ATLANTA, "region": ""}).content.decode()
    assert "Please choose one." in none
    assert 'value="1180 Cascade Avenue SW"' in none

    assert client.post(NEW, {**ATLANTA, "region": "Georgia"}).status_code == 302
    assert amara.addresses.get().region == "GA"


def test_an_address_of_before_shows_what_it_meant(client: Client, amara: User) -> None:
    address = amara.addresses.create(**ATLANTA, region="Georgia")
    client.force_login(amara)
    page = client.get(f"/account/addresses/{address.pk}/").content.decode()
    assert '<option value="GA" selected>Georgia</option>' in page
    changed = client.post(
        f"/account/addresses/{address.pk}/", {**ATLANTA, "region": "Georgia", "change": "1"}
    )
    assert '<option value="GA" selected>Georgia</option>' in changed.content.decode()


def test_a_program_may_write_the_name_or_the_code(amara: User) -> None:
    _key, secret = keys.create(amara, name="shop", scopes=("orders:read", "orders:write"))
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    made = program.post("/api/v1/addresses/", {**ATLANTA, "region": "georgia"}, format="json")
    assert (made.status_code, made.json()["region"]) == (201, "GA")
    wrong = program.post("/api/v1/addresses/", {**ATLANTA, "region": "Atlanta"}, format="json")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (400, ["region"])
    nobody = program.post("/api/v1/addresses/", {"name": "Amara", "country": "BV"}, format="json")
    assert (nobody.status_code, list(nobody.json()["error"]["fields"])) == (400, ["country"])
    assert amara.addresses.count() == 1


def test_an_address_whose_state_is_none_is_not_one_to_send_a_parcel_to() -> None:
    assert address_rules.wrong_lines({**ATLANTA, "region": "Georgia"}, parcel=True) == []
    assert address_rules.wrong_lines({**ATLANTA, "region": "Atlanta"}, parcel=True) == ["region"]
    with pytest.raises(ValidationError, match="not on the list"):
        address_rules.clean_region("Lagos", country="US")


def test_countries_where_nobody_lives_are_not_offered_and_those_of_the_region_come_first(
    client: Client, amara: User
) -> None:
    codes = [code for code, _name in address_formats.countries()]
    assert not {"BV", "HM", "AQ", "TF", "UM", "CP"} & set(codes)
    assert {"GB", "AX", "XK"} <= set(codes)
    names = [name for _code, name in address_formats.countries()]
    assert names.index("Åland Islands") < names.index("Albania") + 3  # by its letters, not after Z

    client.force_login(amara)
    client.cookies["region"] = "NG"
    for address in (NEW, "/seller/start/"):
        page = client.get(address).content.decode()
        first = page.partition('<optgroup label="Where you shop">')[2].partition("</optgroup>")[0]
        assert 'value="NG"' in first
        rest = page.partition('<optgroup label="All countries">')[2].partition("</optgroup>")[0]
        assert 'value="NG"' not in rest
        assert 'value="GB"' in rest
