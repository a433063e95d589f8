"""Each promise and limit that a person meets, changed: what it says changes, and what happens does too.

The tables and tests name what they hold ("marketplace.CLEAR_AFTER"); test_policy.py proves that none is missing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import html
import re
import time
from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.formats import date_format
from pytest_django import Settings

from banibs.core import audit, clock, events, idempotency
from banibs.core.jobs import event_delivery
from banibs.core.models import Delivery, Event, IdempotencyKey
from banibs.core.money import Money
from banibs.core.staff import work_queues
from banibs.developers.views import KeyForm
from banibs.jobs import clear_old_rows
from banibs.notifications import dispatch, emails
from banibs.notifications.models import Notice
from banibs.users import policy as users_policy
from banibs.users.accounts.adapter import AccountAdapter
from banibs.users.addresses import address_book
from banibs.users.models import Address, User
from banibs.web import error_pages
from marketplace.api.listing_serializers import VariantRequest
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.catalogue import product_cards, product_list, search, storefront
from marketplace.catalogue.filters import Filters
from marketplace.media import digital_files, image_uploads, image_urls, product_images
from marketplace.models import Checkout, Coupon, DigitalFile, Order, Variant
from marketplace.orders import downloads, transitions
from marketplace.pricing import fees
from marketplace.regions import lookup as regions
from marketplace.sellers import sales, shops
from marketplace.views.seller.listings import uploads as listing_uploads
from payments import incidents
from payments.charges import expiry, limits, purchase
from payments.charges.look_up_intent import stale_intents
from payments.gateways.stripe import stripe_events
from payments.models import Intent, Method, Payment, WebhookLog
from payments.webhooks import metrics, process
from payouts import clearing
from tests import market as scene
from tests import people
from tests.marketplace.sellers import uploads
from tests.shopping import buys, file, tell
from wallet import approvals, demo_credit, filters, statement
from wallet.models import Approval

pytestmark = pytest.mark.django_db

Change = Callable[[str, object], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Gives a policy another value: `change("marketplace.CLEAR_AFTER", dt.timedelta(days=5))`."""

    def changed(name: str, value: object) -> None:
        app, constant = name.split(".")
        monkeypatch.setattr(import_module(f"{apps.get_app_config(app).name}.policy"), constant, value)

    return changed


def plain(content: bytes | str) -> str:
    """The words of a page or email: no tags, one space between words."""
    text = content.decode() if isinstance(content, bytes) else content
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def page(path: str, user: User | None = None) -> str:
    """What somebody reads at an address."""
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    assert answer.status_code in (200, 410), (path, answer.status_code)
    return plain(answer.content)


def sent(user: User) -> str:
    """All that a person's emails say, as text and as HTML."""
    tell()
    said = []
    for one in mail.outbox:
        if one.to == [user.email]:
            said += [one.subject, str(one.body), *(str(part[0]) for part in one.alternatives)]  # type: ignore[attr-defined]
    return plain(" ".join(said))


def posted(market: scene.Market) -> Order:
    """A basket that Amara paid and Kofi sent."""
    order = buys(market, (market.basket, 1)).orders.get()
    actor = events.Actor.person(market.kofi.user, role="seller")
    transitions.fulfil(order.pk, actor=actor, carrier="Royal Mail", tracking="RM1")
    order.refresh_from_db()
    return order


