"""Paying by card in a real browser, on the real servers, with the local Stripe telling us what happened."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from banibs.core import audit
from banibs.core.security.permissions_policy import permissions
from marketplace.models import Checkout, Order
from payments.models import ConnectedAccount, Intent, Method, Payment
from tests import market as scene
from tests import screens
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAID = re.compile(r"Paid £\d")


def shopping(page: Page, live: Servers, *, wallet: int = 0) -> scene.Market:
    """Amara, signed in, with a basket and a jar in the cart: £72.00."""
    market = scene.opened(wallet=wallet)
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    page.context.add_cookies([{"name": "region", "value": "GB", "url": live.url}])
    screens.sign_in(page, live, market.amara)
    return market


def chooses(page: Page, method: str) -> None:
    """At the till: this way to pay, and the button."""
    page.goto("/checkout/payment/")
    page.locator(f"input[name=method][value={method}]").check()
    page.locator("#pay").get_by_role("button", name="Pay").or_(
        page.locator("button[form=pay]").filter(visible=True)
    ).filter(visible=True).first.click()


def fields(page: Page) -> FrameLocator:
    """Stripe's card fields on our page."""
    return page.frame_locator("iframe[title='Secure card payment']")


def types(page: Page, number: str) -> None:
    """A card's details, key by key, and the button."""
    card = fields(page)
    for label, text in (("Card number", number), ("Expiry date", "1234"), ("Security code", "123")):
        card.get_by_label(label).fill("")
        card.get_by_label(label).press_sequentially(text)
    page.locator("#card-pay").click()


def is_paid(page: Page) -> None:
    """The proof is shown, and the books agree."""
    expect(page.get_by_role("heading", name=PAID)).to_be_visible(timeout=30_000)
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert Payment.objects.get(checkout=Checkout.objects.get()).status == "succeeded"
    assert [one.check.name for one in audit.run(audit.checks()) if not one.holds] == []


