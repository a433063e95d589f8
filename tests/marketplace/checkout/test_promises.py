"""What a shop promises about returns and cancelling: shown where one buys, kept by the order, never below the law."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from banibs.developers import keys
from marketplace.models import Order, Seller
from marketplace.orders.promises import Promises
from marketplace.regions import return_rights
from marketplace.regions.return_rights import held_in
from tests import market as scene
from tests.promises.helpers import plain
from tests.shopping import buys

pytestmark = pytest.mark.django_db
NEXT_TO_NOTHING = {"return_days": 3, "return_paid_by": "seller", "cancel_policy": "by_request"}


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def promised(row: Seller | Order) -> dict[str, Any]:
    return {name: getattr(row, name) for name in NEXT_TO_NOTHING}


def test_an_order_keeps_what_was_promised_when_it_was_placed(market: scene.Market) -> None:
    Seller.objects.filter(pk=market.kofi.pk).update(**{**NEXT_TO_NOTHING, "return_days": 60})
    order = buys(market, (market.basket, 1)).orders.get()
    Seller.objects.update(return_days=0, return_paid_by="buyer", cancel_policy="at_once")
    order.refresh_from_db()
    assert promised(order) == {**NEXT_TO_NOTHING, "return_days": 60}


def test_where_the_law_gives_more_the_law_holds(market: scene.Market) -> None:
    Seller.objects.update(**NEXT_TO_NOTHING)
    order = buys(market, (market.basket, 1)).orders.get()  # to Bristol
    assert order.return_days == return_rights.LAW["GB"] == 14


@pytest.mark.parametrize(
    ("code", "days"), [("GB", 14), ("DE", 14), ("EU", 14), ("US", 3), ("GH", 3), ("", 3)]
)
def test_the_law_is_of_the_buyers_country(code: str, days: int) -> None:
    assert held_in(code, Promises(3, "buyer", "at_once")).return_days == days
    assert held_in(code, Promises(30, "buyer", "at_once")).return_days == 30


def test_every_country_of_the_union_is_in_the_file_with_its_source() -> None:
    assert len([code for code in return_rights.LAW if code not in ("EU", "GB")]) == 27


def test_the_promises_are_read_where_one_buys(market: scene.Market) -> None:
    Seller.objects.update(**{**NEXT_TO_NOTHING, "return_days": 30})
    client = Client(headers={"Accept-Language": "en-GB"})
    client.force_login(market.amara)
    client.post("/region/", {"region": "GB", "next": "/"})
    said = "You can send it back within 30 days. The shop pays the way back."
    product = client.get(f"/p/bolga-market-basket-{market.basket.product_id}/", follow=True)
    assert said in plain(product.content)
    scene.put_in_cart(market.amara, (market.basket, 1))
    assert said in plain(client.get("/cart/").content)
    number = buys(market, (market.jar, 1)).number
    page = plain(client.get(f"/account/orders/{number}/").content)
    assert said in page
    assert "Until it is sent you can ask the shop to cancel." in page


def test_a_shop_changes_them_in_its_settings(market: scene.Market) -> None:
    client = Client()
    client.force_login(market.kofi.user)
    form = {
        "name": "Kofi Weaves", "country": "GH", "city": "Accra", "tagline": "Baskets", "return_days": "60",
        "return_paid_by": "seller", "cancel_policy": "by_request",
    }  # fmt: skip
    assert client.post("/seller/settings/", form).status_code == 302
    market.kofi.refresh_from_db()
    assert promised(market.kofi) == {**NEXT_TO_NOTHING, "return_days": 60}
    for wrong in ("366", "-1", "", "soon"):
        answer = client.post("/seller/settings/", {**form, "return_days": wrong})
        assert answer.status_code == 400
        assert f'name="return_days" value="{wrong}"' in answer.content.decode() or not wrong
    market.kofi.refresh_from_db()
    assert market.kofi.return_days == 60


def test_a_program_changes_them_too(market: scene.Market) -> None:
    _key, text = keys.create(market.kofi.user, name="shop", scopes=["seller:read", "seller:write"])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    changed = client.patch("/api/v1/seller/", NEXT_TO_NOTHING, format="json")
    assert {name: changed.json()[name] for name in NEXT_TO_NOTHING} == NEXT_TO_NOTHING
    for wrong in (
        {"return_days": 366},
        {"return_days": -1},
        {"return_paid_by": "post"},
        {"cancel_policy": ""},
    ):
        assert client.patch("/api/v1/seller/", wrong, format="json").status_code == 400
    market.kofi.refresh_from_db()
    assert promised(market.kofi) == NEXT_TO_NOTHING
