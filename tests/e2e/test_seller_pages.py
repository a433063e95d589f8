"""The desk in a browser: each page in light and dark, on a phone and on a desk, heard by axe; and with its script."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from banibs.users.models import User
from marketplace.models import Order, Product, Seller, Variant
from tests import market as scene
from tests import people, screens
from tests.marketplace.sellers import uploads
from tests.seller_scene import bought
from tests.servers import Servers
from wallet import accounts, ledger
from wallet.posting import Posting, Transfer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_is_whole_in_every_look(each_look: Page, live: Servers) -> None:
    market = scene.opened(wallet=900_000)
    scene.listing(
        market.kofi, "Adinkra notebook with a title so long that it has to wrap on a phone", stock=1
    )
    (order,) = bought(market, (market.basket, 2))
    bought(market, (market.basket, 1))
    screens.sign_in(each_look, live, market.kofi.user)
    product = market.basket.product_id
    addresses = [
        *(reverse(f"seller:{name}") for name in ("home", "pending", "orders", "listings", "listing_new")),
        *(reverse(f"seller:{name}") for name in ("settings", "delivery", "pause")),
        *(reverse(f"seller:{name}", args=[order.number]) for name in ("order", "order_slip")),
        *(reverse(f"seller:{name}", args=[product]) for name in ("listing_edit", "listing_quick")),
        reverse("payments:cancel_order", args=[order.number]),
    ]
    found = {}
    for address in addresses:
        each_look.goto(address)
        found[address] = [
            *screens.axe(each_look),
            *(["wider than the screen"] if screens.scrolls_sideways(each_look) else []),
        ]

    assert not {address: troubles for address, troubles in found.items() if troubles}


@pytest.mark.parametrize("width", [390, 900, 1280])
def test_seven_currencies_stay_inside_their_panel(page: Page, live: Servers, width: int) -> None:
    market = scene.opened()
    for currency in ("EUR", "GBP", "JMD", "USD", "XOF", "ZAR", "NGN"):
        money = Transfer(accounts.PROMOTIONS, accounts.available(market.kofi.pk), 99_999_900)
        with transaction.atomic():
            ledger.post(
                Posting(
                    f"demo:{market.kofi.user_id}:{currency.lower()}:1", "demo_credited", currency, (money,)
                )
            )
    page.set_viewport_size({"width": width, "height": 900})
    screens.sign_in(page, live, market.kofi.user)
    page.goto(reverse("seller:home"))

    panel = page.locator("section[aria-labelledby=others]")
    expect(panel.locator("dt")).to_have_count(6)
    assert panel.evaluate("""panel => {
      const edge = panel.getBoundingClientRect().right
      return [...panel.querySelectorAll("dd, small")].every(one => one.getBoundingClientRect().right <= edge)
    }""")
    assert not screens.scrolls_sideways(page)


def test_empty_pages_say_what_will_stand_there(each_look: Page, live: Servers) -> None:
    user = people.person("ama@example.com", name="Ama Boateng")
    screens.sign_in(each_look, live, user)
    each_look.goto(reverse("seller:start"))
    assert not screens.axe(each_look)
    people.shop(user, slug="ama-shea", name="Ama Shea", country="GH", city="Tamale")
    Seller.objects.update(status="draft")

    for name in ("home", "pending", "orders", "listings"):
        each_look.goto(reverse(f"seller:{name}"))
        assert not screens.axe(each_look)
        assert not screens.scrolls_sideways(each_look)


def test_kofi_opens_a_shop_in_one_sitting(page: Page, live: Servers, tmp_path: Path) -> None:
    scene.category("Home")
    user = people.person("kofi@example.com", name="Kofi Mensah")
    basket = tmp_path / "basket.jpg"
    basket.write_bytes(uploads.picture().read())
    screens.sign_in(page, live, user)

    page.goto(reverse("seller:start"))
    page.get_by_label("Name of your shop").fill("Kofi Weaves")
    page.get_by_label("Town or city").focus()
    expect(page.locator("#name-free")).to_contain_text("/shops/kofi-weaves/")
    page.get_by_label("Country", exact=True).select_option("GH")
    page.get_by_label("Town or city").fill("Accra")
    page.get_by_label("In one sentence").fill("Kente strips, sewn by six hands")
    page.get_by_role("button", name="Continue").click()

    page.get_by_role("link", name="Start Say where you send").click()
    page.locator("#id_GB-flat").fill("4")
    page.locator("#id_GB-per_item").fill("1")
    page.get_by_role("button", name="Save the rates").click()
    page.locator("#try-to").select_option("GB")
    expect(page.locator("#try-answer")).to_contain_text("£5.00")

    page.goto(reverse("seller:home"))
    page.get_by_role("link", name="Start Publish your first listing").click()
    page.get_by_label("Title").fill("Market basket")
    page.get_by_label("Category").select_option(label="Home")
    page.get_by_role("button", name="Continue").click()
    toast, buttons = (page.locator(one).first.bounding_box() for one in (".toast", ".listing-actions"))
    assert toast is not None
    assert buttons is not None
    assert toast["y"] + toast["height"] <= buttons["y"], "a toast never lies on the buttons"
    page.locator("#pictures-in").set_input_files(basket)
    page.locator("#id_price_GB").press_sequentially("48")
    expect(page.locator("#keep-GB")).to_contain_text("You keep £36.00")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("First picture")).to_be_visible()
    expect(page.locator("#id_price_GB")).to_have_value("48")
    page.get_by_label("First picture").fill("A basket on a table")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("link", name="Market basket", exact=True)).to_be_visible()

    page.goto(reverse("seller:home"))
    page.get_by_role("button", name="Open my shop").click()
    expect(page.get_by_text("is open. Welcome")).to_be_visible()
    product = Product.objects.get()
    page.goto(reverse("marketplace:product", args=[product.slug, product.pk]) + "?region=GB")
    expect(page.get_by_role("heading", name="Market basket")).to_be_visible()


@pytest.mark.once
def test_kofi_posts_one_parcel_and_cancels_another(page: Page, live: Servers) -> None:
    market = scene.opened(wallet=100_000)
    (sent,) = bought(market, (market.basket, 1))
    (dropped,) = bought(market, (market.basket, 2))
    screens.sign_in(page, live, market.kofi.user)

    page.goto(reverse("seller:pending"))
    parcel = page.locator(f"#{sent.number}")
    parcel.get_by_label("Carrier").fill("Ghana Post")
    parcel.get_by_label("Tracking number").fill("EE123456789GH")
    parcel.get_by_role("button", name="Mark as posted").click()
    expect(page.get_by_text(f"{sent.number} is posted")).to_be_visible()
    expect(page.locator(f"#{sent.number}")).to_have_count(0)

    page.get_by_role("link", name=f"Cancel {dropped.number}").click()
    page.get_by_label("The item is damaged").check()
    page.get_by_role("button", name="Cancel and refund £102.00").click()
    expect(page.get_by_text(f"{dropped.number} is cancelled")).to_be_visible()

    assert set(Order.objects.values_list("status", flat=True)) == {"fulfilled", "canceled"}
    assert market.wallet() == 100_000 - 5_300


def test_stock_is_changed_in_its_row_and_a_search_keeps_its_words(page: Page, live: Servers) -> None:
    market = scene.opened()
    scene.listing(market.kofi, "Kente strip")
    screens.sign_in(page, live, market.kofi.user)

    page.goto(reverse("seller:listings"))
    page.get_by_role("link", name="Stock and price Bolga market basket").click()
    page.locator(f"#id_stock_{market.basket.pk}").fill("25")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#listing-{market.basket.product_id}")).to_contain_text("25 items")
    assert Variant.objects.get(pk=market.basket.pk).stock == 25

    page.get_by_label("Title or SKU").press_sequentially("kente")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert "q=kente" in page.url


def test_the_desk_works_without_script(live: Servers, browser: object) -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, (market.basket, 1))
    context = browser.new_context(base_url=live.url, java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    _sign_in_plainly(page, live, market.kofi.user)

    page.goto(reverse("seller:listings"))
    page.get_by_role("link", name="Stock and price Bolga market basket").click()
    page.locator(f"#id_stock_{market.basket.pk}").fill("31")
    page.get_by_role("button", name="Save").click()
    page.goto(reverse("seller:order", args=[order.number]))
    page.get_by_role("button", name="Mark as posted").click()
    page.goto(reverse("seller:delivery_try") + "?to=GB&pieces=2")

    assert "£6.00" in page.content()
    assert Variant.objects.get(pk=market.basket.pk).stock == 31
    assert Order.objects.get().status == "fulfilled"
    context.close()


def _sign_in_plainly(page: Page, live: Servers, user: User) -> None:
    screens.sign_in(page, live, user)
