"""A buyer may name a company and its VAT number: held to its country, frozen on the checkout, proposed the next time."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banibs.users.models import Address, User
from marketplace.models import CartItem, Checkout, Order
from tests import market as scene

pytestmark = pytest.mark.django_db
PAGE, PAY = "/checkout/address/", "/checkout/payment/"
BRISTOL = {
    "name": "Amara Okafor",
    "country": "GB",
    "line1": "14 Ashley Road",
    "city": "Bristol",
    "postcode": "BS6 5NP",
}
RIGHT = {"company": "Okafor Interiors Ltd", "vat_id": "gb 980 7806 84"}
WRONG = {"company": "Okafor Interiors Ltd", "vat_id": "GB 980 7806 85"}


def at_the_step(client: Client, *, addresses: bool = True) -> scene.Market:
    market = scene.opened(wallet=100_000)
    if not addresses:
        Address.objects.all().delete()
    scene.put_in_cart(market.amara, (market.basket, 1))
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    return market


def hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def pays(client: Client) -> Checkout:
    page = client.get(PAY).content.decode()
    names = ("key", "address", "expected_total", "company", "vat_id")
    answer = client.post(PAY, {**{name: hidden(page, name) for name in names}, "method": "wallet"})
    assert answer.status_code == 302, answer.content.decode()
    return Checkout.objects.latest("pk")


def test_what_amara_names_stands_on_her_order_the_shops_page_and_her_next_checkout(client: Client) -> None:
    market = at_the_step(client)
    picked = {"address": market.amara.addresses.get().pk}
    assert client.post(PAGE, {**picked, **RIGHT}).headers["Location"] == PAY
    assert "Okafor Interiors Ltd, GB980780684" in client.get(PAY).content.decode()

    checkout = pays(client)

    assert (checkout.company, checkout.vat_id) == ("Okafor Interiors Ltd", "GB980780684")
    order = client.get(f"/account/orders/{checkout.number}/").content.decode()
    assert "Okafor Interiors Ltd" in order
    assert "GB980780684" in order
    desk = Client()
    desk.force_login(market.kofi.user)
    sold = Order.objects.get(checkout=checkout).number
    assert "GB980780684" in desk.get(f"/seller/orders/{sold}/").content.decode()
    assert "GB980780684" not in desk.get(f"/seller/orders/{sold}/slip/").content.decode()
    scene.put_in_cart(market.amara, (market.basket, 1))
    assert 'value="GB980780684"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize("saved", [True, False])
def test_a_wrong_number_is_said_beside_its_field_and_an_empty_one_goes_on(
    client: Client, saved: bool
) -> None:
    market = at_the_step(client, addresses=saved)
    where = {"address": str(market.amara.addresses.get().pk)} if saved else BRISTOL

    refused = client.post(PAGE, {**where, **WRONG})

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "not a valid number" in text.partition('id="id_vat_id_error"')[2].partition("</p>")[0]
    assert 'value="GB 980 7806 85"' in text
    assert 'value="Okafor Interiors Ltd"' in text
    assert Address.objects.filter(user=market.amara).count() == int(saved)
    assert User.objects.get(pk=market.amara.pk).vat_id == ""
    assert client.post(PAGE, {**where, "company": "", "vat_id": ""}).headers["Location"] == PAY
    checkout = pays(client)
    assert (checkout.company, checkout.vat_id) == ("", "")


def test_a_form_without_the_fields_leaves_what_was_kept(client: Client) -> None:
    market = at_the_step(client)
    picked = {"address": market.amara.addresses.get().pk}
    client.post(PAGE, {**picked, **RIGHT})
    client.post(PAGE, picked)
    assert User.objects.get(pk=market.amara.pk).vat_id == "GB980780684"
    client.post(PAGE, {**picked, "company": "", "vat_id": ""})
    assert User.objects.get(pk=market.amara.pk).vat_id == ""


def test_what_the_page_showed_is_what_is_frozen_whatever_another_tab_kept(client: Client) -> None:
    market = at_the_step(client)
    picked = {"address": market.amara.addresses.get().pk}
    client.post(PAGE, {**picked, **RIGHT})
    page = client.get(PAY).content.decode()
    client.post(PAGE, {**picked, "company": "Another Ltd", "vat_id": ""})
    names = ("key", "address", "expected_total", "company", "vat_id")
    client.post(PAY, {**{name: hidden(page, name) for name in names}, "method": "wallet"})
    assert Checkout.objects.get().company == "Okafor Interiors Ltd"


def buys(client: Client, key: str, market: scene.Market, **more: Any) -> Any:
    body = {"address": market.amara.addresses.get().pk, "payment_method": "wallet", **more}
    headers = {"Idempotency-Key": key}
    return client.post(
        "/api/v1/checkouts/", json.dumps(body), content_type="application/json", headers=headers
    )


def test_the_api_takes_both_holds_them_and_answers_them(client: Client) -> None:
    market = at_the_step(client)
    refused = buys(client, "one", market, **WRONG)
    assert refused.status_code == 400, refused.content
    error = refused.json()["error"]
    assert (error["code"], list(error["fields"])) == ("vat_id_invalid", ["vat_id"])
    assert not Checkout.objects.exists()
    assert CartItem.objects.count() == 1
    placed = buys(client, "two", market, **RIGHT)
    assert placed.status_code == 201, placed.content
    assert (placed.json()["company"], placed.json()["vat_id"]) == ("Okafor Interiors Ltd", "GB980780684")
    scene.put_in_cart(market.amara, (market.basket, 1))
    plain = buys(client, "three", market)
    assert (plain.status_code, plain.json()["vat_id"]) == (201, "")


def test_the_step_costs_what_it_cost_with_a_company_or_without(client: Client) -> None:
    market = at_the_step(client)
    picked = {"address": market.amara.addresses.get().pk}
    counts = []
    for typed in ({}, {}, RIGHT):
        client.post(PAGE, {**picked, **typed})
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[1] == counts[2]
