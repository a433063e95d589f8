"""Whatever is sent to the door of the application, no answer is a 5xx, and the books hold afterwards.

Requests are drawn around right ones: an address that there is with a hole filled in by nonsense, a header, query, form or
body that is nearly what the address wants; by nobody, by Amara's browser and by a program of hers. A few hundred every
day, 20,000 with `make soak`, which prints the seed. BANIBS_FUZZ_SEED runs one again.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from banibs.api.throttles import PerAddress, PerPerson
from banibs.core import audit
from banibs.developers import keys
from banibs.wsgi import application
from marketplace.models import Download
from tests import market as scene
from tests import people
from tests.fuzz import doors, routes
from tests.shopping import buys, file, tell
from tests.stripe import LocalStripe, signed

SOAK = bool(os.environ.get("BANIBS_SOAK"))
SEED = int(os.environ.get("BANIBS_FUZZ_SEED") or (random.randrange(2**32) if SOAK else 20261127))
REQUESTS = 20_000 if SOAK else 400
TOKEN = "f" * 32  # of a form and of its cookie
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    pytest.mark.timeout(7200 if SOAK else 400),
]
NONSENSE = [
    "", " ", "\x00", "٣", "-1", "0", "1", "1e400", "NaN", "null", "[]", "{}", "true", "9" * 40, "9" * 310, "9" * 5_000,
    str(2**63), str(2**31), "0.001", "1,299.50", "' OR 1=1 --", "{{7*7}}", "%s%n", "../../etc/passwd", "%2e%2e%2f",
    "\u202egnp.exe", "a\r\nX: y", "//evil.example", "javascript:alert(1)", "4242 4242 4242 4242", "[" * 58, "x" * 9_000,
    "\U0001f9fa" * 99, "\ud800", "\xff\xfe", "=1+1", "bytes=0-", "bytes=9-1", "cD05", "cj0xJnA9MQ==", "bD0x", "GB", "GBP",
    "2026-02-30", "0000-00-00", "10000-01-01", "B-71840-1", "evt_1", "pm_card_visa", "wallet", "<script>", "&#0;",
]  # fmt: skip
# Not Content-Length: a server refuses one that is no number before we see it.
HEADERS = (
    "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_HX_REQUEST",
    "HTTP_HX_TARGET", "HTTP_HX_CURRENT_URL", "HTTP_IDEMPOTENCY_KEY", "HTTP_STRIPE_SIGNATURE", "HTTP_AUTHORIZATION",
    "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_CSRFTOKEN", "CONTENT_TYPE",
    "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING",
)  # fmt: skip


@dataclass(frozen=True)
class Way:
    """An address: its method, its path with holes, the names that its query, form or body may have."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    form: str = ""  # "form", "multipart", "json" or "event"


ADDRESS = ("name", "line1", "line2", "city", "region", "postcode", "country", "phone", "default", "next")
LISTING = (
    "title",
    "kind",
    "description",
    "price",
    "stock",
    "category",
    "amount",
    "compare_at",
    "save",
    "publish",
)
NAMES = (
    *doors.NAMES, *ADDRESS, *LISTING, "variant", "quantity", "item", "code", "method", "address", "expected_total", "key",
    "card", "amount", "other", "older", "newer", "currency", "cursor", "limit", "months", "status", "since", "email",
    "login", "password", "reason", "to", "action", "_selected_action", "theme", "slug", "tagline", "scopes", "o", "p",
)  # fmt: skip
# What would end a session or the test, and what says 503 by itself when a worker is missing.
LEFT_OUT = re.compile(r"^/(dev/|accounts/logout|readyz|metrics|admin/logout|__)")


