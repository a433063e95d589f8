"""Pages that are kept for a minute: the same for all, and yet each person's own around it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.models import Product
from tests import market as scene
from tests.marketplace.pages import HTMX, text, visitor

pytestmark = pytest.mark.django_db
PAGES = ("/browse/", "/c/home/", "/search/?q=basket")


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=12_345)


@pytest.mark.parametrize("path", PAGES)
def test_each_sees_their_own_balance_cart_and_name_of_nobody(market: scene.Market, path: str) -> None:
    scene.put_in_cart(market.amara, (market.basket, 2))
    amara, kofi, guest = visitor(market.amara), visitor(market.kofi.user), visitor()
    for _thrice in range(3):  # made, kept, and then handed out
        hers, his, nobodys = (text(client.get(path)) for client in (amara, kofi, guest))
        assert "£123.45" in hers
        assert "Cart, 2 items" in hers
        assert "£0.00" in his
        assert "£123.45" not in his + nobodys
        assert "Cart, empty" in his
        assert "Cart, empty" in nobodys
        assert "Sign in" in nobodys
        assert "Sign in" not in hers


def test_a_guest_with_a_cart_sees_how_much_is_in_it(market: scene.Market) -> None:
    guest, other = visitor(), visitor()
    other.get("/browse/")
    guest.get("/browse/")
    guest.post("/cart/add/", {"variant": market.basket.pk, "quantity": "3"}, headers=HTMX)
    assert "Cart, 3 items" in text(guest.get("/browse/"))
    assert "Cart, empty" in text(other.get("/browse/"))


def test_a_message_is_shown_once_and_to_whom_it_was_said(market: scene.Market) -> None:
    amara, kofi = visitor(market.amara), visitor(market.kofi.user)
    kofi.get("/browse/")
    amara.post("/cart/add/", {"variant": market.basket.pk, "quantity": "1"})
    assert "Added. Cart, 1 item." in text(amara.get("/browse/"))
    assert "Added. Cart, 1 item." not in text(amara.get("/browse/"))
    assert "Added. Cart, 1 item." not in text(kofi.get("/browse/"))


def test_the_forms_of_a_kept_page_can_be_sent_by_each(market: scene.Market) -> None:
    for person in (market.amara, market.kofi.user):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        client.cookies["region"] = "GB"
        page = client.get("/browse/").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = client.post(
            "/region/", {"region": "US", "next": "/browse/", "csrfmiddlewaretoken": token[1]}
        )
        assert answer.status_code == 302


def test_a_kept_page_asks_for_the_person_and_the_header_alone(market: scene.Market) -> None:
    amara = visitor(market.amara)
    for path in PAGES:
        for _until_kept in range(2):
            amara.get(path)
        with CaptureQueriesContext(connection) as statements:
            amara.get(path)
        assert len(statements) == 2, path


def test_nobody_writes_a_hole_into_a_page(market: scene.Market) -> None:
    Product.objects.filter(pk=market.basket.product_id).update(title="part:wallet_chip")
    amara = visitor(market.amara)
    for path in ("/browse/", "/search/?q=%00part:wallet_chip%00"):
        assert text(amara.get(path)).count("£123.45") == 1
