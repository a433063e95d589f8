"""A key does what it says, and never outlives or outranks who made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from rest_framework.test import APIClient

from banibs.core import clock
from banibs.developers import keys
from banibs.developers.models import ApiKey
from marketplace.models import Order
from tests import market as scene
from tests.concurrency import at_once
from tests.marketplace.pages import text
from tests.people import PASSWORD
from tests.shopping import buys

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
KEYS = "/api/v1/developer/keys/"
RIGHTS = ["developer:read", "developer:write", "cart:read"]


def program(key: str) -> APIClient:
    """A program with this key."""
    caller = APIClient()
    caller.default_format = "json"
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return caller


def made_by(key: str, *scopes: str, **more: Any) -> Any:
    """What a key is answered that makes another."""
    return program(key).post(KEYS, {"name": "child", "scopes": list(scopes), **more})


def works(key: str) -> bool:
    return program(key).get("/api/v1/cart/").status_code == 200


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


@pytest.mark.parametrize("asked", [None, dt.timedelta(days=30), dt.timedelta(minutes=5)])
def test_a_key_ends_with_the_key_that_made_it_at_the_latest(
    market: scene.Market, asked: dt.timedelta | None
) -> None:
    end = clock.now() + dt.timedelta(hours=1)
    _row, first = keys.create(market.amara, name="first", scopes=RIGHTS, expires_at=end)
    wanted = None if asked is None else clock.now() + asked
    answer = made_by(first, "cart:read", expires_at=wanted and wanted.isoformat())
    assert answer.status_code == 201
    child = ApiKey.objects.get(name="child")
    assert child.expires_at == (wanted if wanted and wanted < end else end)
    assert works(answer.json()["key"])
    scene.forward(hours=2)
    assert not works(answer.json()["key"])


def test_a_key_is_revoked_with_all_that_came_of_it(market: scene.Market) -> None:
    row, first = keys.create(market.amara, name="first", scopes=RIGHTS)
    _other, beside = keys.create(market.amara, name="beside", scopes=["cart:read"])
    child = made_by(first, *RIGHTS).json()["key"]
    grandchild = made_by(child, "cart:read").json()["key"]
    assert works(grandchild)

    assert program(first).delete(f"{KEYS}{row.pk}/").status_code == 204

    assert [works(one) for one in (first, child, grandchild)] == [False, False, False]
    assert works(beside)
    assert made_by(child, "cart:read").status_code == 401


def test_a_key_of_narrow_rights_makes_no_wider_one_in_any_number_of_steps(market: scene.Market) -> None:
    _row, first = keys.create(market.amara, name="first", scopes=RIGHTS)
    child = made_by(first, *RIGHTS).json()["key"]
    for scopes in (["*"], ["cart:write"], ["cart:read", "wallet:write"]):
        answer = made_by(child, *scopes)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "insufficient_scope")
    assert ApiKey.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_a_key_revoked_while_it_makes_others_nothing_is_left() -> None:
    amara = scene.opened().amara
    row, _text = keys.create(amara, name="first", scopes=RIGHTS)

    def make() -> str:
        return keys.create(amara, name="child", scopes=["cart:read"], maker=row)[1]

    answers = at_once([*[make] * 6, lambda: keys.revoke(amara, row.pk)])

    made = [one for one in answers[:-1] if isinstance(one, str)]
    refused = [one for one in answers[:-1] if isinstance(one, keys.MakerRefused)]
    assert len(made) + len(refused) == 6
    assert [keys.find(one) for one in made] == [None] * len(made)


def test_who_ends_a_session_ends_the_keys_that_were_made_in_it(market: scene.Market) -> None:
    thief, owner = Client(), Client()
    for browser in (thief, owner):
        browser.post("/accounts/login/", {"login": market.amara.email, "password": PASSWORD})
    form = {"name": "Till", "lasts": "ever", "scope_cart": "read"}
    form |= {f"scope_{name}": "none" for name in ("orders", "wallet", "seller", "refunds", "developer")}
    stolen = text(thief.post("/developers/keys/", form)).split('value="bnb_')[1].split('"')[0]
    _row, own = keys.create(market.amara, name="own", scopes=["cart:read"])
    assert works(f"bnb_{stolen}")
    assert UserSession.objects.filter(user=market.amara).count() == 2

    owner.post("/accounts/sessions/")

    assert not works(f"bnb_{stolen}")
    assert works(own)


def test_a_sign_out_ends_no_key(market: scene.Market) -> None:
    browser = Client()
    browser.force_login(market.amara)
    made = browser.post(KEYS, {"name": "Till", "scopes": ["cart:read"]}, content_type="application/json")
    browser.post("/accounts/logout/")
    assert works(made.json()["key"])


# ---- giving money back, spending it


def test_cancelling_a_paid_order_needs_the_right_to_refund(as_person: AsPerson, market: scene.Market) -> None:
    number = buys(market, (market.basket, 1)).orders.get().number
    before, path = market.wallet(), f"/api/v1/orders/{number}/transitions/"
    cancel = {"to": "canceled", "reason": "The basket broke"}
    sells = market.kofi.user

    refused = as_person(sells, "orders:read", "orders:write").post(
        path, cancel, headers={"Idempotency-Key": "a"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_scope")
    assert "refunds:write" in refused.json()["error"]["message"]
    assert (market.wallet(), Order.objects.get().status) == (before, "paid")

    allowed = as_person(sells, "orders:write", "refunds:write").post(
        path, cancel, headers={"Idempotency-Key": "a"}
    )
    assert (allowed.status_code, allowed.json()["status"]) == (200, "canceled")
    assert market.wallet() > before


def test_sending_an_order_needs_no_right_to_refund(as_person: AsPerson, market: scene.Market) -> None:
    number = buys(market, (market.basket, 1)).orders.get().number
    sent = as_person(market.kofi.user, "orders:write").post(
        f"/api/v1/orders/{number}/transitions/", {"to": "fulfilled"}, headers={"Idempotency-Key": "a"}
    )
    assert sent.status_code == 200


@pytest.mark.parametrize("method", ["wallet", "wallet_and_card", None])
def test_spending_the_wallet_needs_its_right(
    as_person: AsPerson, market: scene.Market, method: str | None
) -> None:
    scene.put_in_cart(market.amara, (market.jar, 1))
    before = market.wallet()
    body = {"address": market.amara.addresses.get().pk} | ({"payment_method": method} if method else {})

    answer = as_person(market.amara, "orders:write", "cart:write", "wallet:read").post(
        "/api/v1/checkouts/", body, headers={"Idempotency-Key": "a"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "insufficient_scope")
    assert (market.wallet(), Order.objects.count()) == (before, 0)

    if method != "wallet_and_card":
        paid = as_person(market.amara, "orders:write", "wallet:write").post(
            "/api/v1/checkouts/", body, headers={"Idempotency-Key": "a"}
        )
        assert paid.status_code == 201
        assert market.wallet() < before


def test_paying_a_placed_order_from_the_wallet_needs_its_right_too(
    as_person: AsPerson, market: scene.Market
) -> None:
    scene.put_in_cart(market.amara, (market.jar, 1))
    body = {"address": market.amara.addresses.get().pk, "payment_method": "card"}
    placed = as_person(market.amara, "orders:write").post(
        "/api/v1/checkouts/", body, headers={"Idempotency-Key": "a"}
    )
    assert placed.status_code == 201
    before, path = market.wallet(), f"/api/v1/checkouts/{placed.json()['number']}/pay/"

    refused = as_person(market.amara, "orders:write").post(
        path, {"payment_method": "wallet"}, headers={"Idempotency-Key": "b"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_scope")
    assert market.wallet() == before


def test_the_page_of_keys_says_what_a_right_gives(client: Client, market: scene.Market) -> None:
    client.force_login(market.amara)
    page = text(client.get("/developers/keys/"))
    assert "cancel paid orders" in page
    assert "pay orders from it" in page