def test_a_card_pays(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    expect(page.get_by_role("heading", name="Pay £72.00 by card")).to_be_visible()
    types(page, "4242424242424242")
    is_paid(page)


def test_the_bank_asks_says_no_and_then_yes(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    types(page, "4000002500003155")
    bank = page.frame_locator("iframe[title='Your bank’s confirmation']")
    bank.get_by_role("button", name="Fail").click()
    expect(page.locator("#card-error")).to_be_visible()
    assert set(Order.objects.values_list("status", flat=True)) == {"created"}
    page.locator("#card-pay").click()
    bank.get_by_text("£72.00").wait_for()
    bank.get_by_role("button", name="Complete").click()
    is_paid(page)


def test_a_declined_card_says_why_and_another_pays(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    types(page, "4000000000000002")
    expect(page.locator("#card-error")).to_contain_text("declined")
    expect(page.locator("#card-error")).to_contain_text("Nothing was charged. Your order waits for")
    eventually(lambda: Payment.objects.get().status == "failed")
    page.reload()
    expect(page.get_by_text("Payment declined. Please try another method.")).to_be_visible()
    types(page, "4242424242424242")
    is_paid(page)


def test_on_stripes_own_page_back_and_there_again(
    page: Page, live_cards: Servers, local_stripe: LocalStripe
) -> None:
    shopping(page, live_cards)
    chooses(page, Method.STRIPE_CHECKOUT)
    page.wait_for_url(f"{local_stripe.url}/c/pay/**")
    page.get_by_role("link", name=re.compile("Back|back|Return|return")).first.click()
    expect(page.get_by_role("heading", name="Pay £72.00", exact=True)).to_be_visible()
    expect(page.get_by_text("Nothing was charged yet.")).to_be_visible()
    page.get_by_role("button", name="Open Stripe Checkout").click()
    page.wait_for_url(f"{local_stripe.url}/c/pay/**")
    page.locator("input[name=number]").press_sequentially("4242424242424242")
    page.locator("input[name=expiry]").press_sequentially("1234")
    page.locator("input[name=cvc]").press_sequentially("123")
    for name, text in (("name", "Amara Obi"), ("email", "amara@example.com")):
        place = page.locator(f"input[name={name}]")
        if place.count() and place.is_editable():
            place.fill(text)
    page.get_by_role("button", name="Pay £72.00").click()
    is_paid(page)


def test_wallet_first_and_the_card_for_the_rest(page: Page, live_cards: Servers) -> None:
    market = shopping(page, live_cards, wallet=3_000)
    chooses(page, Method.WALLET_AND_CARD)
    expect(
        page.get_by_text("£30.00 comes from your wallet and is set aside; £42.00 from the card.")
    ).to_be_visible()
    types(page, "4242424242424242")
    is_paid(page)
    assert market.wallet() == 0


def test_a_short_checkout_leads_to_a_top_up_and_back(page: Page, live_cards: Servers) -> None:
    market = shopping(page, live_cards, wallet=3_000)
    page.goto("/checkout/payment/")
    page.get_by_role("link", name="Top up £42.00").click()
    expect(page.get_by_label("Another amount")).to_have_value("42.00")
    page.get_by_role("button", name="Continue to the card").click()
    types(page, "4242424242424242")
    page.wait_for_url("**/checkout/payment/", timeout=30_000)
    assert market.wallet() == 7_200
    chooses(page, Method.WALLET)
    is_paid(page)


def test_a_saved_card_pays_with_one_press_and_is_forgotten(page: Page, live_cards: Servers) -> None:
    market = shopping(page, live_cards)
    page.goto("/checkout/payment/")
    page.get_by_label("Save this card for next time").check()
    chooses_kept(page)
    types(page, "4242424242424242")
    is_paid(page)
    scene.put_in_cart(market.amara, (market.jar, 1))
    chooses(page, Method.CARD)
    saved = page.locator("#saved")
    expect(saved.get_by_text("Visa •••• 4242")).to_be_visible()
    assert page.get_by_role("button", name="Pay £19.00").count() == 1
    expect(page.locator("#card-fields")).to_be_hidden()
    page.get_by_text("Another card").click()
    expect(fields(page).get_by_label("Card number")).to_be_visible()
    expect(page.get_by_role("button", name="Pay £19.00")).to_have_count(1)
    saved.get_by_text("Visa •••• 4242").click()
    expect(page.locator("#card-fields")).to_be_hidden()
    page.get_by_role("button", name="Pay £19.00").click()
    expect(page.get_by_role("heading", name="Paid £19.00")).to_be_visible(timeout=30_000)
    page.goto("/account/cards/")
    page.get_by_role("button", name="Remove Visa 4242").click()
    page.get_by_role("button", name="Remove the card").click()
    expect(page.get_by_role("heading", name="No saved cards")).to_be_visible()


def chooses_kept(page: Page) -> None:
    """As `chooses`, on the page as it is."""
    page.locator(f"input[name=method][value={Method.CARD}]").check()
    page.locator("#pay").get_by_role("button", name="Pay").or_(
        page.locator("button[form=pay]").filter(visible=True)
    ).filter(visible=True).first.click()


def test_kofi_connects_his_bank(page: Page, live_cards: Servers, local_stripe: LocalStripe) -> None:
    market = scene.opened()
    screens.sign_in(page, live_cards, market.kofi.user)
    page.goto("/seller/")
    page.get_by_role("link", name="Getting paid").first.click()
    page.get_by_role("button", name="Connect with Stripe").click()
    page.wait_for_url(f"{local_stripe.url}/setup/e/**")
    account = ConnectedAccount.objects.get(seller=market.kofi)
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True})
    page.goto("/seller/bank/return/")
    expect(page.get_by_text("Payouts to your bank are possible")).to_be_visible()
    eventually(lambda: ConnectedAccount.objects.get().payouts_enabled)


def test_the_card_fields_turn_dark_with_the_page(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    frame = page.locator("iframe[title='Secure card payment']")
    schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        expect(frame).to_have_css("color-scheme", scheme)
        expect(fields(page).locator("html")).to_have_css("color-scheme", scheme)


def test_the_card_fields_leave_no_blank_space(page: Page, live_cards: Servers) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    frame, loading = page.locator("iframe[title='Secure card payment']"), page.get_by_text("Loading Stripe")
    expect(
        page.locator("#card-pay")
    ).to_be_enabled()  # the first page has its fields: what is held is the next one's
    held: list[Route] = []
    page.route("**/v3/elements/payment?*", lambda route: held.append(route))
    page.reload(wait_until="commit")
    expect(frame).to_be_attached()
    expect(loading).to_be_visible()  # words, not a hole, while Stripe is slow
    expect(frame).to_have_css("height", "0px")
    expect(page.locator("#card-pay")).to_be_disabled()

    held[-1].continue_()
    expect(page.locator("#card-pay")).to_be_enabled()
    expect(loading).to_have_count(0)
    tall = fields(page).locator("#frame").evaluate("one => Math.ceil(one.getBoundingClientRect().height)")
    expect(frame).to_have_css("height", f"{tall}px")


def test_every_card_page_is_clean_in_every_look(each_look: Page, live_cards: Servers) -> None:
    market = shopping(each_look, live_cards, wallet=3_000)
    chooses(each_look, Method.CARD)
    expect(fields(each_look).get_by_label("Card number")).to_be_visible()
    payment = Payment.objects.get()
    assert payment.checkout is not None
    number = payment.checkout.number
    assert Intent.objects.filter(payment=payment, status="open").exists()
    paths = [
        f"/checkout/pay/{number}/",
        f"/checkout/return/{payment.pk}/",
        f"/account/orders/{number}/",
        "/account/orders/",
        "/account/wallet/",
        "/account/wallet/top-up/",
        "/account/cards/",
    ]
    troubles = look_at(each_look, paths)
    screens.sign_in(each_look, live_cards, market.kofi.user)
    troubles += look_at(each_look, ["/seller/bank/"])
    assert not troubles, "\n".join(troubles)


def look_at(page: Page, paths: list[str]) -> list[str]:
    """What axe finds on each, and which is wider than the screen."""
    troubles = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        troubles += [f"{path}: {line}" for line in screens.axe(page)]
        if screens.scrolls_sideways(page):
            troubles.append(f"{path}: scrolls sideways")
    return troubles


def test_the_keyboard_alone_pays_by_card(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    fields(page).get_by_label("Card number").wait_for()
    for _press in range(60):
        page.keyboard.press("Tab")
        if fields(page).locator("input:focus").count():
            break
    page.keyboard.type("4242424242424242" + "1234" + "123", delay=20)  # each field hands on to the next
    for _press in range(10):
        if page.evaluate("document.activeElement.id") == "card-pay":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    is_paid(page)


ASKS = """async () => {
  const policy = document.featurePolicy;
  let wallet = "constructed";
  const total = {label: "Basket", amount: {currency: "GBP", value: "1.00"}};
  try { new PaymentRequest([{supportedMethods: "basic-card"}], {total}); }
  catch (error) { wallet = error.name; }
  return [policy.allowsFeature("payment"), policy.allowsFeature("publickey-credentials-get"), wallet];
}"""


def test_the_frame_of_another_origin_may_use_wallets_and_passkeys(page: Page, live_cards: Servers) -> None:
    shopping(page, live_cards)
    chooses(page, Method.CARD)
    expect(fields(page).get_by_label("Card number")).to_be_visible()
    (frame,) = [one for one in page.frames if one != page.main_frame]
    assert frame.url.split("/v3")[0] != live_cards.url  # another origin, as Stripe's is
    assert frame.evaluate(ASKS) == [True, True, "constructed"]


@contextmanager
def serves(body: str, **headers: str) -> Iterator[str]:
    """One page at an origin of its own."""

    class One(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in {"Content-Type": "text/html", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), One) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("named", "answer"), [(True, [True, True, "constructed"]), (False, [False, False, "SecurityError"])]
)
def test_it_is_our_header_that_lets_the_frame_use_them(
    browser: Browser, named: bool, answer: list[object]
) -> None:
    """The frame asks as Stripe's does; a page whose header names no origin but our own lets it have nothing."""
    asks = 'allow="payment *; publickey-credentials-get *"'
    with serves("<p>fields</p>") as stripes:
        header = permissions([stripes] if named else [])
        with serves(f'<iframe {asks} src="{stripes}/"></iframe>', Permissions_Policy=header) as ours:
            page = browser.new_page()
            try:
                page.goto(ours)
                (frame,) = [one for one in page.frames if one != page.main_frame]
                frame.wait_for_load_state()
                assert frame.evaluate(ASKS) == answer
            finally:
                page.close()
