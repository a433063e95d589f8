"""Money back in a browser: a shop gives a part and then the rest of an order of three shops, a buyer cancels, staff give."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from marketplace.models import Order
from payments.charges import purchase
from payments.models import Method, Payment, PaymentSplit, Refund
from tests import market as scene
from tests import people, screens
from tests.payments.refunds.scenes import broken, nothing_is_stuck, opened
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def three_shops(local_stripe: LocalStripe) -> tuple[scene.Market, Payment]:
    """Amara pays Kofi, Zuri and Esi, half from her wallet and half by card."""
    market = scene.opened(wallet=5_350)
    esi = people.shop(
        people.person("esi@example.com", name="Esi Boateng"),
        slug="esi-clay", name="Esi Clay", country="GH", city="Kumasi",
    )  # fmt: skip
    scene.sends_to(esi, "GB")
    jug = scene.listing(esi, "Jug", price=2_500)
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1), (jug, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    ).payment
    assert (payment.amount, payment.wallet_part) == (10_200, 5_350)
    local_stripe.pay(opened(payment).stripe_id or "")
    eventually(lambda: set(Order.objects.values_list("status", flat=True)) == {"paid"})
    return market, payment


def all_sent() -> bool:
    return not Refund.objects.exclude(status="succeeded").exists()


@pytest.mark.once
def test_a_part_and_then_the_rest_of_an_order_of_three_shops(
    page: Page, live_cards: Servers, local_stripe: LocalStripe
) -> None:
    market, _payment = three_shops(local_stripe)
    order = Order.objects.get(seller=market.kofi)
    split = PaymentSplit.objects.get(order=order)
    assert min(split.wallet_part, split.card_part) > 0
    screens.sign_in(page, live_cards, market.kofi.user)
    page.goto(reverse("seller:order", args=[order.number]))
    page.get_by_role("link", name="Refund").click()

    page.get_by_label("An amount", exact=True).check()
    page.get_by_role("textbox", name="Amount").fill("12")
    page.get_by_label("Why", exact=True).select_option("damaged")
    page.get_by_label("Message to the buyer").fill("A handle is loose")
    page.get_by_role("button", name="See what happens").click()
    expect(page.get_by_text("to their card, in a few days")).to_be_visible()
    page.get_by_role("button", name="Refund £12.00").click()
    expect(page.get_by_text("£12.00 goes back to the buyer")).to_be_visible()
    expect(page.get_by_text("Refunded £12.00 to the buyer")).to_be_visible()
    eventually(all_sent)
    assert (Refund.objects.get().card_part, market.wallet()) == (1_200, 0)

    page.get_by_role("link", name="Refund").click()
    page.get_by_label("Why", exact=True).select_option("out_of_stock")
    page.get_by_role("button", name="See what happens").click()
    page.get_by_role("button", name="Refund £41.00").click()
    expect(page.get_by_text("This order was cancelled.")).to_be_visible()
    eventually(all_sent)

    order.refresh_from_db()
    assert (order.status, order.refunded) == ("canceled", 5_300)
    assert sum(Refund.objects.values_list("card_part", flat=True)) == split.card_part
    assert market.wallet() == split.wallet_part
    assert Order.objects.filter(status="paid").count() == 2
    screens.sign_in(page, live_cards, market.amara)
    page.goto(reverse("marketplace:order", args=[order.checkout.number]))
    expect(page.get_by_text("A handle is loose")).to_be_visible()
    expect(page.get_by_text("£53.00 of it was refunded.")).to_be_visible()
    nothing_is_stuck(local_stripe)


@pytest.mark.once
def test_amara_cancels_one_shops_part_and_then_all_that_is_left(
    page: Page, live_cards: Servers, local_stripe: LocalStripe
) -> None:
    market, payment = three_shops(local_stripe)
    assert payment.checkout is not None
    screens.sign_in(page, live_cards, market.amara)
    page.goto(reverse("marketplace:order", args=[payment.checkout.number]))
    page.get_by_role("link", name="Cancel what is not sent").click()
    page.get_by_role("button", name="Cancel and get £53.00 back").click()
    expect(page.get_by_text("Cancelled. £53.00 goes back to you.")).to_be_visible()
    page.get_by_role("link", name="Cancel what is not sent").click()
    page.get_by_role("button", name=re.compile("Cancel all that is not sent and get £49.00 back")).click()
    expect(page.get_by_text("£49.00 goes back to you.")).to_be_visible()
    eventually(all_sent)
    assert set(Order.objects.values_list("status", flat=True)) == {"canceled"}
    assert market.wallet() == 5_350
    nothing_is_stuck(local_stripe)


@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_every_page_is_clean_in_every_look(
    look: screens.Look, live_cards: Servers, local_stripe: LocalStripe, browser: Browser
) -> None:
    market, payment = three_shops(local_stripe)
    assert payment.checkout is not None
    order = Order.objects.get(seller=market.kofi)
    context = browser.new_context(
        base_url=live_cards.url,
        bypass_csp=True,  # axe itself styles elements while it measures them
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    troubles: list[str] = []

    def looked_at(what: str) -> None:
        troubles.extend(f"{what}: {line}" for line in screens.axe(page))
        if screens.scrolls_sideways(page):
            troubles.append(f"{what}: scrolls sideways")

    for user, path in (
        (market.kofi.user, reverse("payments:refund_order", args=[order.number])),
        (people.ike(), reverse("admin:order_refund", args=[order.number])),
    ):
        screens.sign_in(page, live_cards, user)
        page.goto(path)
        looked_at(path)
        page.get_by_role("button", name="See what happens").click()
        looked_at(f"{path} with errors")
        page.get_by_label("Why", exact=True).select_option("other")
        if page.get_by_label("other members of staff").count():
            page.get_by_label("other members of staff").fill("Ticket 12")
        page.get_by_role("button", name="See what happens").click()
        expect(page.get_by_text("What goes back to whom")).to_be_visible()
        looked_at(f"{path} before it is done")
    screens.sign_in(page, live_cards, market.amara)
    page.goto(reverse("payments:buyer_cancel", args=[payment.checkout.number]))
    looked_at("cancel")
    context.close()
    assert not troubles, "\n".join(troubles)
    assert broken() == []