def ended(market: scene.Market) -> str:
    """The number of a checkout that nobody paid in time."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    scene.forward(days=1, minutes=1)
    assert expiry.expire(bought.payment.pk)
    return bought.placed.checkout.number


def desk(queue: str) -> str:
    """What staff read about a queue."""
    return " ".join(str(one.text) for one in work_queues.queues() if one.name == queue)


def confirmation_email() -> str:
    """Both bodies of the email that somebody who signs up is sent."""
    context = {"said": {"name": "Nia", "confirm_url": "https://banibs.test/confirm"}}
    return plain(
        " ".join(render_to_string(f"emails/account/confirm.{ending}", context) for ending in ("html", "txt"))
    )


def card_refund_email(market: scene.Market) -> str:
    """Both bodies of the email that tells of money on its way to a card."""
    order = buys(market, (market.basket, 1)).orders.get()
    said = {"refund": "£53.00", "card": "£53.00"}
    context = {
        "person": market.amara,
        "order": order,
        "checkout": order.checkout,
        "said": said,
        "by_card": False,
    }
    return plain(" ".join(render_to_string(f"{CANCELED}.{ending}", context) for ending in ("html", "txt")))


CANCELED = "emails/order/canceled"
FIVE_DAYS, THREE_WEEKS = dt.timedelta(days=5), dt.timedelta(weeks=3)
FEES = {"physical": 1500, "digital": 1750}
SAID: list[tuple[str, object, Callable[[scene.Market], str], list[str]]] = [
    ("marketplace.CLEAR_AFTER", FIVE_DAYS, lambda m: page("/help/refunds/"), ["but held: for five days"]),
    ("marketplace.CLEAR_AFTER", FIVE_DAYS, lambda m: page("/sell/"), ["to take out five days later"]),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: page(f"/p/{m.zine.product.slug}-{m.zine.product_id}/"),
        ["Held for five days"],
    ),
    ("marketplace.CLEAR_AFTER", FIVE_DAYS, lambda m: page("/dev/clock/"), ["clears after five days"]),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: (posted(m), page("/seller/", m.kofi.user))[1],
        ["yours five days after a sale is paid"],
    ),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: page(f"/seller/orders/{buys(m, (m.basket, 1)).orders.get().number}/", m.kofi.user),
        ["yours five days after payment"],
    ),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: page(f"/checkout/done/{buys(m, (m.basket, 1)).number}/", m.amara),
        ["and five days longer"],
    ),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: (buys(m, (m.zine, 1)), sent(m.zuri.user))[1],
        ["available five days after payment. The buyer", "available five days after payment. The buyer"],
    ),
    (
        "marketplace.CLEAR_AFTER",
        FIVE_DAYS,
        lambda m: (buys(m, (m.basket, 1)), sent(m.kofi.user))[1],
        ["five days after payment, and not before", "five days after payment, and not before"],
    ),
    ("payments.UNPAID_FOR", dt.timedelta(minutes=45), lambda m: page("/help/cards/"), ["for 45 minutes"]),
    (
        "payments.UNPAID_FOR",
        dt.timedelta(minutes=45),
        lambda m: page(f"/checkout/pay/{ended(m)}/", m.amara),
        ["not paid within 45 minutes"],
    ),
    (
        "payments.UNPAID_FOR",
        dt.timedelta(minutes=45),
        lambda m: (ended(m), sent(m.amara))[1],
        ["within 45 minutes", "within 45 minutes"],
    ),
    (
        "payments.UNPAID_FOR",
        dt.timedelta(minutes=45),
        lambda m: (ended(m), Event.objects.get(kind="order.canceled").reason)[1],
        ["not paid within 45 minutes"],
    ),
    (
        "marketplace.COMPLETE_AFTER",
        THREE_WEEKS,
        lambda m: (posted(m), sent(m.amara))[1],
        ["Three weeks from now", "Three weeks from now"],
    ),
    ("marketplace.MARKETPLACE_FEE_BPS", FEES, lambda m: page("/sell/"), ["15 %", "17.5 %"]),
    ("marketplace.MARKETPLACE_FEE_BPS", FEES, lambda m: page("/help/fees/"), ["15 %", "17.5 %"]),
    (
        "marketplace.MARKETPLACE_FEE_BPS",
        FEES,
        lambda m: page("/seller/start/", people.person("nia@example.com", name="Nia")),
        ["keeps 15 %", "and 17.5 % of a file"],
    ),
    (
        "marketplace.FILE_MOST_BYTES",
        3 * 1024**2,
        lambda m: page(f"/seller/listings/{m.zine.product_id}/edit/", m.zuri.user),
        ["3 MB each at most"],
    ),
    (
        "marketplace.IMAGE_MOST_BYTES",
        3 * 1024**2,
        lambda m: page(f"/seller/listings/{m.zine.product_id}/edit/", m.zuri.user),
        ["3 MB each at most"],
    ),
    (
        "marketplace.SELLER_CHART_MONTHS",
        9,
        lambda m: (
            posted(m),
            Order.objects.update(paid_at=clock.now() - dt.timedelta(days=400)),
            page("/seller/", m.kofi.user),
        )[2],
        ["nine months"],
    ),
    (
        "marketplace.SELLER_PERIODS_DAYS",
        {"11": 11},
        lambda m: (posted(m), page("/seller/orders/", m.kofi.user))[1],
        ["Last 11 days"],
    ),
    (
        "payments.TOP_UP_CHOICES",
        (1_300,),
        lambda m: page("/account/wallet/top-up/", m.amara),
        ["$13.00"],
    ),
    (
        "payments.TOP_UP_LEAST",
        {"USD": 700, "GBP": 700},
        lambda m: page("/account/wallet/top-up/", m.amara),
        ["$7.00"],
    ),
    (
        "payments.TOP_UP_MOST",
        {"USD": 33_300, "GBP": 33_300},
        lambda m: page("/account/wallet/top-up/", m.amara),
        ["$333.00"],
    ),
    ("payments.WEBHOOK_MOST_RETRIES", 7, lambda m: desk("payments.dead_events"), ["failed seven times"]),
    (
        "payments.WORK_LATE_AFTER",
        dt.timedelta(minutes=9),
        lambda m: desk("payments.late_events"),
        ["more than nine minutes ago"],
    ),
    (
        "wallet.APPROVAL_LAPSES_AFTER",
        dt.timedelta(days=9),
        lambda m: desk("wallet.approvals"),
        ["after nine days it lapses"],
    ),
    ("core.EVENT_MOST_ATTEMPTS", 7, lambda m: desk("core.dead_deliveries"), ["failed seven times"]),
    (
        "notifications.EMAIL_MOST_ATTEMPTS",
        7,
        lambda m: desk("notifications.letters"),
        ["Sending failed seven times"],
    ),
    (
        "core.DASHBOARD_REFRESH",
        dt.timedelta(seconds=45),
        lambda m: page("/admin/desk/", people.ike()),
        ["every 45 seconds"],
    ),
    (
        "users.REAUTHENTICATION_GOOD_FOR",
        dt.timedelta(minutes=8),
        lambda m: page("/accounts/reauthenticate/", m.amara),
        ["for eight minutes"],
    ),
    (
        "users.EMAIL_CONFIRMATION_GOOD_FOR",
        FIVE_DAYS,
        lambda m: page("/accounts/confirm-email/gone/"),
        ["older than five days"],
    ),
    (
        "users.EMAIL_CONFIRMATION_GOOD_FOR",
        FIVE_DAYS,
        lambda m: confirmation_email(),
        ["works for five days", "works for five days"],
    ),
    (
        "payments.CARD_REFUND_ARRIVES_WITHIN",
        dt.timedelta(days=6),
        card_refund_email,
        ["up to six days", "up to six days"],
    ),
    (
        "developers.KEY_LIVES_DAYS",
        (12, 365),
        lambda m: page("/developers/keys/", m.amara),
        ["12 days", "A year"],
    ),
]


@pytest.mark.parametrize(
    ("name", "value", "look", "sentences"), SAID, ids=[f"{row[0]}-{n}" for n, row in enumerate(SAID)]
)
def test_the_sentence_changes_with_the_promise(
    change: Change,
    name: str,
    value: object,
    look: Callable[[scene.Market], str],
    sentences: list[str],
    settings: Settings,
) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_none"  # cards are offered; nothing here asks Stripe
    market = scene.opened()
    change(name, value)
    text = look(market)
    for sentence in set(sentences):
        assert text.count(sentence) >= sentences.count(sentence), (sentence, text)


# ---- what happens ------------------------------------------------------------------------------------------


HELD: dict[str, str] = {}


def holds(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says which policies a test changes and sees followed."""

    def noted(test: Callable[..., None]) -> Callable[..., None]:
        HELD.update(dict.fromkeys(names, test.__name__))
        return test

    return noted


