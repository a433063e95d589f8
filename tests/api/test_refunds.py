"""A program gives money back, after a look at who pays what, and cancels for its buyer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from banibs.core import events
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Case, Refund
from tests import market as scene
from tests import people
from tests.payments.refunds.scenes import broken, placed
from tests.shopping import buys
from wallet import policy
from wallet.models import Approval

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
KEY = {"Idempotency-Key": "a"}


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def sold(market: scene.Market, quantity: int = 2) -> tuple[Order, int]:
    """Amara's order of Kofi's baskets, and its line."""
    order = buys(market, (market.basket, quantity)).orders.get()
    return order, order.lines.get().pk


def address(order: Order, what: str = "refunds/") -> str:
    return f"/api/v1/orders/{order.number}/{what}"


def error(answer: Any) -> dict[str, Any]:
    return answer.json()["error"]


def test_what_is_previewed_is_what_is_given(as_person: AsPerson, market: scene.Market) -> None:
    order, line = sold(market)
    shop = as_person(market.kofi.user, "refunds:read", "refunds:write")
    wanted = {"lines": [{"line": line, "quantity": 1}, {"line": 0, "amount": 100}]}

    seen = shop.post(address(order, "refunds/preview/"), wanted).json()

    assert not Refund.objects.exists()
    assert (seen["amount"]["amount"], seen["to_wallet"]["amount"], seen["to_card"]["amount"]) == (
        4900,
        4900,
        0,
    )
    parts = [seen["seller"]["gives"], seen["fee"], seen["tax"], seen["processing"]]
    assert sum(part["amount"] for part in parts) == seen["amount"]["amount"] + seen["promotion"]["amount"]
    assert (seen["order_status"], seen["seller"]["from_held"]) == ("paid", seen["seller"]["gives"])

    made = shop.post(
        address(order),
        {**wanted, "reason": "damaged", "note": "The handle broke", "restock": True},
        headers=KEY,
    )

    assert (made.status_code, made.json()["amount"]) == (201, seen["amount"])
    assert (made.json()["reason"], made.json()["note"]) == ("damaged", "The handle broke")
    refund = Refund.objects.get()
    assert (refund.from_held, refund.fee, refund.tax) == (
        seen["seller"]["from_held"]["amount"], seen["fee"]["amount"], seen["tax"]["amount"],
    )  # fmt: skip
    assert market.wallet() == 20_000 - order.total + 4900
    market.basket.refresh_from_db()
    assert market.basket.stock == 9
    assert broken() == []


def test_the_same_key_gives_back_once(as_person: AsPerson, market: scene.Market) -> None:
    order, _line = sold(market)
    shop = as_person(market.kofi.user)
    body = {"amount": 500, "reason": "goodwill"}
    first, second = (shop.post(address(order), body, headers=KEY) for _ in range(2))
    assert (first.json(), second["Idempotency-Replayed"]) == (second.json(), "true")
    assert Refund.objects.count() == 1
    other = shop.post(address(order), {**body, "amount": 600}, headers=KEY)
    assert (other.status_code, error(other)["code"]) == (422, "idempotency_key_reused")
    none = shop.post(address(order), body)
    assert (none.status_code, error(none)["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"amount": 0},
        {"amount": 1.5},
        {"amount": 5, "everything": True},
        {"lines": []},
        {"lines": [{"line": 0}]},
        {"lines": [{"line": 0, "amount": 5, "quantity": 1}]},
        {"lines": [{"line": 0, "amount": 5}, {"line": 0, "amount": 5}]},
        {"lines": [{"line": 999_999, "quantity": 1}]},
        {"amount": 5, "reason": "because"},
        {"amount": 5, "reason": "order_canceled"},
    ],
)
def test_what_is_no_refund_is_refused_and_nothing_moves(
    as_person: AsPerson, market: scene.Market, body: dict[str, Any]
) -> None:
    order, _line = sold(market)
    before = market.wallet()
    answer = as_person(market.kofi.user).post(address(order), {"reason": "goodwill", **body}, headers=KEY)
    assert answer.status_code == 400
    assert error(answer)["message"]
    assert (market.wallet(), Refund.objects.count()) == (before, 0)


def test_more_than_is_left_is_refused_with_what_is_left(as_person: AsPerson, market: scene.Market) -> None:
    order, line = sold(market)
    shop = as_person(market.kofi.user)
    more = shop.post(address(order), {"amount": order.total + 1, "reason": "other"}, headers=KEY)
    assert (more.status_code, error(more)["code"]) == (409, "refund_exceeds_remaining")
    assert error(more)["remaining"]["amount"] == order.total
    three = {"lines": [{"line": line, "quantity": 3}]}
    many = shop.post(address(order, "refunds/preview/"), three)
    assert (many.status_code, error(many)["line"]) == (409, line)
    shop.post(address(order), {"everything": True, "reason": "other"}, headers=KEY)
    over = shop.post(address(order), {"amount": 1, "reason": "other"}, headers={"Idempotency-Key": "b"})
    assert (over.status_code, error(over)["code"], error(over)["current"]) == (
        409,
        "invalid_transition",
        "canceled",
    )


def test_who_may_give_back(as_person: AsPerson, market: scene.Market) -> None:
    order, _line = sold(market)
    body = {"amount": 500, "reason": "goodwill"}
    for person, scopes, status in (
        (market.amara, ("*",), 403),  # she asks, the shop gives
        (market.zuri.user, ("*",), 404),
        (market.kofi.user, ("refunds:read", "orders:write"), 403),
        (people.ike(), ("refunds:write",), 403),  # staff as staff: by a key that may act so
    ):
        for path in (address(order), address(order, "refunds/preview/")):
            assert as_person(person, *scopes).post(path, body, headers=KEY).status_code == status
    assert not Refund.objects.exists()


def test_staff_give_back_a_little_alone_and_much_by_two(
    as_person: AsPerson, market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, _line = sold(market)
    ike = as_person(people.ike())
    made = ike.post(address(order), {"amount": 500, "reason": "goodwill"}, headers=KEY)
    assert (made.status_code, made.json()["amount"]["amount"]) == (201, 500)
    monkeypatch.setitem(policy.TWO_PERSON_LIMIT, "GBP", 600)
    asked = ike.post(address(order), {"amount": 500, "reason": "goodwill"}, headers={"Idempotency-Key": "b"})
    assert (asked.status_code, asked.json()) == (202, {"approval": Approval.objects.latest("pk").pk})
    assert Refund.objects.count() == 1


def test_a_preview_costs_the_same_however_many_lines(as_person: AsPerson, market: scene.Market) -> None:
    more = [scene.listing(market.kofi, f"Basket {n}", price=100) for n in range(8)]
    small, _line = sold(market)
    large = buys(market, *[(one, 1) for one in more]).orders.get()
    shop = as_person(market.kofi.user)
    counts = []
    for order in (small, small, large):  # the first warms
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert shop.post(address(order, "refunds/preview/"), {"everything": True}).status_code == 200
        counts.append(len(counted))
    assert counts[1] == counts[2]


# ---- the buyer cancels


def test_a_buyer_reads_what_happens_and_cancels(as_person: AsPerson, market: scene.Market) -> None:
    order, _line = sold(market)
    buyer = as_person(market.amara, "orders:read", "orders:write", "refunds:write")
    asked = buyer.get(address(order, "cancellation/")).json()
    assert (asked["allowed"], asked["how"], asked["to_wallet"]["amount"]) == (True, "at_once", order.total)
    done = buyer.post(address(order, "cancellation/"), {"reason": "Too late for me"}, headers=KEY)
    assert (done.status_code, done.json()["status"], market.wallet()) == (200, "canceled", 20_000)
    again = buyer.post(address(order, "cancellation/"), {"reason": "Too late for me"}, headers=KEY)
    assert again["Idempotency-Replayed"] == "true"
    over = buyer.post(address(order, "cancellation/"), headers={"Idempotency-Key": "b"})
    assert (over.status_code, error(over)["code"]) == (409, "invalid_transition")
    assert buyer.get(address(order, "cancellation/")).json()["allowed"] is False
    assert broken() == []


def test_an_unpaid_checkout_ends_as_a_whole_at_once(as_person: AsPerson, market: scene.Market) -> None:
    payment = placed(market, jar=True)
    first = Order.objects.order_by("pk")[0]
    done = as_person(market.amara).post(address(first, "cancellation/"), headers=KEY)
    assert (done.status_code, done.json()["status"]) == (200, "canceled")
    assert set(Order.objects.values_list("status", flat=True)) == {"canceled"}
    payment.refresh_from_db()
    market.basket.refresh_from_db()
    assert (payment.status, market.basket.stock) == ("canceled", 10)
    assert broken() == []


def test_where_the_shop_decides_it_is_asked_and_nothing_moves(
    as_person: AsPerson, market: scene.Market
) -> None:
    order, _line = sold(market)
    Order.objects.update(cancel_policy="by_request")
    before = market.wallet()
    asked = as_person(market.amara).post(address(order, "cancellation/"), {"reason": "Please"}, headers=KEY)
    assert (asked.status_code, asked.json()["how"]) == (202, "by_request")
    case = Case.objects.get(pk=asked.json()["case"])
    assert (case.kind, case.status, case.order) == ("refund", "open", order)
    order.refresh_from_db()
    assert (order.status, market.wallet()) == ("paid", before)


def test_what_was_sent_is_not_cancelled(as_person: AsPerson, market: scene.Market) -> None:
    order, _line = sold(market)
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    answer = as_person(market.amara).post(address(order, "cancellation/"), headers=KEY)
    assert (answer.status_code, error(answer)["current"]) == (409, "fulfilled")
    assert as_person(market.kofi.user).get(address(order, "cancellation/")).status_code == 404
    narrow = as_person(market.amara, "orders:write")
    assert narrow.post(address(order, "cancellation/"), headers=KEY).status_code == 403
