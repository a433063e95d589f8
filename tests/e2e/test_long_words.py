"""No word that a person may write makes a page or an email wider than its window."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.core import mail
from playwright.sync_api import Browser

from marketplace.catalogue import offer_index
from marketplace.models import Product, Seller
from tests import market as scene
from tests import screens
from tests.marketplace.pages import page_of
from tests.servers import Servers
from tests.shopping import buys, tell

pytestmark = pytest.mark.browser
NARROW = (320, 390)
LINK = "https://example.com/p/1234567890123456789012345678901234567890"


def test_no_page_and_no_email_is_pushed_out_of_its_window(browser: Browser, live: Servers) -> None:
    market = scene.opened()
    Product.objects.update(title="B" + "aumwollhandtuch" * 7, summary="S" + "umme" * 40, cover_alt="")
    Seller.objects.update(name="W" + "eberei" * 13, tagline="T" + "uch" * 46, city="L" + "ang" * 26)
    type(market.amara).objects.filter(pk=market.amara.pk).update(name="A" + "mara" * 37)
    market.amara.refresh_from_db()
    offer_index.refresh_products([market.basket.product_id])
    number = buys(market, (market.basket, 1), (market.zine, 1)).number
    tell()
    scene.put_in_cart(market.amara, (market.jar, 1))
    public = [
        f"/search/?q={quote(LINK)}",
        f"/search/?q={'x' * 100}",
        f"/search/?q={'x' * 100}&show=shops",
        "/browse/",
        page_of(market.basket),
        "/shops/",
        f"/shops/{market.kofi.slug}/",
        f"/shops/{market.kofi.slug}/about/",
    ]
    amaras = [
        "/cart/",
        "/checkout/address/",
        "/checkout/payment/",
        "/account/",
        "/account/orders/",
        f"/account/orders/{number}/",
        f"/account/orders/{number}/receipt/",
        "/account/downloads/",
        "/account/notifications/",
        "/account/wallet/",
    ]
    kofis = [
        "/seller/",
        "/seller/listings/",
        "/seller/orders/",
        f"/seller/orders/{number}-1/",
        "/seller/settings/",
    ]
    bodies = [str(letter.alternatives[0][0]) for letter in mail.outbox]

    wide = []
    for width in NARROW:
        with screens.screen(browser, live, screens.Look("light", width)) as page:
            page.context.add_cookies([{"name": "region", "value": "GB", "url": live.url}])
            for person, paths in ((None, public), (market.amara, amaras), (market.kofi.user, kofis)):
                if person is not None:
                    screens.sign_in(page, live, person)
                for path in paths:
                    answer = page.goto(path)
                    assert answer is not None
                    assert answer.status == 200, path
                    wide += [f"{path} at {width}"] if screens.scrolls_sideways(page) else []
            page.goto("about:blank")  # an email brings its own styles: no policy of a page of ours
            for at, body in enumerate(bodies):
                page.set_content(body)
                wide += [f"email {at} at {width}"] if screens.scrolls_sideways(page) else []
    assert bodies
    assert wide == []
