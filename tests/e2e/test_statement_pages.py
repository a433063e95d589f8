"""Statements and earnings to the wallet in a browser: each page in every look, heard by axe; and pressed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import market as scene
from tests import screens
from tests.payouts.scenes import earned
from tests.payouts.test_shop_statements import next_month
from tests.servers import Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_is_whole_in_every_look(each_look: Page, live: Servers) -> None:
    market = scene.opened(wallet=100_000)
    earned(market)
    next_month()
    screens.sign_in(each_look, live, market.kofi.user)
    found = {}
    for address in (
        "/seller/payouts/statements/",
        "/seller/payouts/statements/lines.csv?currency=GBP&from=2026-12-01&to=2026-11-01",
        "/seller/payouts/to-wallet/",
    ):
        each_look.goto(address)
        found[address] = [
            *screens.axe(each_look),
            *(["wider than the screen"] if screens.scrolls_sideways(each_look) else []),
        ]
    assert not {address: troubles for address, troubles in found.items() if troubles}


def test_kofi_moves_earnings_to_his_wallet(page: Page, live: Servers) -> None:
    market = scene.opened(wallet=100_000)
    earned(market)
    screens.sign_in(page, live, market.kofi.user)
    page.goto(f"{live.url}/seller/payouts/")
    page.get_by_role("link", name="Move to your wallet").click()
    page.get_by_label("How much?").fill("12.5")
    page.get_by_role("button", name="Move to my wallet").click()
    expect(page).to_have_url(re.compile("/account/wallet/"))
    expect(page.get_by_text("£12.50 of your earnings is in your wallet.")).to_be_visible()
    expect(page.get_by_text("Earnings moved to the wallet")).to_be_visible()
