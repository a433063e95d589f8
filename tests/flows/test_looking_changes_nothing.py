"""Everybody follows every link there is, from page to page: afterwards each table holds what it held before."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client

from banibs.users.models import User
from marketplace.models import Order, Product
from tests import market as scene
from tests import people
from tests.shopping import buys, file, tell

pytestmark = pytest.mark.django_db
MOST_PAGES = 250
DOORS = [
    "/", "/browse/", "/search/?q=basket", "/cart/", "/checkout/address/", "/checkout/payment/", "/account/",
    "/account/wallet/", "/account/orders/", "/seller/", "/developers/", "/admin/", "/accounts/login/",
]  # fmt: skip
# What a look may leave: the trail of one that was refused.
MAY_GROW = {"core_event", "core_delivery"}


def digest() -> dict[str, str]:
    """What each table holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in MAY_GROW]
        found = {}
        for name in tables:
            cursor.execute(
                f'SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), $$$$)) FROM "{name}" t'
            )
            found[name] = cursor.fetchone()[0]
    return found


def market() -> scene.Market:
    """A market with orders in several states, a file bought, and things in the cart."""
    here = scene.opened(wallet=100_000)
    file(here.zine)
    buys(here, (here.basket, 1), (here.zine, 1))
    buys(here, (here.jar, 1))
    tell()
    scene.put_in_cart(here.amara, (here.basket, 1), (here.zine, 1))
    return here


def walk(client: Client) -> dict[str, int]:
    """Every address within reach of a link, and what it answered."""
    seen: dict[str, int] = {}
    waiting = deque(DOORS)
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.popleft()
        if url in seen:
            continue
        answer = client.get(url)
        seen[url] = answer.status_code
        if 300 <= answer.status_code < 400:
            links = [answer.headers["Location"]]
        elif answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            links = re.findall(r'(?:href|hx-get)="([^"#]+)', answer.content.decode())
        else:
            continue
        for link in links:
            there = urlsplit(urljoin(f"http://testserver{url}", link.replace("&amp;", "&")))
            if there.netloc == "testserver" and not there.path.startswith(("/static/", "/media/", "/dev/")):
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return seen


def browser(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    client.cookies["region"] = "GB"
    return client


@pytest.mark.parametrize("who", ["nobody", "amara", "kofi", "ike"])
def test_whoever_follows_every_link_changes_nothing_and_breaks_nothing(who: str) -> None:
    here = market()
    person = {"nobody": None, "amara": here.amara, "kofi": here.kofi.user, "ike": people.ike()}[who]
    client = browser(person)
    before = digest()

    seen = walk(client)

    print(len(seen), "pages")
    assert len(seen) > 30
    assert {url: status for url, status in seen.items() if status >= 500} == {}
    after = digest()
    assert [name for name in before if before[name] != after[name]] == []


def test_a_look_that_changed_something_would_be_seen() -> None:
    here = market()
    before = digest()
    Product.objects.filter(pk=here.jar.product_id).update(title="Another")
    Order.objects.all().update(held=0)
    after = digest()
    assert [name for name in before if before[name] != after[name]] == [
        "marketplace_order",
        "marketplace_product",
    ]