def ways() -> list[Way]:
    """Every address of the application, looked at and sent a form; and those that take more, once more by their names."""
    found = []
    for path in routes.every_route():
        if LEFT_OUT.match(path):
            continue
        program = path.startswith("/api/")
        found += [Way("GET", path, NAMES), Way("POST", path, NAMES, "json" if program else "form")]
        found += [Way("PATCH", path, NAMES, "json")] if program else []
    named = [
        Way("GET", "/browse/", doors.NAMES),
        Way("GET", "/search/", doors.NAMES),
        Way("GET", "/api/v1/products/", ("cursor", "limit", *doors.NAMES)),
        Way("GET", "/api/v1/orders/", ("cursor", "limit", "status")),
        Way("POST", "/account/addresses/new/", ADDRESS, "form"),
        Way("POST", "/cart/add/", ("variant", "quantity"), "form"),
        Way("POST", "/checkout/payment/", ("address", "method", "expected_total", "key"), "form"),
        Way("POST", "/seller/listings/new/", LISTING, "multipart"),
        Way("POST", "/account/profile/", ("name", "email", "language"), "multipart"),
        Way("POST", "/api/v1/addresses/", ADDRESS, "json"),
        Way("POST", "/api/v1/cart/items/", ("variant", "quantity"), "json"),
        Way("POST", "/api/v1/checkouts/", ("address", "payment_method", "expected_total"), "json"),
        Way("POST", "/api/v1/wallet/top-ups/", ("amount", "currency"), "json"),
        Way("POST", "/api/v1/wallet/from-earnings/", ("amount", "currency"), "json"),
        Way("POST", "", (), "event"),
    ]
    return found + named * (len(found) // len(named) // 2)


class Somebody:
    """Draws requests, and the people who send them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.ways = ways()
        self.market = market = scene.opened()
        self.ike = people.ike()
        file(market.zine)
        buys(market, (market.basket, 1), (market.zine, 1))
        tell()
        self.people: list[dict[str, str]] = []
        self.sign_in()
        address = market.amara.addresses.get()
        self.right = [
            str(market.basket.pk), str(market.basket.product.slug), market.kofi.slug, str(address.pk), "GB", "GBP",
            str(Download.objects.get().pk), "wallet", "card", "newest", "4800", "London", "SW1A 1AA",
        ]  # fmt: skip

    def sign_in(self) -> None:
        """Nobody; the browsers of Amara, Kofi and Ike; a program of Amara's and one of Kofi's."""
        token = f"{settings.CSRF_COOKIE_NAME}={TOKEN}"
        self.people = [{"HTTP_COOKIE": token}]
        for user in (self.market.amara, self.market.kofi.user, self.ike):
            browser = Client()
            browser.force_login(user)
            session = browser.cookies[settings.SESSION_COOKIE_NAME].value
            self.people.append({"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}; {token}"})
        for user in (self.market.amara, self.market.kofi.user):
            _row, key = keys.create(user, name="till", scopes=("*",))
            self.people.append({"HTTP_AUTHORIZATION": f"Bearer {key}"})

    def value(self) -> str:
        """Something right, something wrong, or both together."""
        chosen = self.chance.choice([self.right, NONSENSE, NONSENSE])
        text = self.chance.choice(chosen)
        return text + self.chance.choice(NONSENSE) if self.chance.random() < 0.1 else text

    def request(self) -> dict[str, Any]:
        """The environ of one request."""
        way = self.chance.choice(self.ways)
        environ: dict[str, Any] = {
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "REQUEST_METHOD": way.method,
            "HTTP_IDEMPOTENCY_KEY": f"k{self.chance.random()}",
            **self.chance.choice(
                self.people[-2:] if "/api/" in way.path and self.chance.random() < 0.8 else self.people
            ),
        }
        path = way.path.format(*[self.value() for _ in range(way.path.count("{}"))])
        wanted = (
            self.chance.sample(way.names, min(len(way.names), self.chance.randrange(1, 9)))
            if way.names
            else []
        )
        fields = [(name, self.value()) for name in wanted]
        fields += [(self.value(), self.value())] if self.chance.random() < 0.05 else []
        body, kind = b"", ""
        if way.method == "GET":
            environ["QUERY_STRING"] = urlencode(fields, errors="surrogatepass")
        else:
            path, body, kind, headers = self.body(way, path, fields)
            environ |= headers
        environ["PATH_INFO"] = path.encode("utf-8", "surrogatepass").decode("latin-1")
        environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
        if self.chance.random() < 0.3:
            value = self.value().encode("utf-8", "surrogatepass").decode("latin-1")
            environ[self.chance.choice(HEADERS)] = value.replace("\r", "").replace("\n", "")
        if self.chance.random() < 0.02:
            environ["REQUEST_METHOD"] = self.chance.choice(["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "x"])
        return environ

    def body(
        self, way: Way, path: str, fields: list[tuple[str, str]]
    ) -> tuple[str, bytes, str, dict[str, str]]:
        """The path, the body, its type, and the headers that belong to it."""
        if way.form == "json":
            data = {name: self.chance.choice([value, self.as_json(value)]) for name, value in fields}
            return path, self.bent(json.dumps(data).encode()), "application/json", {}
        if way.form == "event":
            inside = {"id": self.value(), "name": self.value(), "amount": self.as_json(self.value())}
            kinds = ("charge.succeeded", "payment_intent.succeeded", "account.updated", self.value())
            event = {"object": "event", "id": self.value(), "type": self.chance.choice(kinds)}
            event["data"] = {"object": inside | {"object": self.chance.choice(("charge", "x"))}}  # type: ignore[assignment]  # a dictionary
            body = self.bent(json.dumps(event).encode())
            moment = self.chance.choice([int(time.time()), int(time.time()), 0])
            header = signed(body, at=moment) if self.chance.random() < 0.7 else f"t={self.value()},v1=aa"
            endpoint = self.chance.choice(
                [settings.STRIPE_WEBHOOK_UUID, settings.STRIPE_CONNECT_WEBHOOK_UUID]
            )
            headers = {"HTTP_STRIPE_SIGNATURE": header.encode("utf-8", "surrogatepass").decode("latin-1")}
            return reverse("payments:webhook", args=[endpoint]), body, "application/json", headers
        fields = [("csrfmiddlewaretoken", TOKEN), *fields]
        if way.form == "form":
            kind = "application/x-www-form-urlencoded"
            return path, self.bent(urlencode(fields, errors="surrogatepass").encode()), kind, {}
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="{quote(name)}"\r\n\r\n{value}\r\n'.encode(
                "utf-8", "surrogatepass"
            )
            for name, value in fields
        ]
        picture = self.bent(doors._drawn("PNG", "RGB"))
        name = quote(self.value(), errors="surrogatepass", encoding="utf-8")
        parts.append(
            f'--b\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'.encode()
            + picture
        )
        return path, b"".join(parts) + b"\r\n--b--\r\n", "multipart/form-data; boundary=b", {}

    def as_json(self, text: str) -> Any:
        """What a program would send instead of text."""
        return self.chance.choice(
            [None, True, [], {}, [text], {"a": text}, -1, 0, 2**63, 1e308, 10**400, 0.1, text[:1]]
        )

    def bent(self, body: bytes) -> bytes:
        """Now and then with a piece overwritten."""
        if self.chance.random() > 0.15 or not body:
            return body
        at = self.chance.randrange(len(body))
        return (
            body[:at]
            + self.chance.randbytes(self.chance.randrange(4))
            + body[at + self.chance.randrange(4) :]
        )


def answer(environ: dict[str, Any]) -> tuple[int, bytes]:
    """What the application answers."""
    said: list[str] = []

    def start(status: str, _headers: list[tuple[str, str]], _error: Any = None) -> None:
        said.append(status)

    response = application(environ, start)
    try:
        return_body = b"".join(response)
    finally:
        close = getattr(response, "close", None)
        if close is not None:
            close()
    return int(said[-1].split()[0]), return_body


def test_no_request_is_answered_with_a_fault(
    monkeypatch: pytest.MonkeyPatch, local_stripe: LocalStripe
) -> None:
    for throttle in (PerPerson, PerAddress):
        monkeypatch.setattr(throttle, "rate", "1000000000/min", raising=False)
    somebody, statuses = Somebody(random.Random(SEED)), Counter[int]()
    faults = []
    for number in range(REQUESTS):
        if number % 200 == 199:
            somebody.sign_in()
        environ = somebody.request()
        status, body = answer(environ)
        statuses[status] += 1
        if status >= 500 and not (
            status == 503 and b'"not_configured"' in body
        ):  # a door without keys says so
            faults.append(f"request {number}: {status} {_shown(environ)}\n{body[:200]!r}")
    assert faults[:20] == [], f"{len(faults)}, seed {SEED}"
    assert set(statuses) > {200, 400, 404}
    assert [one.check.name for one in audit.run(audit.checks()) if not one.holds] == []
    print(f"{sum(statuses.values())} requests, seed {SEED}: {dict(sorted(statuses.items()))}")


def _shown(environ: dict[str, Any]) -> dict[str, Any]:
    sent = environ["wsgi.input"].getvalue()
    return {name: value for name, value in environ.items() if not name.startswith("wsgi.")} | {
        "body": sent[:2_000]
    }
