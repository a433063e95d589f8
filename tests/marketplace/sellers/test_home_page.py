"""Kofi's desk: each figure is the ledger's, and leads to what it is made of."""

import pytest
from django.test import Client
from django.urls import reverse

from banibs.core import events
from marketplace.sellers import sales, shops
from payments.refunds import order_refunds
from tests import market as scene
from tests import people
from tests.seller_scene import at_desk, bought
from tests.shopping import tell
from wallet import ledger

pytestmark = pytest.mark.django_db


def test_what_is_shown_as_clearing_is_what_the_ledger_holds() -> None:
    market = scene.opened(wallet=100_000)
    bought(market, (market.basket, 2), (market.jar, 1))
    bought(market, (market.basket, 1))
    tell()

    response = at_desk(market.kofi).get(reverse("seller:home"))

    purse = response.context["purses"][0]
    held = ledger.balance(f"seller:{market.kofi.pk}:pending", "GBP")
    assert purse["pending"] == held == sales.clearing(market.kofi.pk)["GBP"].held
    assert (purse["orders"], purse["currency"], purse["available"].amount) == (2, "GBP", 0)
    (month,) = [month for month in sales.months(market.kofi.pk)["GBP"] if month.orders]
    assert month.kept == held
    assert "?status=clearing&amp;currency=GBP" in response.content.decode()


def test_what_was_cancelled_is_in_no_figure() -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, (market.basket, 2))
    order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="test", user_id=None)
    tell()

    response = at_desk(market.kofi).get(reverse("seller:home"))

    assert response.context["purses"][0]["pending"].amount == 0
    assert response.context["chart"] is None
    assert "Needs your attention" in response.content.decode()


def test_files_and_parcels_are_told_apart_and_add_up_to_the_net() -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, (market.jar, 1), (market.zine, 2))
    tell()

    (month,) = [month for month in sales.months(market.zuri.pk)["GBP"] if month.orders]

    line = order.lines.get(kind="digital")
    assert month.files.amount == line.total - line.tax - line.fee
    assert month.kept.amount == order.seller_net
    assert len(sales.months(market.zuri.pk)["GBP"]) == 6


def test_the_latest_sales_turn_their_pages_alone() -> None:
    market = scene.opened(wallet=1_000_000)
    for _n in range(9):
        bought(market, (market.basket, 1))
    client = at_desk(market.kofi)
    more = client.get(reverse("seller:home")).context["pages"]["next"]

    part = client.get(reverse("seller:home") + more, headers={"HX-Request": "true"})

    assert len(part.context["rows"]) == 1
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_a_new_shop_sees_what_is_missing_and_a_suspended_one_why() -> None:
    user = people.person("ama@example.com", name="Ama Boateng")
    shop = shops.open_draft(
        user, name="Ama Shea", texts={"country": "GH", "city": "Tamale", "tagline": "Shea"}
    )
    client = at_desk(shop)

    shown = client.get(reverse("seller:home")).content.decode()
    assert "Before you open" in shown
    assert "Hello, Ama" in shown
    refused = client.post(reverse("seller:open"), follow=True).content.decode()
    assert "First: Say where you send" in refused

    shops.move(shop.pk, to="suspended", actor=events.SYSTEM, reason="Photos of other people's work")
    assert "Photos of other people" in client.get(reverse("seller:home")).content.decode()


def test_opening_a_shop_asks_for_a_name_nobody_has_and_keeps_what_was_typed() -> None:
    market = scene.opened()
    client = Client()
    client.force_login(market.amara)
    typed = {
        "name": "Kofi Weaves",
        "country": "GB",
        "city": "London",
        "tagline": "Prints",
        "story": "I **print**.",
    }

    refused = client.post(reverse("seller:start"), typed)

    assert refused.status_code == 400
    assert "Another shop has this name already" in refused.content.decode()
    assert "I **print**." in refused.content.decode()
    asked = client.get(reverse("seller:start_name"), {"name": "Kofi Weaves"}).content.decode()
    assert "Another shop has this name" in asked
    assert (
        "/shops/amara-prints/"
        in client.get(reverse("seller:start_name"), {"name": "Amara Prints"}).content.decode()
    )

    done = client.post(reverse("seller:start"), {**typed, "name": "Amara Prints"})

    assert done.headers["Location"] == reverse("seller:home")
    market.amara.refresh_from_db()
    assert (market.amara.seller.slug, market.amara.seller.story_html) == (
        "amara-prints",
        "<p>I <strong>print</strong>.</p>",
    )
    assert client.get(reverse("seller:start")).headers["Location"] == reverse("seller:home")
