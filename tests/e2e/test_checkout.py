"""The buyer's side in a real browser: every page in four looks, and a purchase with nothing but the keyboard's keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.models import Checkout
from tests import market as scene
from tests import screens
from tests.servers import Servers
from tests.shopping import buys, file, tell

pytestmark = pytest.mark.browser


def opened(page: Page, live: Servers) -> scene.Market:
    """Amara, signed in, at home in Bristol, with a full cart and a purchase behind her."""
    market = scene.opened(wallet=40_000)
    file(market.zine)
    buys(market, (market.basket, 1), (market.zine, 1))
    tell()
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 2), (market.zine, 1))
    page.context.add_cookies([{"name": "region", "value": "GB", "url": live.url}])
    screens.sign_in(page, live, market.amara)
    return market


def paths(market: scene.Market) -> list[str]:
    number = Checkout.objects.get().number
    return [
        "/checkout/address/",
        "/checkout/address/?new=1",
        "/checkout/payment/",
        "/checkout/breakdown/",
        f"/checkout/done/{number}/",
        "/account/",
        "/account/orders/",
        f"/account/orders/{number}/",
        f"/account/orders/{number}/receipt/",
        f"/account/orders/{number}/breakdown/",
        "/account/downloads/",
        "/account/profile/",
        "/account/addresses/",
        "/account/addresses/new/",
        "/account/notifications/",
        "/account/notifications/settings/",
    ]


def test_every_page_of_the_buyer_is_clean_in_every_look(each_look: Page, live: Servers) -> None:
    market = opened(each_look, live)
    troubles = []
    for path in paths(market):
        answer = each_look.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        troubles += [f"{path}: {line}" for line in screens.axe(each_look)]
        if screens.scrolls_sideways(each_look):
            troubles.append(f"{path}: scrolls sideways")
    assert not troubles, "\n".join(troubles)


@pytest.mark.once
def test_amara_pays_and_downloads(page: Page, live: Servers) -> None:
    market = opened(page, live)
    page.goto("/checkout/address/")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", name="How would you like to pay?")).to_be_visible()
    page.get_by_role("link", name="See the breakdown").click()
    expect(page.get_by_role("dialog").get_by_text("Kofi Weaves receives")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile(r"Pay £\d")).filter(visible=True).click()

    expect(page.get_by_role("heading", name=re.compile(r"Paid £\d"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download Night Market.pdf").click()
    assert download.value.suggested_filename == "Night Market.pdf"
    assert market.amara.checkouts.count() == 2


def test_choosing_another_country_changes_the_lines(page: Page, live: Servers) -> None:
    opened(page, live)
    page.goto("/account/addresses/new/")
    page.get_by_label("Full name").fill("Ama Mensah")
    page.get_by_label("Country", exact=True).select_option("GH")
    expect(page.get_by_label("Digital address or landmark")).to_be_visible()
    expect(page.get_by_label("Postcode")).to_have_count(0)
    expect(page.get_by_label("Full name")).to_have_value("Ama Mensah")
