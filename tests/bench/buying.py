"""Buyers of a measurement: eight at once, each with an account, a cart and money; and placing without any HTTP."""

from __future__ import annotations

import http.cookiejar
import itertools
import json
import random
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench import server as house

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "banibs-demo"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Run:
    """What a run of buyers did: purchases per second, how many were answered and how many stand."""

    rate: float
    seen: int
    stored: int
    errors: int


class Browser:
    """A signed-in buyer's browser, without pictures."""

    def __init__(self, base: str, email: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Accept-Language", "en-US")]
        page = self.get("/accounts/login/")
        self.post("/accounts/login/", page, login=email, password=PASSWORD)

    def get(self, path: str) -> str:
        """A page."""
        with self.opener.open(self.base + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str, **fields: str) -> tuple[str, str]:
        """Sends a form of a page; where it led, and what was there."""
        found = _TOKEN.search(page)
        token = found[1] if found else ""
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(self.base + path, data=data, headers={"Referer": self.base + path})
        with self.opener.open(request, timeout=30) as answer:
            return str(answer.url), str(answer.read().decode())

    def cookie(self) -> str:
        """Its cookies, as a header."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)


def sign_in(base: str) -> str:
    """The cookies of a signed-in buyer."""
    return Browser(base, "buyer@banibs.test").cookie()


def _things(server: house.Server, count: int = 400) -> list[tuple[int, str]]:
    """Variants with plenty of stock and their pages."""
    with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            """UPDATE marketplace_variant SET stock = 1000000 WHERE id IN (
                 SELECT variant_id FROM marketplace_offer WHERE lead AND region_id = 'US' AND kind = 'physical'
                  ORDER BY id DESC LIMIT %s)""",
            [count],
        )
        return connection.execute(
            """SELECT o.variant_id, '/p/' || p.slug || '-' || p.id || '/' FROM marketplace_offer o
                 JOIN marketplace_product p ON p.id = o.product_id
                WHERE o.lead AND o.region_id = 'US' AND o.kind = 'physical' ORDER BY o.id DESC LIMIT %s""",
            [count],
        ).fetchall()  # type: ignore[return-value]


def _buyers(server: house.Server, count: int) -> list[str]:
    """People of the plain catalogue, made ready to buy: verified, with an address and money."""
    made = house.manage(server.environment, "shell", "-c", _READY.format(count=count))
    emails: list[str] = json.loads(made.strip().splitlines()[-1])
    return emails


_READY = """
import itertools, json, os
from allauth.account.models import EmailAddress
from django.db import transaction
from banibs.core.money import Money
from banibs.users.models import Address, User
from wallet import ledger, movements
emails = []
for n in range({count}):
    email = f"bench{{n}}@banibs.test"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, "banibs-demo", name=f"Buyer {{n}}")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        place = dict(line1="1 Main St", city="Atlanta", region="GA", postcode="30301", country="US")
        Address.objects.create(user=user, name="Buyer", is_default=True, **place)
    number = int.from_bytes(os.urandom(6), "big")
    with transaction.atomic():
        ledger.post(movements.demo_credited(user=user.pk, number=number, amount=Money(10**11, "USD")))
    emails.append(email)
print(json.dumps(emails))
"""


def by_people(server: house.Server, *, buyers: int, seconds: int) -> Run:
    """Buyers buy two things each, again and again: two product pages, two additions, the till, paying, the proof."""
    things = _things(server)
    browsers = [Browser(server.url, email) for email in _buyers(server, buyers)]
    before = _orders(server)
    stop = time.perf_counter() + seconds
    seen, errors = itertools.count(), itertools.count()

    def one(browser: Browser, seed: int) -> None:
        chosen = random.Random(seed)
        while time.perf_counter() < stop:
            try:
                _buy(browser, chosen.sample(things, 2))
                next(seen)
            except (OSError, AttributeError, ValueError):
                next(errors)

    began = time.perf_counter()
    threads = [threading.Thread(target=one, args=(browser, n)) for n, browser in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = next(seen)
    return Run(count / (time.perf_counter() - began), count, _orders(server) - before, next(errors))


def _buy(browser: Browser, things: list[tuple[int, str]]) -> None:
    for variant, path in things:
        page = browser.get(path)
        browser.post("/cart/add/", page, variant=str(variant), quantity="1")
    till = browser.get("/checkout/payment/")
    if "expected_total" not in till:
        browser.post("/checkout/address/", browser.get("/checkout/address/"))
        till = browser.get("/checkout/payment/")
    fields = dict(re.findall(r'name="(key|address|expected_total)" value="([^"]*)"', till))
    where, _page = browser.post("/checkout/payment/", till, method="wallet", **fields)
    if "/checkout/done/" not in where:
        raise ValueError(where)


def _orders(server: house.Server) -> int:
    with psycopg.connect(server.environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT count(*) FROM marketplace_checkout WHERE paid_at IS NOT NULL"
        ).fetchone()
    return int(row[0]) if row else 0


def at_the_floor(server: house.Server, rig: Path, *, buyers: int, seconds: int) -> Run:
    """The same at the floor, by the rig's own buyers."""
    out = house.home() / "floor.json"
    subprocess.run(
        [
            sys.executable, "purchase.py", "--out", str(out), "--rounds", "1", "--seconds", str(seconds),
            "--clients", str(buyers), "--modes", "spread", "--pg", str(house.PG_PORT),
            "--shop", f"floor={server.url},spec/floor.json",
        ],
        cwd=rig, check=True, capture_output=True, timeout=seconds * 4 + 120,
    )  # fmt: skip
    summary = json.loads(out.read_text())["summary"][f"floor.spread@{buyers}"]
    rate = summary["orders_s"]
    middle = rate["median"] if isinstance(rate, dict) else rate[len(rate) // 2]
    return Run(float(middle), 0, 0, 0)


def without_http(server: house.Server, *, clients: int, seconds: int, spread: bool = False) -> float:
    """`purchase.buy` in processes of their own, with the key stored as the page stores it: checkouts per second.

    `spread`: each client's fees and tax go to accounts of its own, so that no two sales touch the same account.
    """
    _buyers(server, clients)
    things = [variant for variant, _path in _things(server)]
    children = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.bench.placing",
                f"bench{n}@banibs.test",
                str(seconds),
                json.dumps(things),
                str(n + 1 if spread else 0),
            ],
            cwd=ROOT,
            env={**server.environment, "DATABASE_POOL": "2"},
            stdout=subprocess.PIPE,
        )
        for n in range(clients)
    ]
    return sum(float(child.communicate(timeout=seconds + 120)[0].split()[-1]) for child in children)
