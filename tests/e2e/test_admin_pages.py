"""The staff's site in a browser: in our look, light and dark, on a phone and on a desk, within our CSP."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests import market as scene
from tests import people, screens
from tests.seller_scene import bought
from tests.servers import Servers
from wallet.models import Transfer

# A label that Django's own script puts on an icon beside the permissions to choose from.
DJANGOS = 'aria-prohibited-attr: Elements must only use permitted ARIA attributes: <span class="help-tooltip'

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _addresses(market: scene.Market, order: object) -> list[str]:
    tables = ("order", "checkout", "product", "seller", "category", "coupon", "region")
    return [
        reverse("admin:index"),
        *(reverse(f"admin:marketplace_{name}_changelist") for name in tables),
        reverse("admin:payments_payment_changelist"),
        reverse("admin:core_delivery_changelist"),
        reverse("admin:core_event_changelist"),
        reverse("admin:users_user_changelist"),
        reverse("admin:marketplace_order_change", args=[order.pk]),  # type: ignore[attr-defined]
        reverse("admin:marketplace_product_change", args=[market.basket.product_id]),
        reverse("admin:marketplace_seller_change", args=[market.kofi.pk]),
        reverse("admin:marketplace_seller_move", args=[market.kofi.pk, "suspend"]),
        reverse("admin:marketplace_coupon_add"),
        reverse("admin:marketplace_region_change", args=["GB"]),
        reverse("admin:users_user_change", args=[market.amara.pk]),
        reverse("admin:auth_group_add"),
        reverse("admin:wallet_approval_changelist"),
        reverse("admin:wallet_approval_add"),
        reverse("admin:wallet_transfer_change", args=[Transfer.objects.latest("pk").pk]),
    ]


def test_every_screen_keeps_to_our_csp_and_to_the_width_of_the_screen(each_look: Page, live: Servers) -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, (market.basket, 2))
    screens.sign_in(each_look, live, people.ike())

    for address in _addresses(market, order):
        answer = each_look.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert not screens.scrolls_sideways(each_look), address
    # what the browser refuses fails the test in `screens.screen`


@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_axe_finds_nothing(look: screens.Look, live: Servers, browser: Browser) -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, (market.basket, 2))
    # without CSP: axe itself styles elements while it measures them
    context = browser.new_context(
        base_url=live.url,
        bypass_csp=True,
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    screens.sign_in(page, live, people.ike())
    found = {}
    for address in _addresses(market, order):
        page.goto(address)
        found[address] = [line for line in screens.axe(page) if not line.startswith(DJANGOS)]
    context.close()

    assert not {address: troubles for address, troubles in found.items() if troubles}


def test_ike_suspends_a_shop_with_a_reason_that_its_seller_reads(page: Page, live: Servers) -> None:
    market = scene.opened()
    screens.sign_in(page, live, people.ike())
    page.goto(reverse("admin:marketplace_seller_change", args=[market.kofi.pk]))
    page.get_by_role("link", name="Suspend this shop").click()
    page.get_by_label("Reason").fill("Parcels never arrived")
    page.get_by_role("button", name="Suspend this shop").click()
    expect(page.get_by_text("Suspend this shop: done.")).to_be_visible()

    screens.sign_in(page, live, market.kofi.user)
    page.goto(reverse("seller:home"))
    expect(page.get_by_text("Parcels never arrived")).to_be_visible()


def test_nothing_of_a_form_stands_outside_its_panel_and_an_empty_choice_can_be_seen(
    each_look: Page, live: Servers
) -> None:
    amara = people.amara()
    screens.sign_in(each_look, live, people.ike())
    each_look.goto(reverse("admin:wallet_approval_add"))
    panel = _box(each_look, "form.move")
    for name in ("email", "currency", "amount", "reason"):
        field = _box(each_look, f"[name={name}]")
        assert panel["x"] + 12 <= field["x"], name
        assert field["x"] + field["width"] <= panel["x"] + panel["width"] - 12, name

    each_look.goto(reverse("admin:users_user_change", args=[amara.pk]))
    assert _box(each_look, "select[name=groups]")["width"] >= 200


def _box(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box