def broken() -> list[str]:
    """The names of the audits that find something."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


@holds("marketplace.CLEAR_AFTER", "marketplace.CLEAR_AFTER_UNRECORDED", "payouts.ORDERS_CLEARED_AT_ONCE")
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
    change("payouts.ORDERS_CLEARED_AT_ONCE", 0)
    assert clearing.clear_due() == 0
    change("payouts.ORDERS_CLEARED_AT_ONCE", 5)
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


def refusal(call: Callable[[], object], kind: type[Exception]) -> str:
    """What somebody is told who is refused."""
    with pytest.raises(kind) as refused:
        call()
    return str(refused.value.message)  # type: ignore[attr-defined]


@holds(
    "marketplace.FILE_MOST_BYTES",
    "marketplace.SHOP_FILES_MOST_BYTES",
    "marketplace.LISTING_MOST_FILES",
    "marketplace.FILE_NAME_MOST_CHARACTERS",
)
def test_a_file_that_is_too_much_is_refused_with_the_limit(change: Change) -> None:
    market = scene.opened()

    def add() -> DigitalFile:
        return digital_files.add(market.zine.product, uploads.file(b"x" * 3_000))

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
    assert "at least seven letters or figures" in str(shops.slug_problem("kofi"))


@holds("payments.CARD_MINIMUM", "payments.TOP_UP_LEAST", "payments.TOP_UP_MOST")
def test_a_card_is_charged_within_what_policy_says(change: Change) -> None:
    for name in ("CARD_MINIMUM", "TOP_UP_LEAST", "TOP_UP_MOST"):
        change(f"payments.{name}", {"USD": 77, "GBP": 66})
    assert (limits.card_minimum("GBP"), limits.card_minimum("CHF")) == (66, 77)
    assert [money.amount for money in limits.top_up_range("GBP")] == [66, 66]
    assert limits.too_small(65, "GBP")
    assert not limits.too_small(66, "GBP")


@holds("wallet.APPROVAL_LAPSES_AFTER")
def test_a_request_for_a_second_person_lapses_when_policy_says(change: Change) -> None:
    change("wallet.APPROVAL_LAPSES_AFTER", dt.timedelta(days=9))
    amara, ike = people.amara(), people.ike()
    asked = approvals.request_credit(
        requester=ike, user_id=amara.pk, name="Amara", amount=Money(500, "USD"), reason="Parcel came late"
    )
    scene.forward(days=8)
    assert approvals.expire_due() == 0
    scene.forward(days=2)
    assert approvals.expire_due() == 1
    asked.refresh_from_db()
    assert asked.status == Approval.Status.EXPIRED


@holds("wallet.DEMO_CREDIT_UNITS", "wallet.DEMO_CREDITS_PER_DAY")
def test_play_money_is_as_much_and_as_often_as_policy_says(change: Change) -> None:
    amara = people.amara()
    change("wallet.DEMO_CREDIT_UNITS", 7)
    assert demo_credit.credit(user=amara.pk, currency="GBP") == Money(700, "GBP")
    change("wallet.DEMO_CREDITS_PER_DAY", 1)
    with pytest.raises(demo_credit.Enough):
        demo_credit.credit(user=amara.pk, currency="GBP")


@holds("wallet.STATEMENT_MONTHS")
def test_the_list_of_months_goes_as_far_back_as_policy_says(change: Change) -> None:
    change("wallet.STATEMENT_MONTHS", 3)
    ends = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert len(filters.months(*ends)) == 3


@holds("users.ADDRESS_BOOK_MOST")
def test_the_address_book_holds_what_policy_says(change: Change) -> None:
    market = scene.opened()
    change("users.ADDRESS_BOOK_MOST", 1)
    with pytest.raises(address_book.Full):
        address_book.add(market.amara, Address(name="Amara", country="GB"))


@holds("core.IDEMPOTENCY_KEYS_KEPT_FOR", "core.IDEMPOTENCY_KEY_MOST_CHARACTERS")
def test_keys_are_kept_as_long_and_may_be_as_long_as_policy_says(change: Change) -> None:
    amara = people.amara()

    def once(key: str) -> idempotency.Answer:
        return idempotency.once(
            user_id=amara.pk, scope="test", key=key, request={}, effect=lambda: idempotency.Answer(200, {})
        )

    change("core.IDEMPOTENCY_KEY_MOST_CHARACTERS", 4)
    with pytest.raises(idempotency.KeyMissing):
        once("12345")
    once("1234")
    change("core.IDEMPOTENCY_KEYS_KEPT_FOR", dt.timedelta(days=3))
    scene.forward(days=2)
    clear_old_rows()
    assert IdempotencyKey.objects.count() == 1
    scene.forward(days=2)
    clear_old_rows()
    assert IdempotencyKey.objects.count() == 0


@holds("core.EVENT_MOST_ATTEMPTS", "core.RETRY_FIRST_WAIT", "core.EVENTS_AT_ONCE")
def test_a_reaction_is_tried_as_often_and_as_late_as_policy_says(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Delivery.objects.create(
        event=Event.objects.create(kind="x", subject_type="x", subject_id=1), subscriber="x"
    )
    change("core.EVENT_MOST_ATTEMPTS", 2)
    change("core.RETRY_FIRST_WAIT", dt.timedelta(hours=1))
    change("core.EVENTS_AT_ONCE", 0)
    assert event_delivery.deliver_due(batch=None) == 0
    change("core.EVENTS_AT_ONCE", 1)
    assert event_delivery.deliver_due() == 1
    row.refresh_from_db()
    assert dt.timedelta(minutes=119) < row.due_at - clock.now() <= dt.timedelta(hours=2)
    scene.forward(hours=2, minutes=1)
    assert event_delivery.deliver_due() == 1
    row.refresh_from_db()
    assert row.status == Delivery.Status.DEAD


@holds("notifications.EMAIL_MOST_ATTEMPTS", "core.RETRY_FIRST_WAIT", "notifications.EMAILS_AT_ONCE")
def test_an_email_is_tried_as_often_and_as_late_as_policy_says(change: Change, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    notice = Notice.objects.create(
        event=Event.objects.create(kind="x", subject_type="x", subject_id=1),
        user=people.amara(),
        kind="order_failed",
        url="/",
        data={},
        letter=Notice.Letter.DUE,
        letter_due_at=clock.now(),
    )
    change("notifications.EMAIL_MOST_ATTEMPTS", 2)
    change("core.RETRY_FIRST_WAIT", dt.timedelta(hours=1))
    change("notifications.EMAILS_AT_ONCE", 1)
    assert emails.send_due() == 1
    notice.refresh_from_db()
    assert notice.letter == Notice.Letter.DUE
    assert notice.letter_due_at is not None
    assert notice.letter_due_at > clock.now() + dt.timedelta(minutes=119)
    scene.forward(hours=3)
    assert emails.send_due() == 1
    notice.refresh_from_db()
    assert notice.letter == Notice.Letter.GIVEN_UP


@holds("payments.WEBHOOK_MOST_RETRIES", "payments.WEBHOOKS_SWEPT_AT_ONCE")
def test_an_event_of_stripe_is_tried_as_often_as_policy_says(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = WebhookLog.objects.create(
        external_id="evt_1", type="charge.updated", payload={}, next_retry_at=clock.now()
    )
    change("payments.WEBHOOK_MOST_RETRIES", 1)

    def fails(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(process, "_look", fails)
    states = []
    for _ in range(2):
        assert process.due_events() == [row.pk]
        process.process_event(row.pk)
        row.refresh_from_db()
        states.append(row.status)
        scene.forward(hours=1)
    assert states == ["failed", "dead"]
    WebhookLog.objects.update(status="pending", next_retry_at=clock.now())
    change("payments.WEBHOOKS_SWEPT_AT_ONCE", 0)
    assert process.due_events(limit=None) == []


@holds("developers.KEY_LIVES_DAYS", "developers.KEY_LIFE_DAYS_AT_FIRST")
def test_a_key_lives_as_long_as_its_maker_chooses_from_policy(change: Change) -> None:
    change("developers.KEY_LIVES_DAYS", (12, 365))
    change("developers.KEY_LIFE_DAYS_AT_FIRST", 12)
    form = KeyForm(user=people.amara())
    assert [value for value, _label in form.fields["lasts"].choices] == ["12", "365", "ever"]  # type: ignore[attr-defined]
    assert form["lasts"].value() == "12"


# ---- how much is shown ---------------------------------------------------------------------------------------


def shown(path: str, user: User | None = None) -> str:
    """What somebody in Britain reads at an address, tags and all."""
    client = Client()
    client.cookies["region"] = "GB"
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return b"".join(answer).decode()


def goods(text: str) -> int:
    """How many of the three listings a page shows."""
    return sum(title in text for title in ("Bolga market basket", "Shea butter", "Night Market issue 4"))


def orders(text: str) -> int:
    """How many of Amara's checkouts a page names."""
    return sum(number in text for number in Checkout.objects.values_list("number", flat=True))


