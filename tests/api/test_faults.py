"""What a hostile or clumsy program sends: refused in the one shape, nothing written, nothing broken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from banibs.core import clock
from banibs.developers import keys
from banibs.developers.models import ApiKey
from tests import market as scene

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
WRITES = [
    ("patch", "/api/v1/cart/"),
    ("post", "/api/v1/cart/items/"),
    ("put", "/api/v1/cart/coupon/"),
    ("post", "/api/v1/addresses/"),
    ("post", "/api/v1/checkouts/"),
    ("post", "/api/v1/wallet/top-ups/"),
    ("patch", "/api/v1/notifications/"),
    ("patch", "/api/v1/seller/"),
    ("post", "/api/v1/seller/products/"),
    ("post", "/api/v1/developer/keys/"),
]
FOREIGN = ["price", "total", "paid", "platform_fee", "seller_id", "user_id", "balance", "is_staff"]


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in tables))
        return dict(cursor.fetchall())


def error(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error"}
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize(("verb", "path"), WRITES)
def test_fields_that_nobody_asked_for_are_refused(as_person: AsPerson, verb: str, path: str) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    before = rows()
    for field in FOREIGN:
        answer = getattr(program, verb)(path, {field: 1}, headers={"Idempotency-Key": "k"})
        assert error(answer) == (400, "unknown_field")
        assert list(answer.json()["error"]["fields"]) == [field]
    assert rows() == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_request"),
        (b"{", 400, "invalid_request"),
        (b"not json", 400, "invalid_request"),
        (b'{"name": "\xff"}', 400, "invalid_request"),
        (b'{"name": "a\\u0000b", "country": "GB"}', 400, "invalid_request"),
        (b'{"name": "\\ud800", "country": "GB"}', 400, "invalid_request"),
        (b'{"name": "A", "name": "B"}', 400, "invalid_request"),
        (b'{"name": NaN}', 400, "invalid_request"),
        (b'{"name": 1e999}', 400, "invalid_request"),
        (b"[1, 2]", 400, "invalid_request"),
        (b"null", 400, "invalid_request"),
        (b'"text"', 400, "invalid_request"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "invalid_request"),
        (b"[" * 200_000 + b"]" * 200_000, 400, "invalid_request"),
        (b'{"name": "' + b"a" * 3_000_000 + b'"}', 413, "too_large"),
        (b'{"name": ' + b"9" * 10_000 + b"}", 400, "invalid_request"),
    ],
    ids=lambda value: repr(value)[:24] if isinstance(value, bytes) else str(value),
)
def test_a_body_made_to_hurt_is_refused(as_person: AsPerson, body: bytes, status: int, code: str) -> None:
    market = scene.opened()
    program = as_person(market.amara)
    before = rows()
    answer = program.generic("POST", "/api/v1/addresses/", body, content_type="application/json")
    assert error(answer) == (status, code)
    assert rows() == before


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
def test_only_json_is_read(as_person: AsPerson, kind: str) -> None:
    market = scene.opened()
    answer = as_person(market.amara).generic(
        "POST", "/api/v1/addresses/", b'{"name": "A"}', content_type=kind
    )
    assert error(answer) == (415, "unsupported_media_type")


def test_what_is_not_there_is_404_in_the_one_shape(stranger: APIClient, as_person: AsPerson) -> None:
    market = scene.opened()
    for path in (
        "",
        "nothing/",
        "orders/x/",
        "addresses/0/",
        "addresses/99999999999999999999/",
        "orders/B-%00/",
        "sellers/%00/",
    ):
        assert error(as_person(market.amara).get(f"/api/v1/{path}")) == (404, "not_found")
    assert error(stranger.get("/api/v2/")) == (404, "not_found")
    assert error(as_person(market.amara).get("/api/v1/orders/", headers={"Accept": "text/html"})) == (
        406,
        "not_acceptable",
    )


def test_what_breaks_or_is_away_is_said_in_the_one_shape(
    as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from marketplace.api.cart import CartView

    market = scene.opened()
    program = as_person(market.amara)
    program.raise_request_exception = False
    for raised, expected in (
        (OperationalError("gone"), (503, "temporarily_unavailable")),
        (KeyError("x"), (500, "server_error")),
    ):

        def broken(*_args: object, why: Exception = raised) -> None:
            raise why

        monkeypatch.setattr(CartView, "shown", broken)
        answer = program.get("/api/v1/cart/")
        assert error(answer) == expected
        assert "gone" not in answer.content.decode()


LISTS = [
    "orders/",
    "addresses/",
    "downloads/",
    "notifications/",
    "seller/orders/",
    "seller/products/",
    "developer/keys/",
]
SNOOPING = [
    "user=2",
    "seller=2",
    "buyer__email=a",
    "ordering=user__password",
    "expand=user",
    "id__gt=0",
    "fields=password",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_no_filter_that_it_does_not_know(as_person: AsPerson, path: str) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    for query in SNOOPING:
        assert error(program.get(f"/api/v1/{path}?{query}")) == (400, "unknown_filter")
    if path != "developer/keys/":
        for query, code in (
            ("limit=0", "invalid_limit"),
            ("limit=x", "invalid_limit"),
            ("cursor=!", "invalid_cursor"),
            ("cursor=cD0x4A", "invalid_cursor"),
        ):
            assert error(program.get(f"/api/v1/{path}?{query}")) == (400, code)


def test_a_key_is_shown_once_and_kept_as_a_fingerprint(as_person: AsPerson) -> None:
    market = scene.opened()
    made = (
        as_person(market.amara)
        .post("/api/v1/developer/keys/", {"name": "till", "scopes": ["cart:read"]})
        .json()
    )
    text = made["key"]
    assert text.startswith("bnb_")
    assert text not in as_person(market.amara).get("/api/v1/developer/keys/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT developers_apikey::text FROM developers_apikey")
        assert not any(text[12:] in row for (row,) in cursor.fetchall())


@pytest.mark.parametrize(
    "spoil", ["revoked", "expired", "asleep", "prefix", "longer", "query", "basic", "empty"]
)
def test_a_key_that_does_not_work_is_401(spoil: str) -> None:
    market = scene.opened()
    row, text = keys.create(market.amara, name="till", scopes=["cart:read"])
    caller = APIClient()
    assert caller.get("/api/v1/cart/", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    header = f"Bearer {text}"
    if spoil == "revoked":
        keys.revoke(market.amara, row.pk)
    elif spoil == "expired":
        ApiKey.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    elif spoil == "asleep":
        market.amara.is_active = False
        market.amara.save()
    headers = {
        "prefix": f"Bearer {text[:12]}",
        "longer": f"Bearer {text}x",
        "basic": f"Basic {text}",
        "empty": "Bearer",
        "query": "",
    }
    header = headers.get(spoil, header)
    path = f"/api/v1/cart/?key={text}" if spoil == "query" else "/api/v1/cart/"
    answer = caller.get(path, headers={"Authorization": header} if header else {})
    expected = "not_authenticated" if spoil in ("query", "basic") else "invalid_api_key"
    assert error(answer) == (401, expected)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_gives_away_no_more_than_it_has(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara, "developer:write", "cart:read")
    for scopes, expected in (
        (["cart:write"], (403, "insufficient_scope")),
        (["*"], (403, "insufficient_scope")),
    ):
        assert error(program.post("/api/v1/developer/keys/", {"name": "x", "scopes": scopes})) == expected
    everything = as_person(market.amara)
    for scopes in (["staff:read"], ["cart:delete"], ["root"]):
        assert error(everything.post("/api/v1/developer/keys/", {"name": "x", "scopes": scopes})) == (
            400,
            "unknown_scope",
        )


def test_a_session_needs_the_csrf_token(db: None) -> None:
    market = scene.opened()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(market.amara)
    assert browser.get("/api/v1/cart/").status_code == 200
    body = {"variant": market.basket.pk}
    answer = browser.post("/api/v1/cart/items/", body, content_type="application/json")
    assert error(answer) == (403, "csrf_failed")
    assert not hasattr(market.amara, "cart") or not market.amara.cart.items.exists()


def test_too_many_requests_are_429(
    as_person: AsPerson, stranger: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from banibs.api.throttles import PerAddress

    monkeypatch.setattr(PerAddress, "rate", "3/min", raising=False)
    scene.opened()
    answers = [stranger.get("/api/v1/regions/") for _number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert error(answers[-1]) == (429, "rate_limited")
    wait = answers[-1]["Retry-After"]
    assert 0 < int(wait) <= 60
    assert answers[-1].json()["error"]["message"] == f"Too many requests. Try again in {wait} seconds"
