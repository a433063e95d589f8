"""Amara's address book is hers alone, and there is always one default."""

import pytest
from django.test import Client

from banibs.users import policy as users_policy
from banibs.users.models import Address, User
from tests import market as scene
from tests import people

pytestmark = pytest.mark.django_db
LIST = "/account/addresses/"
LAGOS = {"name": "Amara Okafor", "country": "NG", "line1": "5 Broad Street", "city": "Lagos", "region": "Lagos",
         "line2": "opposite the GTBank"}  # fmt: skip


def test_an_address_is_added_as_its_country_writes_it(client: Client, amara: User) -> None:
    client.force_login(amara)
    assert client.post(f"{LIST}new/", LAGOS).status_code == 302
    address = amara.addresses.get()
    assert (address.line2, address.postcode, address.is_default) == ("opposite the GTBank", "", True)
    page = client.get(LIST).content.decode()
    assert "5 Broad Street" in page
    assert "Nigeria" in page


def test_a_state_is_needed_where_there_are_states(client: Client, amara: User) -> None:
    client.force_login(amara)
    answer = client.post(f"{LIST}new/", {**LAGOS, "region": ""})
    assert answer.status_code == 422
    assert not amara.addresses.exists()


def test_moving_to_a_country_without_postcodes_drops_the_postcode(client: Client, amara: User) -> None:
    address = scene.address(amara)
    client.force_login(amara)
    client.post(f"{LIST}{address.pk}/", LAGOS)
    address.refresh_from_db()
    assert (address.country, address.postcode) == ("NG", "")


def test_the_default_moves_and_stays_one(client: Client, amara: User) -> None:
    first = scene.address(amara)
    client.force_login(amara)
    client.post(f"{LIST}new/", LAGOS)
    second = amara.addresses.exclude(pk=first.pk).get()
    assert not second.is_default

    client.post(f"{LIST}{second.pk}/default/")
    assert amara.addresses.get(is_default=True) == second
    asked = client.post(f"{LIST}{second.pk}/delete/")
    assert "Delete this address?" in asked.content.decode()
    assert Address.objects.filter(pk=second.pk).exists()
    client.post(f"{LIST}{second.pk}/delete/", {"sure": "1"})
    assert amara.addresses.get(is_default=True) == first


@pytest.mark.parametrize("verb", ["", "delete/", "default/"])
def test_somebody_elses_is_not_found_and_not_touched(client: Client, amara: User, verb: str) -> None:
    address = scene.address(amara)
    client.force_login(people.ike())
    answer = client.post(f"{LIST}{address.pk}/{verb}", LAGOS)
    assert answer.status_code == 404
    assert "Ashley" not in answer.content.decode()
    address.refresh_from_db()
    assert address.country == "GB"


def test_a_full_book_says_so(client: Client, amara: User) -> None:
    Address.objects.bulk_create(
        Address(user=amara, name=f"{n}", country="GB") for n in range(users_policy.ADDRESS_BOOK_MOST)
    )
    client.force_login(amara)
    answer = client.post(f"{LIST}new/", LAGOS, follow=True)
    assert "Your address book is full." in answer.content.decode()
    assert amara.addresses.count() == users_policy.ADDRESS_BOOK_MOST


def test_it_leads_back_only_to_our_own_pages(client: Client, amara: User) -> None:
    address = scene.address(amara)
    client.force_login(amara)
    good = {"name": "A", "country": "GB", "line1": "1", "city": "B", "postcode": "BS6 5NP"}
    for asked, led in (
        ("/checkout/address/", "/checkout/address/"),
        ("//evil.example/", LIST),
        ("https://evil.example", LIST),
    ):
        assert client.post(f"{LIST}{address.pk}/", {**good, "next": asked}).headers["Location"] == led
