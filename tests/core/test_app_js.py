"""What the script adds, in a real browser: toasts, dialogs, steppers, a button pressed once, `/`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "app.js"
PAGE = """
<label>Search <input id="q" type="search"></label>
<form id="till" action="about:blank" method="get"><button data-pending="Paying…">Pay £93.40</button></form>
<div class="quantity"><button data-action="step" data-by="-1" data-script hidden>−</button>
<input id="n" type="number" value="1" min="1" max="3">
<button data-action="step" data-by="1" data-script hidden>+</button></div>
<input id="secret" type="password" value="a calm river"><button data-action="reveal" data-script hidden
aria-pressed="false">Show password</button>
<button data-action="open" data-target="d">Cancel order</button>
<dialog id="d"><p>Really?</p><button data-action="close">Keep it</button></dialog>
<div id="toasts" role="status"></div>
<template id="toast-template"><div class="toast"><span data-text></span><a href="#"></a>
<button data-action="dismiss">Close</button></div></template>
"""

pytestmark = pytest.mark.browser


@pytest.fixture
def till(browser: Browser) -> Iterator[Page]:
    """A bare page with our script on it."""
    page = browser.new_page()
    page.set_content(PAGE)
    page.add_script_tag(path=SCRIPT)
    yield page
    page.close()


@pytest.mark.once
def test_amara_presses_pay_twice_and_it_is_sent_once(till: Page) -> None:
    till.evaluate(
        "document.getElementById('till').addEventListener('submit', (event) => event.preventDefault())"
    )
    till.get_by_role("button", name="Pay £93.40").click()
    expect(till.get_by_role("button", name="Paying…")).to_have_attribute("aria-disabled", "true")
    assert till.evaluate("document.getElementById('till').dataset.sent") == "1"
    stopped = till.evaluate(
        """() => { const event = new SubmitEvent('submit', {bubbles: true, cancelable: true});
             document.getElementById('till').dispatchEvent(event); return event.defaultPrevented; }"""
    )
    assert stopped


def test_a_page_come_back_to_can_be_sent_again(till: Page) -> None:
    till.evaluate(
        "document.getElementById('till').addEventListener('submit', (event) => event.preventDefault())"
    )
    till.get_by_role("button", name="Pay £93.40").click()
    expect(till.get_by_role("button", name="Paying…")).to_be_visible()
    till.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    button = till.get_by_role("button", name="Pay £93.40")
    expect(button).to_be_visible()
    assert button.get_attribute("aria-disabled") is None
    assert till.evaluate("document.getElementById('till').dataset.sent") is None


def test_steppers_appear_and_stop_at_the_ends(till: Page) -> None:
    plus, minus = till.get_by_role("button", name="+"), till.get_by_role("button", name="−")
    for _ in range(4):
        plus.click()
    assert till.input_value("#n") == "3"
    minus.click()
    assert till.input_value("#n") == "2"


def test_a_dialog_opens_and_closes(till: Page) -> None:
    till.get_by_role("button", name="Cancel order").click()
    expect(till.get_by_text("Really?")).to_be_visible()
    till.get_by_role("button", name="Keep it").click()
    expect(till.get_by_text("Really?")).to_be_hidden()


def test_a_toast_is_text_with_one_link_and_can_be_closed(till: Page) -> None:
    till.evaluate(
        """() => document.body.dispatchEvent(new CustomEvent('toast', {detail:
             {text: '<b>Added.</b>', href: '/cart/', label: 'View cart'}}))"""
    )
    expect(till.get_by_text("<b>Added.</b>")).to_be_visible()
    expect(till.get_by_role("link", name="View cart")).to_have_attribute("href", "/cart/")
    till.get_by_role("button", name="Close").click()
    expect(till.locator(".toast")).to_have_count(0)


def test_slash_leads_to_search_but_not_while_typing(till: Page) -> None:
    till.keyboard.press("/")
    expect(till.locator("#q")).to_be_focused()
    till.keyboard.type("and/or")
    assert till.input_value("#q") == "and/or"


def test_a_password_is_shown_and_hidden_again(till: Page) -> None:
    show = till.get_by_role("button", name="Show password")
    for kind, pressed in (("text", "true"), ("password", "false")):
        show.click()
        expect(till.locator("#secret")).to_have_attribute("type", kind)
        expect(show).to_have_attribute("aria-pressed", pressed)
    expect(till.locator("#secret")).to_have_value("a calm river")
