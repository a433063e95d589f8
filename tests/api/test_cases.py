"""A case by the API: opened, answered and settled once, whatever is sent twice; the same refusals as on the pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from payments.models import Case, Refund
from tests.payments.cases.scenes import bought, fresh, photo

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]


def post(program: APIClient, path: str, body: dict[str, Any], key: str = "k") -> Any:
    return program.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})


def test_from_opening_to_the_refund_and_twice_is_once(as_person: AsPerson, unhurried: None) -> None:
    market, order = bought()
    before = market.wallet()
    amara, zuri = as_person(market.amara, "orders:write", "orders:read"), as_person(market.zuri.user)
    picture = base64.b64encode(photo().read()).decode()
    said = {"kind": "not_received", "text": "Nothing came.", "files": [picture]}
    opened = post(amara, f"orders/{order.number}/cases/", said)
    assert opened.status_code == 201, opened.content
    case = opened.json()
    assert (case["kind"], case["status"], case["waits_for"]) == ("not_received", "open", "seller")
    again = post(amara, f"orders/{order.number}/cases/", said)
    assert (again.status_code, again["Idempotency-Replayed"], Case.objects.count()) == (201, "true", 1)
    second = post(amara, f"orders/{order.number}/cases/", said, key="other")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "case_open")

    wrote = amara.get(f"/api/v1/cases/{case['id']}/messages/").json()["results"]
    assert [(one["text"], one["pictures"]) for one in wrote] == [("Nothing came.", 1)]
    assert post(zuri, f"cases/{case['id']}/messages/", {"text": "I look into it."}).status_code == 201
    offered = post(zuri, f"cases/{case['id']}/propose/", {"kind": "part", "amount": 500})
    assert offered.json()["proposals"][0]["amount"]["amount"] == 500
    for _ in range(2):
        done = post(amara, f"cases/{case['id']}/answer/", {"answer": "accept"})
        assert (done.status_code, done.json()["status"], done.json()["outcome"]) == (
            200,
            "closed",
            "part_refunded",
        )
    assert (market.wallet(), Refund.objects.count()) == (before + 500, 1)
    listed = zuri.get(f"/api/v1/orders/{order.number}/cases/").json()["results"]
    assert [one["id"] for one in listed] == [case["id"]]


def test_a_shops_key_needs_the_shops_scope_and_each_side_its_own_turn(
    as_person: AsPerson, unhurried: None
) -> None:
    market, order = bought()
    amara = as_person(market.amara)
    case = post(amara, f"orders/{order.number}/cases/", {"kind": "not_received", "text": "Nothing."}).json()
    narrow = as_person(market.zuri.user, "orders:write", "orders:read")
    assert narrow.get(f"/api/v1/cases/{case['id']}/").status_code == 403
    shop = as_person(market.zuri.user, "seller:write", "seller:read")
    assert shop.get(f"/api/v1/cases/{case['id']}/").status_code == 200
    for program, path, body, status, code in (
        (amara, "propose/", {"kind": "refund"}, 403, "not_the_seller"),
        (shop, "answer/", {"answer": "accept"}, 409, "invalid_transition"),
        (amara, "answer/", {"answer": "accept"}, 409, "invalid_transition"),
        (shop, "propose/", {"kind": "nothing"}, 400, "text_required"),
        (shop, "propose/", {"kind": "part"}, 400, "proposal_invalid"),
        (shop, "messages/", {"text": "x", "files": ["bm90IGEgcGljdHVyZQ=="]}, 400, "unsupported_image"),
    ):
        answer = post(program, f"cases/{case['id']}/{path}", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.content
    assert (Refund.objects.count(), Case.objects.get().status) == (0, "open")
    late = post(as_person(market.zuri.user), f"orders/{order.number}/cases/", {"kind": "return", "text": "x"})
    assert late.json()["error"]["code"] == "not_the_buyer"
    assert fresh(order).case_open