def product_of(variant: Variant) -> str:
    """The address of a listing's page."""
    return f"/p/{variant.product.slug}-{variant.product_id}/"


def lines(user: User) -> int:
    """How many lines the first page of a wallet has."""
    return len(statement.page(f"user:{user.pk}:wallet", "GBP").lines)


def inbox(user: User) -> str:
    """The page of somebody's notifications."""
    tell()
    return shown("/account/notifications/", user)


def event_of(days: int) -> int:
    """How many events of these days ago the monitor counts by type."""
    WebhookLog.objects.update_or_create(
        external_id="evt_old",
        defaults={"type": "x", "payload": {}, "received_at": clock.now() - dt.timedelta(days=days)},
    )
    return len(metrics.stats()["by_type"])


def stale() -> int:
    """How many intents of a minute and a half ago the sweeper looks up."""
    payment, _made = Payment.objects.get_or_create(
        user=User.objects.get(email="amara@example.com"),
        checkout=None,
        currency="GBP",
        amount=500,
        card_part=500,
        method=Method.CARD,
    )
    Intent.objects.get_or_create(
        payment=payment,
        kind=Intent.Kind.PAYMENT_INTENT,
        defaults={
            "status": Intent.Status.OPEN,
            "amount": 500,
            "currency": "GBP",
            "created_at": clock.now() - dt.timedelta(seconds=90),
        },
    )
    return len(stale_intents())


