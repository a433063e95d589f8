"""Each promise that a sentence tells, changed: the sentence changes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from pytest_django import Settings

from banibs.core import clock
from banibs.core.models import Event
from marketplace.models import Order
from tests import market as scene
from tests import people
from tests.promises.helpers import (
    FEES,
    FIVE_DAYS,
    THREE_WEEKS,
    Change,
    card_refund_email,
    confirmation_email,
    desk,
    ended,
    page,
    posted,
    sent,
)
from tests.shopping import buys

pytestmark = pytest.mark.django_db


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
