"""The card fields on a shop's page, in a real browser, under a strict policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from tests.dev.stripe_sandbox.local import PUBLISHABLE, LocalStripe
from tests.dev.stripe_sandbox.shop import Shop
from tests.screens import LOOKS, axe

pytestmark = [pytest.mark.browser, pytest.mark.once]

LINE = {
    "quantity": 1,
    "price_data": {"currency": "gbp", "unit_amount": 4800, "product_data": {"name": "Basket"}},
}


@pytest.fixture
def shop(local: LocalStripe) -> Iterator[Shop]:
    """The shop."""
    opened = Shop(local.url)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; what the browser refuses or a script throws fails the test."""
    yield from _page(browser, "light", 1440)


def _page(browser: Browser, theme: Any, width: int) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    opened, troubles = context.new_page(), []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if _refused(line) else None)
    yield opened
    context.close()
    assert troubles == []


def _refused(line: Any) -> bool:
    return bool(line.type == "error" and "status of 4" not in line.text)


def _open(
    local: LocalStripe, shop: Shop, page: Page, *, redirect: str = "if_required"
) -> tuple[Any, FrameLocator]:
    intent = local.client.payment_intents.create({"amount": 9340, "currency": "gbp"})
    page.goto(f"{shop.url}/?secret={intent.client_secret}&redirect={redirect}")
    page.wait_for_selector("body[data-ready]")
    return intent, page.frame_locator("iframe[title='Secure card payment']")


def _type(card: FrameLocator, number: str, expiry: str = "1234", cvc: str = "123") -> None:
    for label, text in (("Card number", number), ("Expiry date", expiry), ("Security code", cvc)):
        card.get_by_label(label).fill("")
        card.get_by_label(label).press_sequentially(text)


def _pay(page: Page, expected: str) -> None:
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_function("said => document.querySelector('output').textContent === said", arg=expected)


def test_amara_pays_and_returns(local: LocalStripe, shop: Shop, page: Page) -> None:
    intent, card = _open(local, shop, page, redirect="always")
    _type(card, "4242424242424242")
    page.wait_for_selector("body[data-complete=true]")
    assert "4242" not in "".join(page.evaluate("window.seen")), "no message to the page holds the card"
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url("**/return?order=7&payment_intent=*")
    assert f"payment_intent={intent.id}" in page.url
    assert page.url.endswith("redirect_status=succeeded")
    assert local.client.payment_intents.retrieve(intent.id).status == "succeeded"


def test_mistakes_are_said_beside_the_field(local: LocalStripe, shop: Shop, page: Page) -> None:
    _, card = _open(local, shop, page)
    _pay(page, "typed wrongly: incomplete_number")
    _type(card, "4242424242424241")
    _pay(page, "typed wrongly: invalid_number")
    assert card.get_by_role("alert").inner_text() == "Your card number is invalid."
    assert card.get_by_label("Card number").get_attribute("aria-invalid") == "true"
    _type(card, "4242424242424242", expiry="1220")
    _pay(page, "typed wrongly: invalid_expiry_year_past")
    _type(card, "4242424242424242", cvc="1")
    _pay(page, "typed wrongly: incomplete_cvc")
    assert local.client.charges.list({}).data == []


def test_a_declined_card_can_be_changed(local: LocalStripe, shop: Shop, page: Page) -> None:
    intent, card = _open(local, shop, page)
    _type(card, "4000000000000002")
    _pay(page, "refused: card_declined")
    assert card.get_by_role("alert").inner_text() == "Your card was declined."
    assert card.get_by_label("Card number").input_value() == "4000 0000 0000 0002"
    _type(card, "378282246310005", cvc="1234")
    assert card.get_by_label("Card number").input_value() == "3782 822463 10005"
    _pay(page, "done: succeeded")
    assert local.client.payment_intents.retrieve(intent.id).status == "succeeded"


def test_the_bank_asks_in_a_dialog(local: LocalStripe, shop: Shop, page: Page) -> None:
    intent, card = _open(local, shop, page)
    _type(card, "4000002500003155")
    page.get_by_role("button", name="Pay now").click()
    bank = page.frame_locator("iframe[title='Your bank’s confirmation']")
    bank.get_by_role("button", name="Fail").click()
    page.wait_for_function("() => document.querySelector('output').textContent.startsWith('refused')")
    assert page.locator("output").inner_text() == "refused: payment_intent_authentication_failure"
    assert page.locator("dialog").count() == 0
    page.get_by_role("button", name="Pay now").click()
    bank.get_by_text("£93.40").wait_for()
    bank.get_by_role("button", name="Complete").click()
    page.wait_for_function("() => document.querySelector('output').textContent === 'done: succeeded'")
    assert local.client.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
def test_every_page_is_fit_for_everyone(local: LocalStripe, shop: Shop, browser: Browser, look: Any) -> None:
    """No finding of axe and nothing wider than the screen, on the fields and on each hosted page."""
    session = local.client.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [LINE],
            "success_url": "http://shop.test/",
            "cancel_url": "http://shop.test/no",
        }
    )
    asked = local.client.payment_intents.create(
        {
            "amount": 900,
            "currency": "gbp",
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": "http://shop.test/",
        }
    )
    seller = local.client.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    ).id
    link = local.client.account_links.create(
        {
            "account": seller,
            "type": "account_onboarding",
            "refresh_url": "http://shop.test/",
            "return_url": "http://shop.test/",
        }
    )
    event = local.client.events.list({}).data[0].id
    steps = [f"{link.url}{query}" for query in ("", "?step=person", "?step=bank", "?step=review")]
    paths = ("/", "/switches", "/events", "/calls", "/objects/account", f"/object/{event}")
    desk = [local.url + path for path in paths]
    theme = "night" if look.theme == "dark" else "stripe"
    frame = f"{local.url}/v3/elements/payment?key={PUBLISHABLE}&theme={theme}"
    for opened in _page(browser, look.theme, look.width):
        for url in [session.url, asked.next_action.redirect_to_url.url, *steps, *desk]:
            opened.goto(url)
            assert axe(opened) == [], url
            assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        _, card = _open(local, shop, opened)
        _type(card, "4242424242424241")
        opened.goto(frame)
        opened.evaluate("document.body.style.background = 'light-dark(#fff, #0e1020)'")  # the shop's
        assert [
            line for line in axe(opened) if not line.startswith(("region", "landmark", "page-has-heading"))
        ] == []