def forgotten() -> int:
    """How many top-ups of two hours ago are ended."""
    Payment.objects.get_or_create(
        user=User.objects.get(email="amara@example.com"),
        checkout=None,
        currency="GBP",
        amount=500,
        card_part=500,
        method=Method.CARD,
        defaults={"created_at": clock.now() - dt.timedelta(hours=2)},
    )
    return len(expiry.due_payments())


def skewed() -> bool:
    """Whether a message that Stripe signed a minute ago is believed."""
    signed = int(time.time()) - 60
    mark = hmac.new(b"whsec_x", f"{signed}.{{}}".encode(), hashlib.sha256).hexdigest()
    try:
        stripe_events.verify_webhook(b"{}", header=f"t={signed},v1={mark}", secrets=["whsec_x"])
    except stripe_events.BadSignature:
        return False
    return True


def fresh_cards() -> str:
    """The page of everything, its cards drawn anew: a process keeps them by their rows."""
    product_cards._card.cache_clear()
    return shown("/browse/")


MINUTE = dt.timedelta(minutes=1)
# A limit, another value, what is looked at after two purchases, and what it is by today's policy and by the other.
SHOWN: list[tuple[str, object, Callable[[scene.Market], object], object, object]] = [
    ("marketplace.PRODUCT_PAGE_ROWS", 1, lambda m: goods(shown("/browse/")), 3, 1),
    ("marketplace.SHOP_MORE_PRODUCTS", 0, lambda m: goods(shown(product_of(m.jar))), 2, 1),
    ("marketplace.SHOP_PAGE_ROWS", 1, lambda m: len(storefront.shops().tiles), 2, 1),
    ("marketplace.HOME_NEWEST", 0, lambda m: "Bolga market basket" in shown("/"), True, False),
    ("marketplace.SEARCH_SHOPS_ROWS", 0, lambda m: len(search.shops("kofi", regions.place("GB"))[0]), 1, 0),
    ("marketplace.SEARCH_MOST_CHARACTERS", 3, lambda m: search.cleaned("basket"), "basket", "bas"),
    (
        "marketplace.SEARCH_LEAST_CHARACTERS",
        4,
        lambda m: len(search.suggestions("bol", regions.place("GB"))),
        1,
        0,
    ),
    (
        "marketplace.SEARCH_SUGGESTIONS",
        0,
        lambda m: len(search.suggestions("bol", regions.place("GB"))),
        1,
        0,
    ),
    (
        "marketplace.SEARCH_SHOP_SUGGESTIONS",
        0,
        lambda m: len(search.suggestions("kofi", regions.place("GB"))),
        1,
        0,
    ),
    (
        "marketplace.PRODUCTS_MOST_COUNTED",
        1,
        lambda m: product_list.counts(product_list.Scope("GB"), Filters()).bounded,
        False,
        True,
    ),
    ("marketplace.ORDER_PAGE_ROWS", 1, lambda m: orders(shown("/account/orders/", m.amara)), 2, 1),
    ("marketplace.ACCOUNT_LAST_ORDERS", 1, lambda m: orders(shown("/account/", m.amara)), 2, 1),
    ("marketplace.DOWNLOAD_PAGE_ROWS", 1, lambda m: orders(shown("/account/downloads/", m.amara)), 2, 1),
    (
        "marketplace.SELLER_EXPORT_MOST_ROWS",
        1,
        lambda m: orders(shown("/seller/orders/sales.csv", m.kofi.user)),
        2,
        1,
    ),
    ("marketplace.SELLER_RECENT_ORDERS", 1, lambda m: orders(shown("/seller/", m.zuri.user)), 2, 1),
    ("marketplace.SHOP_LOW_STOCK", 8, lambda m: sales.low_on_stock(m.kofi.pk), 0, 1),
    ("marketplace.PRODUCT_LOW_STOCK", 8, lambda m: "Only 8 left" in fresh_cards(), False, True),
    ("marketplace.SELL_EXAMPLE_PRICE", 77, lambda m: 'value="77' in shown("/sell/"), False, True),
    ("wallet.STATEMENT_PAGE_LINES", 1, lambda m: lines(m.amara), 3, 1),
    ("notifications.PAGE_ROWS", 1, lambda m: orders(inbox(m.amara)), 2, 1),
    ("payments.WEBHOOK_COUNTED_DAYS", 2, lambda m: event_of(days=3), 1, 0),
    ("payments.INTENT_STALE_AFTER", MINUTE, lambda m: stale(), 0, 1),
    ("payments.TOP_UP_OPEN_FOR", MINUTE, lambda m: forgotten(), 0, 1),
    ("payments.WEBHOOK_MOST_SKEW_SECONDS", 30, lambda m: skewed(), True, False),
]


