"""Promises about orders, carts, files and shops, changed: what happens changes with them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from banibs.core import clock, events
from banibs.core.models import Event
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.media import digital_files, image_uploads, product_images
from marketplace.models import Coupon, DigitalFile, Order
from marketplace.orders import downloads, transitions
from marketplace.pricing import fees
from marketplace.sellers import sales, shops
from payouts import clearing
from tests import market as scene
from tests.marketplace.sellers import uploads
from tests.promises.helpers import (
    FEES,
    FIVE_DAYS,
    THREE_WEEKS,
    Change,
    broken,
    holds,
    page,
    plain,
    posted,
    refusal,
)
from tests.shopping import buys, file

pytestmark = pytest.mark.django_db


@holds("marketplace.CLEAR_AFTER", "marketplace.CLEAR_AFTER_UNRECORDED", "payouts.ORDERS_CLEARED_PER_RUN")
@pytest.mark.parametrize("hours", [25, 24 * 9])
def test_money_clears_by_the_policy_of_its_day_and_the_audit_holds_after_another(
    change: Change, hours: int
) -> None:
    """Two days at first; then a day, or nine days: what cleared under either is judged by its own."""
    market = scene.opened()
    first = posted(market)
    scene.forward(hours=49)
    assert clearing.clear_due() == 1

    change("marketplace.CLEAR_AFTER", dt.timedelta(hours=hours - 1))
    second = posted(market)
    assert second.paid_at is not None
    day = date_format(second.paid_at + dt.timedelta(hours=hours - 1), "j M")
    assert f"Clearing, until {day}." in page(f"/seller/orders/{second.number}/", market.kofi.user)
    scene.forward(hours=hours - 2)
    assert clearing.clear_due() == 0
    scene.forward(hours=2)
    change("payouts.ORDERS_CLEARED_PER_RUN", 0)
    assert clearing.clear_due() == 0
    change("payouts.ORDERS_CLEARED_PER_RUN", 5)
    assert clearing.clear_due() == 1
    assert (
        Event.objects.filter(kind="order.cleared").latest("pk").data["waited_seconds"] == (hours - 1) * 3600
    )
    assert broken() == []

    for order in (first, second):
        order.refresh_from_db()
        assert order.paid_at is not None
        assert order.cleared_at is not None
        kept = order.cleared_at
        Order.objects.filter(pk=order.pk).update(cleared_at=order.paid_at + dt.timedelta(hours=23))
        assert broken() == ["payments.cleared_is_booked_once"]
        Order.objects.filter(pk=order.pk).update(cleared_at=kept)


@holds("payouts.ORDERS_CLEARED_AT_ONCE")
def test_orders_of_a_shop_clear_as_many_at_once_as_the_policy_says(change: Change) -> None:
    market = scene.opened()
    for _ in range(3):
        posted(market)
    scene.forward(hours=49)
    change("payouts.ORDERS_CLEARED_AT_ONCE", 2)
    with CaptureQueriesContext(connection) as captured:
        assert clearing.clear_due() == 3
    assert sum("ledger_post_many" in query["sql"] for query in captured) == 2


@holds("marketplace.CLEAR_AFTER_UNRECORDED")
def test_a_clearing_that_recorded_no_wait_is_judged_by_the_two_days_of_its_time(change: Change) -> None:
    market = scene.opened()
    order = posted(market)
    scene.forward(hours=49)
    assert clearing.clear_due() == 1
    with connection.cursor() as cursor:  # as clearings were recorded before they named their wait
        cursor.execute("ALTER TABLE core_event DISABLE TRIGGER event_append_only")
        cursor.execute("UPDATE core_event SET data = data - 'waited_seconds' WHERE kind = 'order.cleared'")
        cursor.execute("ALTER TABLE core_event ENABLE TRIGGER event_append_only")
    change("marketplace.CLEAR_AFTER", dt.timedelta(days=9))
    assert broken() == []
    assert order.paid_at is not None
    Order.objects.filter(pk=order.pk).update(cleared_at=order.paid_at + dt.timedelta(hours=47))
    assert broken() == ["payments.cleared_is_booked_once"]


@holds("payments.UNPAID_FOR")
def test_an_order_waits_for_its_payment_as_long_as_policy_says(change: Change) -> None:
    market = scene.opened()
    change("payments.UNPAID_FOR", dt.timedelta(minutes=7))
    checkout = buys(market, (market.basket, 1))
    checkout.refresh_from_db()
    assert dt.timedelta(minutes=6) < checkout.expires_at - clock.now() <= dt.timedelta(minutes=7)


@holds("marketplace.COMPLETE_AFTER", "marketplace.ORDERS_COMPLETED_AT_ONCE")
def test_an_order_completes_by_itself_when_policy_says(change: Change) -> None:
    market = scene.opened()
    order = posted(market)
    assert order.fulfilled_at is not None
    change("marketplace.COMPLETE_AFTER", THREE_WEEKS)
    day = order.fulfilled_at + THREE_WEEKS
    assert date_format(day, "j F") in page(f"/account/orders/{order.checkout.number}/", market.amara)
    assert date_format(day, "j M") in page(f"/seller/orders/{order.number}/", market.kofi.user)
    scene.forward(days=20)
    assert transitions.complete_due() == 0
    scene.forward(days=2)
    change("marketplace.ORDERS_COMPLETED_AT_ONCE", 0)
    assert transitions.complete_due() == 0
    change("marketplace.ORDERS_COMPLETED_AT_ONCE", 5)
    assert transitions.complete_due() == 1


@holds("marketplace.SEND_WITHIN", "marketplace.SELLER_WAITING_ROWS")
def test_a_shop_is_late_when_policy_says(change: Change) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    change("marketplace.SEND_WITHIN", FIVE_DAYS)
    assert order.paid_at is not None
    assert sales.send_by(order) == order.paid_at + FIVE_DAYS
    scene.forward(days=4)
    assert not sales.late().exists()
    scene.forward(days=2)
    assert sales.late().get() == order
    change("marketplace.SELLER_WAITING_ROWS", 0)
    assert sales.waiting(market.kofi.pk, limit=3) == [order]


@holds("marketplace.MARKETPLACE_FEE_BPS")
def test_a_line_carries_the_fee_of_its_day(change: Change) -> None:
    market = scene.opened()
    change("marketplace.MARKETPLACE_FEE_BPS", FEES)
    assert fees.marketplace_fee(10_000, "digital") == 1750
    assert buys(market, (market.basket, 1)).orders.get().lines.get().fee_rate_bps == 1500


@holds("marketplace.COUPON_MOST_TRIES", "marketplace.COUPON_WAIT")
def test_wrong_codes_are_told_apart_as_often_and_as_long_as_policy_says(change: Change) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    change("marketplace.COUPON_MOST_TRIES", 2)
    change("marketplace.COUPON_WAIT", dt.timedelta(minutes=25))
    client = Client()
    client.force_login(market.amara)
    for _ in range(2):
        assert client.post("/cart/coupon/", {"code": "GUESS"}).status_code == 400
    answer = client.post("/cart/coupon/", {"code": "GUESS"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1500")
    assert "That was two wrong codes. Wait 25 minutes, then try again." in plain(answer.content)


@holds("marketplace.COUPON_CODE_MOST_CHARACTERS")
def test_no_more_of_a_code_is_looked_at_than_a_code_may_have(change: Change) -> None:
    market = scene.opened()
    Coupon.objects.create(code="SPRING", percent_bps=1000)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    change("marketplace.COUPON_CODE_MOST_CHARACTERS", 3)
    with pytest.raises(CartRefusal):
        coupons.apply_coupon(cart, "SPRING")


@holds("marketplace.CART_LINE_MOST", "marketplace.CART_MOST_LINES")
def test_a_cart_holds_what_policy_says(change: Change) -> None:
    market = scene.opened()
    change("marketplace.CART_LINE_MOST", 6)
    with pytest.raises(CartRefusal, match="from 1 to 6"):
        carts.check_quantity(7)
    change("marketplace.CART_MOST_LINES", 1)
    with pytest.raises(CartRefusal, match="at most 1 different items"):
        scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))


@holds("marketplace.DOWNLOAD_LINK_GOOD_FOR")
def test_a_link_to_a_file_works_as_long_as_policy_says(change: Change) -> None:
    market = scene.opened()
    file(market.zine)
    checkout = buys(market, (market.zine, 1))
    (bought,) = downloads.of_checkout(checkout)
    change("marketplace.DOWNLOAD_LINK_GOOD_FOR", dt.timedelta(minutes=3))
    actor = events.Actor.person(market.amara, role="buyer")
    token = downloads.start(bought.pk, user_id=market.amara.pk, actor=actor)
    client = Client()
    client.force_login(market.amara)
    scene.forward(minutes=2)
    assert client.get(f"/account/downloads/file/{token}/").status_code == 200
    scene.forward(minutes=2)
    assert client.get(f"/account/downloads/file/{token}/").status_code == 410


@holds(
    "marketplace.FILE_MOST_BYTES",
    "marketplace.SHOP_FILES_MOST_BYTES",
    "marketplace.LISTING_MOST_FILES",
    "marketplace.FILE_NAME_MOST_CHARACTERS",
)
def test_a_file_that_is_too_much_is_refused_with_the_limit(change: Change) -> None:
    market = scene.opened()

    def add() -> DigitalFile:
        return digital_files.add(market.zine.product, uploads.pdf(3_000))

    change("marketplace.FILE_MOST_BYTES", 2048)
    assert refusal(add, digital_files.FileRefused) == "A file may have 2 KB at most"
    change("marketplace.FILE_MOST_BYTES", 4096)
    change("marketplace.SHOP_FILES_MOST_BYTES", 1024)
    assert "Your shop's 1 KB are used up." in refusal(add, digital_files.FileRefused)
    change("marketplace.LISTING_MOST_FILES", 0)
    assert refusal(add, digital_files.FileRefused) == "A listing may have 0 files at most"
    change("marketplace.FILE_NAME_MOST_CHARACTERS", 8)
    assert digital_files.name_of("a long name.pdf") == "a lo.pdf"


@holds(
    "marketplace.IMAGE_MOST_BYTES",
    "marketplace.IMAGE_MOST_PIXELS",
    "marketplace.IMAGE_LEAST_SIDE_PIXELS",
    "marketplace.LISTING_MOST_IMAGES",
)
def test_a_picture_that_is_too_much_is_refused_with_the_limit(change: Change) -> None:
    market = scene.opened()

    def add() -> object:
        return product_images.add(market.basket.product, uploads.picture(size=(600, 750)))

    change("marketplace.LISTING_MOST_IMAGES", 0)
    assert refusal(add, image_uploads.UnsupportedImage) == "A listing may have 0 pictures at most"
    change("marketplace.LISTING_MOST_IMAGES", 3)
    change("marketplace.IMAGE_LEAST_SIDE_PIXELS", 700)
    assert "at least 700 pixels on each side" in refusal(add, image_uploads.UnsupportedImage)
    change("marketplace.IMAGE_MOST_PIXELS", 400_000)
    assert refusal(add, image_uploads.UnsupportedImage) == "A picture may have 0 megapixels at most"
    change("marketplace.IMAGE_MOST_BYTES", 1024)
    assert refusal(add, image_uploads.UnsupportedImage) == "A picture may have 1 KB at most"


@holds("marketplace.SHOP_NAME_LEAST_CHARACTERS")
def test_a_shops_name_may_be_as_short_as_policy_says(change: Change) -> None:
    change("marketplace.SHOP_NAME_LEAST_CHARACTERS", 7)
    assert "at least seven letters or figures" in str(shops.name_problem("kofi"))
