"""The shop in a real browser: every public page in four looks, and what script makes quicker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from marketplace.models import DigitalFile, Offer, Seller, Variant
from tests import market as scene
from tests import screens
from tests.marketplace.pages import page_of
from tests.servers import Servers

pytestmark = pytest.mark.browser


def opened(page: Page, live: Servers) -> scene.Market:
    """A small market with a bit of everything, seen from the United Kingdom."""
    market = scene.opened()
    baskets = scene.category("Baskets", scene.category("Home"))
    for number in range(28):
        scene.listing(market.kofi, f"Bread basket {number}", price=900 + number, in_category=baskets)
    product = market.basket.product
    Variant.objects.filter(pk=market.basket.pk).update(name="Small", options={"Size": "Small"})
    for name, price, stock in (("Large", 6200, 3), ("Log basket", 9900, 0)):
        scene.offer(
            Variant.objects.create(product=product, name=name, options={"Size": name}, stock=stock),
            price,
            "GB",
        )
    DigitalFile.objects.create(
        product=market.zine.product, file="x", name="night-market.pdf", size=38_000_000, sha256="0" * 64
    )
    Seller.objects.filter(pk=market.kofi.pk).update(
        tagline="One road north", quote="I sign the base.", maker="Kofi Mensah"
    )
    page.context.add_cookies([{"name": "region", "value": "GB", "url": live.url}])
    return market


def test_every_public_page_is_clean_in_every_look(each_look: Page, live: Servers) -> None:
    market = opened(each_look, live)
    paths = {
        "/": 200,
        "/browse/": 200,
        "/browse/?kind=physical&country=GH&min_price=x": 200,
        "/browse/?kind=digital&country=GH": 200,
        "/c/home/": 200,
        "/c/home/baskets/": 200,
        "/search/": 200,
        "/search/?q=basket": 200,
        "/search/?q=kofi&show=shops": 200,
        "/search/?q=zzzz": 200,
        page_of(market.basket): 200,
        f"{page_of(market.basket)}?variant={Variant.objects.get(name='Log basket').pk}": 200,
        page_of(market.zine): 200,
        "/shops/": 200,
        "/shops/in/FR/": 200,
        "/shops/kofi-weaves/": 200,
        "/shops/kofi-weaves/about/": 200,
        "/shops/kofi-weaves/delivery/": 200,
        "/sell/": 200,
        "/sell/?price=abc": 200,
        "/help/": 200,
        "/help/fees/": 200,
        "/cart/": 200,
        "/nowhere/": 404,
    }
    troubles = []
    for path, status in paths.items():
        answer = each_look.goto(path)
        assert answer is not None
        assert answer.status == status, path
        troubles += [f"{path}: {line}" for line in screens.axe(each_look)]
        if screens.scrolls_sideways(each_look):
            troubles.append(f"{path} scrolls sideways")
        if each_look.evaluate(
            "[...document.querySelectorAll('.data-table')].some(t => t.scrollWidth > t.clientWidth)"
        ):
            troubles.append(f"{path} cuts a table")
    assert troubles == []


def test_a_cart_full_of_news_is_clean_in_every_look(each_look: Page, live: Servers) -> None:
    market = opened(each_look, live)
    quilt = scene.listing(market.kofi, "Quilt", sold_in=("GB", "US"))
    scene.put_in_cart(market.amara, (market.basket, 3), (market.jar, 1), (market.zine, 1), (quilt, 1))
    Variant.objects.filter(pk=market.basket.pk).update(stock=2)
    Offer.objects.filter(variant=market.jar, region="GB").update(amount=1600)
    Offer.objects.filter(variant=quilt, region="GB").delete()
    screens.sign_in(each_look, live, market.amara)
    each_look.goto("/cart/")
    for words in ("Only 2 left", "Now £16.00 each", "Not sold in United Kingdom"):
        expect(each_look.get_by_text(words)).to_be_visible()
    assert screens.axe(each_look) == []
    assert not screens.scrolls_sideways(each_look)


def test_choosing_adding_changing_and_taking_back(page: Page, live: Servers) -> None:
    market = opened(page, live)
    page.goto(page_of(market.basket))
    page.get_by_role("link", name="Large").click()
    expect(page.locator("#buy .price")).to_have_text("£62.00")
    expect(page).to_have_url(re.compile(r"\?variant=\d+$"))
    page.get_by_role("button", name="One more").click()
    page.locator("#buy-form").get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("Added. Cart, 2 items.")).to_be_visible()
    expect(page.locator("#cart-count .count")).to_have_text("2")

    page.get_by_label("Quantity", exact=True).last.fill("3")
    page.locator("#buy-form").get_by_role("button", name="Add to cart").click()
    expect(page.locator("#quantity_error")).to_have_text("Only 3 left")

    page.goto("/cart/")
    page.get_by_role("button", name="One fewer").click()
    expect(page.locator(".totals .grand dd")).to_have_text("£67.00")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Nothing in your cart yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".totals .grand dd")).to_have_text("£67.00")


@pytest.mark.parametrize("indicators", [False, True])
def test_a_refused_change_in_the_cart_leaves_a_clean_console(
    page: Page, live: Servers, browser: Browser, indicators: bool
) -> None:
    """With htmx's own indicator styles the policy would refuse them; ours are switched off."""
    market = opened(page, live)
    scene.put_in_cart(market.amara, (market.jar, 1))
    with browser.new_context(base_url=live.url) as context:
        tab = context.new_page()
        said: list[str] = []
        tab.on("console", lambda line: said.append(line.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        if indicators:
            tab.route("**/cart/", _with_indicators)
        screens.sign_in(tab, live, market.amara)
        tab.goto("/cart/")
        with tab.expect_response(lambda answer: answer.status == 422):
            tab.get_by_label("Discount code").fill("NOPE")
            tab.get_by_label("Discount code").press("Enter")
        expect(tab.get_by_label("Discount code")).to_have_attribute("aria-invalid", "true")
        network = [line for line in said if "status of 422" in line]
        assert len(network) == 1  # the browser's own line on the answer
        refused = [line for line in said if "Content Security Policy" in line]
        assert bool(refused) is indicators
        assert indicators or said == network


def _with_indicators(route: Route) -> None:
    """The cart's page as it would be without our setting."""
    answer = route.fetch()
    ours = '"includeIndicatorStyles": false'
    assert ours in answer.text()
    route.fulfill(response=answer, body=answer.text().replace(ours, ours.replace("false", "true")))


def test_filters_change_the_results_and_the_address_and_back_undoes_them(page: Page, live: Servers) -> None:
    opened(page, live)
    page.goto("/browse/")
    page.get_by_label("Kenya").check()
    expect(page.locator("#results [role=status]")).to_have_text("2 items sold in United Kingdom")
    expect(page).to_have_url(re.compile(r"/browse/\?country=KE$"))
    expect(page.get_by_label("Kenya")).to_be_focused()
    page.get_by_label("Digital").check()
    expect(page.locator("#results [role=status]")).to_have_text("1 item sold in United Kingdom")
    page.go_back()
    expect(page.locator("#results [role=status]")).to_have_text("2 items sold in United Kingdom")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#results [role=status]")).to_have_text("31 items sold in United Kingdom")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("25 to 31 of 31")).to_be_visible()
    page.get_by_label("Sort by").select_option("price")
    expect(page).to_have_url(re.compile(r"\?sort=price$"))
    expect(page.locator(".card .price").first).to_have_text("£7.00")


def test_search_suggests_and_is_walked_by_keys(page: Page, live: Servers) -> None:
    market = opened(page, live)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("bol")
    expect(page.locator("#suggestions [role=option]")).to_have_text(["Bolga market basket"])
    assert screens.axe(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(page_of(market.basket)) + "$"))


def test_without_script_a_cart_is_filled_and_changed_all_the_same(live: Servers, browser: object) -> None:
    context = browser.new_context(base_url=live.url, java_script_enabled=False, locale="en-GB")  # type: ignore[attr-defined]
    page: Page = context.new_page()
    market = opened(page, live)
    page.goto(page_of(market.basket))
    page.get_by_role("link", name="Large").click()
    page.locator("#quantity").fill("2")
    page.locator("#buy-form").get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("Added. Cart, 2 items.")).to_be_visible()
    page.get_by_label("How many of Bolga market basket").last.fill("1")
    page.get_by_role("button", name="Change").click()
    expect(page.locator(".totals .grand dd")).to_have_text("£67.00")
    page.goto("/browse/")
    page.get_by_label("Sort by").select_option("price")
    page.get_by_role("button", name="Sort").click()
    expect(page.locator(".card .price").first).to_have_text("£7.00")
    context.close()