@pytest.mark.parametrize(("name", "other", "look", "today", "then"), SHOWN, ids=[row[0] for row in SHOWN])
def test_as_much_is_shown_or_done_as_policy_says(
    change: Change,
    name: str,
    other: object,
    look: Callable[[scene.Market], object],
    today: object,
    then: object,
) -> None:
    market = scene.opened()
    file(market.zine)
    for _ in range(2):
        buys(market, (market.basket, 1), (market.zine, 1))
    assert look(market) == today
    cache.clear()
    change(name, other)
    assert look(market) == then


@holds("payments.WEBHOOK_MOST_BYTES")
def test_an_event_that_is_too_large_is_refused_with_the_limit(change: Change, settings: Settings) -> None:
    change("payments.WEBHOOK_MOST_BYTES", 1024)
    settings.STRIPE_WEBHOOK_SECRET = "whsec_x"
    path = f"/stripe/webhook/{settings.STRIPE_WEBHOOK_UUID}/"
    answer = Client().post(path, "x" * 2048, content_type="application/json")
    assert answer.status_code == 413
    assert "An event has at most 1 KB" in answer.content.decode()


@holds("users.PASSWORD_GUESS_WAIT")
def test_who_guesses_is_told_how_long_to_wait(change: Change) -> None:
    change("users.PASSWORD_GUESS_WAIT", dt.timedelta(minutes=25))
    said = AccountAdapter().error_messages["too_many_login_attempts"]
    assert str(said) == "Too many attempts. Wait 25 minutes, or choose a new password."
    assert users_policy.PASSWORD_GUESS_LIMIT == "20/h/ip,5/15m/key"


