"""How much is shown or done at once, changed: pages and jobs follow."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache

from banibs.core import clock
from banibs.users.models import User
from marketplace.catalogue import product_cards, product_list, search, storefront
from marketplace.catalogue.filters import Filters
from marketplace.models import Variant
from marketplace.regions import lookup as regions
from marketplace.sellers import sales
from payments.charges import expiry
from payments.charges.look_up_intent import stale_intents
from payments.gateways.stripe import stripe_events
from payments.models import Intent, Method, Payment, WebhookLog
from payments.webhooks import metrics
from tests import market as scene
from tests import people
from tests.promises.helpers import MINUTE, Change, orders, shown
from tests.shopping import buys, file, tell
from wallet import statement

pytestmark = pytest.mark.django_db


def goods(text: str) -> int:
    """How many of the three listings a page shows."""
    return sum(title in text for title in ("Bolga market basket", "Shea butter", "Night Market issue 4"))


def product_of(variant: Variant) -> str:
    """The address of a listing's page."""
    return f"/p/{variant.product.slug}-{variant.product_id}/"


def lines(user: User) -> int:
    """How many lines the first page of a wallet has."""
    return len(statement.page(f"user:{user.pk}:wallet", "GBP").lines)


def found_by_staff(words: str) -> bool:
    """Whether staff's search finds anything by these words."""
    ike = User.objects.filter(is_staff=True).first() or people.ike()
    return "Nothing found" not in shown(f"/admin/search/?q={words}", ike)


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
    ("core.STAFF_SEARCH_ROWS", 0, lambda m: found_by_staff("kofi"), True, False),
    ("core.STAFF_SEARCH_MOST_CHARACTERS", 4, lambda m: found_by_staff("kofizzz"), False, True),
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
