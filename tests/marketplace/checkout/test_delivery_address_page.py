"""Where a cart goes: a saved address, a new one, or, for files alone, a name and a country."""

import pytest
from django.test import Client

from banibs.users.models import Address
from marketplace.models import ShippingRate, Variant
from tests import market as scene

pytestmark = pytest.mark.django_db
PAGE = "/checkout/address/"
BRISTOL = {
    "name": "Amara Okafor",
    "country": "GB",
    "line1": "14 Ashley Road",
    "city": "Bristol",
    "postcode": "bs6 5np",
}


def at_the_page(client: Client, *wanted: Variant, market: scene.Market, addresses: bool = False) -> None:
    if not addresses:
        Address.objects.all().delete()
    scene.put_in_cart(market.amara, *((variant, 1) for variant in wanted))
    client.force_login(market.amara)
    client.cookies["region"] = "GB"


def test_a_saved_address_leads_to_the_payment(client: Client) -> None:
    market = scene.opened()
    at_the_page(client, market.basket, market=market, addresses=True)
    page = client.get(PAGE).content.decode()
    assert "Where should it go?" in page
    assert "14 Ashley Road" in page
    answer = client.post(PAGE, {"address": market.amara.addresses.get().pk})
    assert answer.headers["Location"] == "/checkout/payment/"


def test_a_new_address_is_kept_and_becomes_the_default(client: Client) -> None:
    market = scene.opened()
    at_the_page(client, market.basket, market=market)
    assert (
        'value="Amara Okafor"' in client.get(PAGE).content.decode()
    )  # who has none need not type their name

    assert client.post(PAGE, BRISTOL).headers["Location"] == "/checkout/payment/"

    address = market.amara.addresses.get()
    assert (address.postcode, address.is_default) == ("BS6 5NP", True)
    assert (
        "Amara Okafor, 14 Ashley Road, Bristol BS6 5NP" in client.get("/checkout/payment/").content.decode()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"postcode": "12345"}, "This does not look right. Such as BS6 5NP."),
        ({"line1": ""}, "Please fill this in."),
        ({"name": "Amara\x07"}, "A control character (U+0007) cannot stand here. Please take it out."),
        ({"phone": "call me"}, "Enter a phone number like"),
        ({"country": "US"}, "Please choose one from the list."),
        ({"city": "x" * 101}, "at most 100 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, change: dict[str, str], said: str
) -> None:
    market = scene.opened()
    at_the_page(client, market.basket, market=market)

    answer = client.post(PAGE, {**BRISTOL, **change})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert ("14 Ashley Road" in page) is ("line1" not in change)
    assert not market.amara.addresses.exists()


def test_files_alone_need_a_name_and_a_country(client: Client) -> None:
    market = scene.opened()
    at_the_page(client, market.zine, market=market)
    page = client.get(PAGE).content.decode()
    assert "A name and a country are enough." in page
    assert "Street and number" not in page

    assert (
        client.post(PAGE, {"name": "Amara Okafor", "country": "BR"}).headers["Location"]
        == "/checkout/payment/"
    )

    assert market.amara.addresses.get().country == "BR"


def test_an_address_in_another_region_cannot_be_chosen_for_a_parcel(client: Client) -> None:
    market = scene.opened()
    Address.objects.all().delete()
    accra = scene.address(market.amara, country="GH")
    at_the_page(client, market.basket, market=market, addresses=True)
    assert "Your cart is priced for United Kingdom." in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"address": accra.pk})
    assert answer.status_code == 422
    assert "Choose an address there, or change the region of your cart." in answer.content.decode()


def test_a_bare_name_is_no_address_for_a_parcel(client: Client) -> None:
    market = scene.opened()
    Address.objects.all().delete()
    bare = Address.objects.create(user=market.amara, name="Amara", country="GB")
    at_the_page(client, market.basket, market=market, addresses=True)
    answer = client.post(PAGE, {"address": bare.pk})
    assert "A parcel needs a street and a town." in answer.content.decode()


def test_somebody_elses_address_is_no_choice(client: Client) -> None:
    market = scene.opened()
    at_the_page(client, market.basket, market=market, addresses=True)
    other = scene.address(market.zuri.user)
    answer = client.post(PAGE, {"address": other.pk})
    assert answer.status_code == 422
    assert "Choose one of these addresses" in answer.content.decode()


def test_what_cannot_be_sent_is_named_before_anything_is_paid(client: Client) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.jar, 1))
    at_the_page(client, market.basket, market=market, addresses=True)
    ShippingRate.objects.filter(seller=market.kofi).delete()
    page = client.get(PAGE).content.decode()
    assert "Bolga market basket" in page
    assert "Kofi Weaves cannot send this to United Kingdom." in page
    assert "Continue to payment" not in page
    assert client.get("/checkout/payment/").headers["Location"] == PAGE


def test_another_country_has_other_lines_and_what_was_typed_stays(client: Client) -> None:
    market = scene.opened()
    at_the_page(client, market.zine, market=market)
    client.force_login(market.amara)
    answer = client.post(
        "/account/addresses/new/",
        {"name": "Ama Mensah", "country": "GH", "line1": "Ring Road", "change": "1"},
        headers={"HX-Request": "true"},
    )
    lines = answer.content.decode()
    assert "Digital address or landmark" in lines
    assert "Postcode" not in lines
    assert 'value="Ring Road"' in lines
    assert "Please fill this in" not in lines


def test_an_empty_cart_has_nowhere_to_go(client: Client) -> None:
    client.force_login(scene.opened().amara)
    assert client.get(PAGE).headers["Location"] == "/cart/"
