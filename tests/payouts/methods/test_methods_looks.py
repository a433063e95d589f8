"""The pages of destinations as they look and sound, light and dark, on a phone and a desk; by keyboard."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from playwright.sync_api import Page, expect

from banibs.core.clock import Now
from payouts.methods import not_me
from payouts.models import PayoutMethod
from tests import people, screens
from tests.payouts import scenes
from tests.payouts.methods.typed import ADDRESS, CRYPTO, adds
from tests.servers import Servers

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/seller/payouts/methods/"


def well(page: Page) -> None:
    assert screens.axe(page) == []
    assert not screens.scrolls_sideways(page)


def test_every_state_of_a_destination(each_look: Page, live: Servers) -> None:
    kofi = people.kofi()
    adds(kofi, "crypto", CRYPTO, name="Cold wallet")
    scenes.method(kofi, "stripe_connect", currency="GHS", masked="GCB BANK …6789", is_default=False)
    wrong = {"state": "failed", "problem": "No such account."}
    scenes.method(kofi, "wise", currency="GBP", masked="GBP account ending in 8842", **wrong)
    scenes.method(
        kofi, confirmed_at=None, first_paid_at=Now(), asset="SOL", network="solana", masked="9WzDXw…AWWM"
    )
    scenes.method(kofi, "paypal", masked="ko•••@example.com", state="checking", verified_at=None)
    screens.sign_in(each_look, live, kofi.user)
    each_look.goto(LIST)
    assert each_look.get_by_text("has it arrived?").is_visible()
    well(each_look)


def test_an_address_is_added_by_keyboard(each_look: Page, live: Servers) -> None:
    kofi = people.kofi()
    secret = generate_totp_secret()
    TOTP.activate(kofi.user, secret)
    cache.clear()
    each_look.goto(f"/accounts/login/?next={LIST}add/crypto/")
    each_look.fill("input[name=login]", kofi.user.email)
    each_look.fill("input[name=password]", people.PASSWORD)
    each_look.press("input[name=password]", "Enter")
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    each_look.fill("input[name=code]", code)
    each_look.press("input[name=code]", "Enter")
    each_look.fill("input[name=password]", people.PASSWORD)
    each_look.press("input[name=password]", "Enter")
    each_look.get_by_label("Coin").wait_for()
    well(each_look)
    each_look.get_by_label("Coin").select_option("MATIC")
    expect(each_look.locator("#id_network option")).to_have_count(1)
    each_look.get_by_label("Address", exact=True).fill(ADDRESS.lower())
    each_look.keyboard.press("Enter")
    each_look.get_by_text("Compare it with your wallet").first.wait_for()
    well(each_look)
    each_look.get_by_label("Last six signs").fill(ADDRESS[-6:].lower())
    each_look.keyboard.press("Enter")
    each_look.get_by_text("POL Polygon").first.wait_for()
    assert PayoutMethod.objects.get().asset == "MATIC"
    well(each_look)


def test_this_was_not_me(each_look: Page, live: Servers) -> None:
    row = adds(people.kofi(), "crypto", CRYPTO)
    each_look.goto(f"/payouts/not-me/{not_me.token(row.pk)}/")
    well(each_look)
    each_look.get_by_role("button", name="This was not me").click()
    each_look.get_by_role("heading", name="It is stopped").wait_for()
    well(each_look)
