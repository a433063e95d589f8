"""The pages of destinations and their addresses in the API: the same rules, the same step-up, nothing typed is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banibs.core.models import Event
from banibs.developers import keys
from banibs.notifications import emails
from marketplace.models import Seller
from payments.models import Incident
from payouts.methods import not_me
from payouts.models import PayoutHold, PayoutMethod
from payouts.sending import can_send
from tests import market as scene
from tests import people
from tests.payouts.methods.typed import ADDRESS, CRYPTO, adds, fresh, signed_in, with_second_step
from tests.shopping import tell

pytestmark = pytest.mark.django_db
API = "/api/v1/payout-methods/"
LIST = "/seller/payouts/methods/"


def post(
    client: Client, path: str, body: dict[str, Any] | None = None, method: str = "POST", **headers: str
) -> Any:
    return client.generic(
        method, path, json.dumps(body or {}), content_type="application/json", headers=headers
    )


def test_kofi_adds_an_address_by_his_second_step_and_sees_it_wait() -> None:
    kofi = people.kofi()
    client = with_second_step(kofi)
    empty = client.get(LIST).content.decode()
    assert "No destination yet" in empty
    assert "PayPal does not pay out in Ghana" in empty
    page = client.get(LIST + "add/crypto/").content.decode()
    assert "POL (formerly MATIC)" in page

    wrong = client.post(LIST + "add/crypto/", {**CRYPTO, "address": ADDRESS.lower(), "name": "My <wallet>"})
    text = wrong.content.decode()
    assert wrong.status_code == 400
    assert "Compare it with your wallet" in text
    assert f'value="{ADDRESS.lower()}"' in text
    assert 'value="My &lt;wallet&gt;"' in text
    assert not PayoutMethod.objects.exists()

    added = client.post(LIST + "add/crypto/", {**CRYPTO, "name": "My <wallet>"})

    assert (added.status_code, added.headers["Location"]) == (302, LIST)
    page = client.get(LIST)
    text = page.content.decode()
    assert "USDC Polygon 0x5aAe…eAed" in text
    assert "Usable from" in text
    assert ADDRESS not in text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_private_key_is_refused_and_never_shown_again() -> None:
    secret = "4c" * 32
    answer = with_second_step(people.kofi()).post(LIST + "add/crypto/", {**CRYPTO, "address": secret})
    assert answer.status_code == 400
    assert "private key" in answer.content.decode()
    assert secret not in answer.content.decode()


def test_another_coin_shows_its_networks_with_what_was_typed_and_complains_of_nothing() -> None:
    client = with_second_step(people.kofi())
    typed = {"change": "1", "asset": "MATIC", "network": "solana", "address": "0x12", "name": "Mine"}
    part = client.post(LIST + "add/crypto/", typed, headers={"HX-Request": "true"}).content.decode()
    assert 'id="method-fields"' in part
    assert "<h1" not in part
    assert 'value="0x12"' in part
    assert ">Solana<" not in part
    assert "error-text" not in part


def test_whoever_has_not_shown_who_they_are_changes_nothing_and_loses_nothing_typed() -> None:
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    client = signed_in(kofi)
    assert "reauthenticate" in client.get(LIST + "add/crypto/").headers["Location"]
    answer = client.post(LIST + "add/crypto/", {**CRYPTO, "address": "0x99", "name": "Other"})
    assert answer.status_code == 403
    assert 'value="0x99"' in answer.content.decode()
    for verb in ("default", "confirm", "remove"):
        sent = client.post(f"{LIST}{row.pk}/{verb}/", {"sure": "1"})
        assert sent.status_code == 302
        assert "reauthenticate" in sent.headers["Location"]
    assert client.post(f"{LIST}{row.pk}/", {"name": "Other"}).status_code == 403
    row.refresh_from_db()
    assert (row.removed_at, row.name, PayoutMethod.objects.count()) == (None, "", 1)


def test_a_password_alone_adds_no_crypto_address() -> None:
    kofi = people.kofi()
    client = fresh(kofi)
    assert "Set up two-step verification first" in client.get(LIST + "add/crypto/").content.decode()
    assert client.post(LIST + "add/crypto/", CRYPTO).status_code == 403
    answer = post(client, API, {"kind": "crypto", "destination": CRYPTO})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "reauthentication_required")
    assert not PayoutMethod.objects.exists()


def test_kofi_names_one_removes_it_after_a_question_and_cannot_see_zuris() -> None:
    kofi, zuri = people.kofi(), people.zuri()
    row, hers = adds(kofi, "crypto", CRYPTO), adds(zuri, "crypto", CRYPTO)
    client = fresh(kofi)
    assert client.post(f"{LIST}{row.pk}/", {"name": "Cold wallet"}).status_code == 302
    assert "Cold wallet" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{row.pk}/", {"name": "x" * 61}).status_code == 400
    question = client.post(f"{LIST}{row.pk}/remove/")
    assert "Nothing more is sent there" in question.content.decode()
    assert not PayoutMethod.objects.exclude(removed_at=None).exists()
    assert client.post(f"{LIST}{row.pk}/remove/", {"sure": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.removed_at is not None
    for path in (f"{hers.pk}/", f"{hers.pk}/row/"):
        assert client.get(LIST + path).status_code == 404
    for verb in ("default", "verify", "confirm", "remove"):
        assert client.post(f"{LIST}{hers.pk}/{verb}/", {"sure": "1"}).status_code == 404
    hers.refresh_from_db()
    assert hers.removed_at is None


def test_a_method_that_is_being_checked_asks_for_itself_until_it_is_known() -> None:
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    PayoutMethod.objects.filter(pk=row.pk).update(state="checking", verified_at=None)
    client = signed_in(kofi)
    assert f'hx-get="{LIST}{row.pk}/row/"' in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{row.pk}/verify/").status_code == 302
    part = client.get(f"{LIST}{row.pk}/row/").content.decode()
    assert "hx-get" not in part
    assert "Verified" in part


def test_the_list_costs_the_same_statements_however_many_destinations() -> None:
    kofi = people.kofi()
    client = fresh(kofi)
    adds(kofi, "crypto", CRYPTO)
    client.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(LIST)
    adds(kofi, "crypto", {**CRYPTO, "network": "ethereum"})
    adds(kofi, "crypto", {**CRYPTO, "asset": "DAI"})
    with CaptureQueriesContext(connection) as three:
        client.get(LIST)
    assert len(three) == len(one)


def test_the_owner_reads_of_a_new_destination_at_once_and_stops_it_without_signing_in() -> None:
    kofi = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    tell()
    emails.send_due()
    letter = next(one for one in mail.outbox if "added" in one.subject)
    assert letter.to == [kofi.user.email]
    assert ADDRESS not in str(letter.body)
    link = next(word for word in str(letter.body).split() if "/payouts/not-me/" in word)
    path = "/payouts/not-me/" + link.partition("/payouts/not-me/")[2]
    anybody = Client()

    asked = anybody.get(path)
    row.refresh_from_db()
    assert (asked.status_code, row.removed_at) == (200, None)
    assert "USDC Polygon" in asked.content.decode()
    stopped = anybody.post(path)

    assert "It is stopped" in stopped.content.decode()
    row.refresh_from_db()
    assert row.removed_why == not_me.NOT_ME
    hold = PayoutHold.objects.get()
    assert (hold.seller_id, hold.lifted_at) == (kofi.pk, None)
    assert can_send.seller_problem(kofi) == "on_hold"
    assert Incident.objects.get().kind == "payout_method_not_me"
    again = anybody.post(path)
    assert "It is stopped" in again.content.decode()
    assert (PayoutHold.objects.count(), Incident.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="payout_method.removed").count() == 1


def test_a_link_that_was_altered_or_is_too_old_stops_nothing() -> None:
    row = adds(people.kofi(), "crypto", CRYPTO)
    link = not_me.token(row.pk)
    anybody = Client()
    for wrong in (link[:-1] + ("a" if link[-1] != "a" else "b"), "nonsense", link + "x"):
        assert anybody.post(reverse("payouts:not_me", args=[wrong])).status_code == 404
    scene.forward(days=15)
    assert anybody.post(reverse("payouts:not_me", args=[link])).status_code == 404
    row.refresh_from_db()
    assert row.removed_at is None
    assert not PayoutHold.objects.exists()


def test_the_api_lists_adds_names_and_removes_as_the_page_does() -> None:
    kofi = people.kofi()
    client = with_second_step(kofi)
    added = post(client, API, {"kind": "crypto", "name": "Cold", "destination": CRYPTO})
    assert added.status_code == 201
    body = added.json()
    assert (body["shown"], body["state"], body["needs_confirming"]) == (
        "USDC Polygon 0x5aAe…eAed",
        "verified",
        True,
    )
    assert ADDRESS not in added.content.decode()
    one = f"{API}{body['id']}/"
    assert client.get(API).json()["results"] == [client.get(one).json()]
    assert post(client, one, {"name": "Warm"}, "PATCH").json()["name"] == "Warm"
    assert post(client, one + "default/").json()["is_default"]
    assert post(client, one + "verify/").json()["state"] == "verified"
    early = post(client, one + "confirm/")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "nothing_to_confirm")
    wrong = post(client, API, {"kind": "crypto", "destination": {**CRYPTO, "network": "solana"}})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "destination_invalid")
    assert list(wrong.json()["error"]["fields"]) == ["address"]
    paypal = post(client, API, {"kind": "paypal", "destination": {"email": "kofi@example.com"}})
    assert (paypal.status_code, paypal.json()["error"]["code"]) == (400, "currency_not_supported")
    assert post(client, API, {"kind": "crypto", "destination": CRYPTO, "verified": True}).status_code == 400
    assert post(client, one, method="DELETE").status_code == 204
    assert client.get(one).status_code == 404
    assert client.get(API).json()["results"] == []


def test_a_key_reads_and_verifies_and_decides_nothing_about_where_money_goes() -> None:
    kofi: Seller = people.kofi()
    row = adds(kofi, "crypto", CRYPTO)
    _key, text = keys.create(kofi.user, name="all", scopes=["*"])
    _read, narrow = keys.create(kofi.user, name="read", scopes=["payouts:read"])
    client, one = Client(), f"{API}{row.pk}/"
    with_key = {"Authorization": f"Bearer {text}"}
    assert client.get(one, headers=with_key).status_code == 200
    assert post(client, one + "verify/", **with_key).status_code == 200
    tries = [
        post(client, API, {"kind": "crypto", "destination": {**CRYPTO, "asset": "DAI"}}, **with_key),
        post(client, one, {"name": "Mine"}, "PATCH", **with_key),
        post(client, one, method="DELETE", **with_key),
        post(client, one + "default/", **with_key),
        post(client, one + "confirm/", **with_key),
    ]
    assert {(a.status_code, a.json()["error"]["code"]) for a in tries} == {(403, "reauthentication_required")}
    refused = post(client, one + "verify/", Authorization=f"Bearer {narrow}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_scope")
    row.refresh_from_db()
    assert (row.name, row.removed_at, PayoutMethod.objects.count()) == ("", None, 1)