@holds("users.PREFERENCE_COOKIE_AGE")
def test_a_theme_is_remembered_as_long_as_policy_says(change: Change) -> None:
    change("users.PREFERENCE_COOKIE_AGE", dt.timedelta(days=9))
    answer = Client().post("/theme/", {"theme": "dark", "next": "/"})
    assert answer.cookies["theme"]["max-age"] == 777_600


@holds("core.QUEUE_MOST_COUNTED")
def test_a_queue_is_counted_as_far_as_policy_says(change: Change) -> None:
    for _ in range(2):
        incidents.open_incident("test", key=str(_), detail="x")
    change("core.QUEUE_MOST_COUNTED", 1)
    (found,) = [one for one in work_queues.waiting(people.ike()) if one.queue.name == "payments.incidents"]
    assert (found.shown, found.more) == (1, True)


@holds("core.AWAY_RETRY_SECONDS")
def test_who_comes_while_an_engine_is_away_is_told_when_to_come_again(change: Change) -> None:
    change("core.AWAY_RETRY_SECONDS", 44)
    request = RequestFactory().get("/")
    try:
        raise OperationalError("away")
    except OperationalError:
        assert error_pages.server_error(request).headers["Retry-After"] == "44"


@holds("marketplace.DOWNLOADS_MOST")
def test_a_file_may_be_handed_out_as_often_as_policy_says(change: Change) -> None:
    market = scene.opened()
    kept = file(market.zine)
    change("marketplace.DOWNLOADS_MOST", 7)
    request = RequestFactory().post("/", {f"limit_{kept.pk}": "8", f"days_{kept.pk}": "1"})
    assert "whole numbers from 1 to 7" in " ".join(listing_uploads.take(request, market.zine.product))


