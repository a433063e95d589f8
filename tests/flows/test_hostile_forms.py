"""Every form of every page is sent with what nobody would type: no answer is a 500, and the books hold.

The forms are those that a walk along all links finds, for each role. What a sending did is taken back after it.
Everyday size is three values drawn for each form; `make soak` sends them all. A run prints its seed.
"""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from banibs.core import audit
from tests import people
from tests.flows.test_looking_changes_nothing import browser, market, walk

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
VALUES = [
    "", "\x00", "٣", "-1", "1e400", "NaN", "9" * 40, "18446744073709551616", "0.001", "[]", "null", "' OR 1=1 --",
    "{{7*7}}", "../../etc/passwd", "\u202egnp.exe", "a\r\nBcc: b@example.com", "//evil.example", "javascript:alert(1)",
    "4242 4242 4242 4242", "x" * 20_000, "\U0001f9fa" * 300,
]  # fmt: skip
SOAK = bool(os.environ.get("BANIBS_SOAK"))
LEAVE = ("/accounts/logout", "/accounts/2fa")


@dataclass(frozen=True)
class Form:
    """Where it goes, what it carries, and what a person can change of that."""

    url: str
    method: str
    carried: tuple[tuple[str, str], ...]
    names: tuple[str, ...]


def forms_of(url: str, html: str) -> list[Form]:
    """The forms of a page, as a browser would send them."""
    found = []
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", html, re.S):
        action = re.search(r'action="([^"]*)"', attributes)
        there = urlsplit(urljoin(f"http://testserver{url}", unescape(action[1]) if action else url))
        if there.netloc != "testserver" or there.path.startswith(LEAVE):
            continue
        carried = {}
        for field in re.findall(r"<(?:input|select|textarea|button)([^>]*)>", inside):
            name, value = re.search(r'name="([^"]+)"', field), re.search(r'value="([^"]*)"', field)
            if name:
                carried.setdefault(name[1], unescape(value[1]) if value else "")
        carried.pop("csrfmiddlewaretoken", None)
        method = "post" if re.search(r'method="post"', attributes, re.I) else "get"
        target = there.path + (f"?{there.query}" if there.query and method == "post" else "")
        found.append(Form(target, method, tuple(sorted(carried.items())), tuple(sorted(carried))))
    return found


def all_forms(client: Client) -> list[Form]:
    """Each kind of form once: by what it carries, and its address without numbers and names."""
    kinds: dict[tuple[str, str, tuple[str, ...]], Form] = {}
    for url, status in walk(client).items():
        if status != 200:
            continue
        answer = client.get(url)
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            for form in forms_of(url, answer.content.decode()):
                shape = re.sub(r"[0-9]+|(?<=/product/)[^/]+|(?<=/shops/)[^/]+", "*", form.url)
                kinds.setdefault((form.method, shape, form.names), form)
    return list(kinds.values())


class TakenBack(Exception):
    """Ends a sending."""


def send(client: Client, form: Form, changed: dict[str, str]) -> int:
    """What a form with these fields is answered; afterwards nothing of it is left."""
    status = 0
    try:
        with transaction.atomic():
            status = getattr(client, form.method)(form.url, dict(form.carried) | changed).status_code
            raise TakenBack
    except TakenBack:
        return status


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("who", ["nobody", "amara", "kofi", "ike"])
def test_what_nobody_would_type_breaks_no_page(who: str) -> None:
    here = market()
    person = {"nobody": None, "amara": here.amara, "kofi": here.kofi.user, "ike": people.ike()}[who]
    client = browser(person)
    forms = all_forms(client)
    assert len(forms) > 5

    seed = random.randrange(10**6)
    print(f"\nseed {seed}, {len(forms)} forms")
    rng = random.Random(seed)
    broken = []
    for form in forms:
        for value in VALUES if SOAK else rng.sample(VALUES, 3):
            each = form.names if SOAK else rng.sample(form.names, min(len(form.names), 2))
            for changed in [*({name: value} for name in each), dict.fromkeys(form.names, value)]:
                if send(client, form, changed) >= 500:
                    broken.append((form.url, changed))
                    print(form.url, str(changed)[:200])

    assert broken == []
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []


@pytest.mark.parametrize(
    ("who", "form"),
    [
        ("kofi", Form("/seller/orders/", "get", (), ("currency",))),
        ("ike", Form("/admin/desk/webhooks/resend/", "post", (), ("next",))),
        ("ike", Form("/admin/marketplace/checkout/", "get", (), ("region__code__exact",))),
        ("ike", Form("/admin/marketplace/order/", "get", (), ("placed_at__year", "placed_at__day"))),
        ("amara", Form("/account/wallet/top-up/", "post", (("amount", "20"),), ("next",))),
    ],
)
def test_what_once_broke_a_page_breaks_it_no_more(who: str, form: Form) -> None:
    here = market()
    client = browser({"amara": here.amara, "kofi": here.kofi.user, "ike": people.ike()}[who])
    for value in VALUES:
        assert send(client, form, dict.fromkeys(form.names, value)) < 500, value