@holds("marketplace.VARIANT_MOST_OPTIONS")
def test_a_variant_has_as_many_options_as_policy_says(change: Change) -> None:
    change("marketplace.VARIANT_MOST_OPTIONS", 1)
    asked = VariantRequest(data={"stock": 1, "options": {"size": "S", "colour": "red"}})
    assert not asked.is_valid()
    assert "at most" in str(asked.errors["options"])
    assert "one options" in str(asked.errors["options"])


@holds("marketplace.IMAGE_WIDTHS_PIXELS")
def test_a_picture_is_kept_in_the_widths_of_policy(change: Change, settings: Settings) -> None:
    change("marketplace.IMAGE_WIDTHS_PIXELS", (300, 500))
    image_urls.address.cache_clear()
    stored = image_uploads.store(uploads.picture(size=(600, 750)), folder="test")
    assert "-300." in image_urls.address(stored.path, 240)
    assert "-500." in image_urls.address(stored.path, 480)
    image_uploads.forget(stored.path)
    image_urls.address.cache_clear()


@holds("marketplace.HOME_DIGITAL", "marketplace.HOME_QUILT")
def test_the_home_page_shows_as_much_as_policy_says(change: Change) -> None:
    scene.opened()
    before = shown("/").count("Night Market issue 4")
    cache.clear()
    change("marketplace.HOME_DIGITAL", 0)
    change("marketplace.HOME_QUILT", 0)
    assert shown("/").count("Night Market issue 4") < before


@holds("notifications.TITLES_NAMED")
def test_a_sentence_names_as_many_products_as_policy_says(change: Change) -> None:
    market = scene.opened()
    order = buys(market, (market.jar, 1), (market.zine, 1)).orders.get()
    assert "+" not in dispatch._titles(order)
    change("notifications.TITLES_NAMED", 1)
    assert dispatch._titles(order).endswith(" +1")
