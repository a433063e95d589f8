"""Kofi's program asks for payouts and sets schedules: the shapes and codes of the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from banibs.core.models import IdempotencyKey
from payouts.models import Payout, PayoutHold, PayoutMethod, PayoutSchedule
from payouts.schedules.rules import today_of
from payouts.sending import send_payout
from tests import market as scene
from tests import people
from tests.payouts.scenes import asks, available, earned, method
from wallet.payout_pause import pause_payouts

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
V1 = "/api/v1/"


def post(client: APIClient, path: str, body: dict[str, Any], key: str = "k1") -> Any:
    return client.post(V1 + path, body, headers={"Idempotency-Key": key}, format="json")


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_payout_is_asked_for_once_read_and_cancelled(as_person: AsPerson) -> None:
    market = scene.opened()
    there = earned(market)
    to = method(market.kofi)
    program = as_person(market.kofi.user, "payouts:read", "payouts:write")
    body = {"amount": 2000, "currency": "GBP", "method": to.pk}
    assert refused(program.post(V1 + "payouts/", body, format="json")) == (400, "idempotency_key_required")
    made = post(program, "payouts/", body)
    assert made.status_code == 201, made.content
    again = post(program, "payouts/", body)
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, made.json(), "true")
    assert refused(post(program, "payouts/", body | {"amount": 2100})) == (422, "idempotency_key_reused")
    payout = Payout.objects.get()
    said = made.json()
    assert said["amount"] == {"amount": 2000, "currency": "GBP", "display": "£20.00"}
    assert (said["id"], said["number"], said["status"], said["can_cancel"]) == (
        payout.pk,
        payout.number,
        "requested",
        True,
    )
    assert program.get(f"{V1}payouts/{payout.pk}/").json() == said
    cancelled = program.post(f"{V1}payouts/{payout.pk}/cancel/")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "canceled")
    assert refused(program.post(f"{V1}payouts/{payout.pk}/cancel/")) == (409, "payout_not_cancelable")
    assert available(market.kofi) == there

    asks(market.kofi, to, there)
    send_payout.send_due()
    sent = program.get(f"{V1}payouts/?status=in_transit").json()["results"]
    assert [(one["amount"]["amount"], one["can_cancel"]) for one in sent] == [(there.amount, False)]


def test_each_refusal_has_its_code_and_status_and_writes_nothing(as_person: AsPerson) -> None:
    market = scene.opened()
    earned(market)
    to, waits = method(market.kofi), method(market.kofi, waits=True)
    unready = method(market.kofi, state=PayoutMethod.State.UNVERIFIED, verified_at=None)
    zuris = method(market.zuri)
    program = as_person(market.kofi.user, "payouts:write")

    def ask(**other: Any) -> tuple[int, str]:
        body = {"amount": 2000, "currency": "GBP", "method": to.pk} | other
        return refused(post(program, "payouts/", body))

    assert ask(amount=999_999) == (402, "insufficient_available")
    assert ask(amount=100) == (400, "payout_below_minimum")
    assert ask(method=unready.pk) == (409, "method_not_verified")
    assert ask(method=waits.pk) == (409, "method_cooling_off")
    assert ask(method=zuris.pk) == (400, "destination_invalid")
    assert ask(amount="2000") == (400, "invalid_amount")
    assert ask(price=1)[0] == 400
    hold = PayoutHold.objects.create(
        seller=market.kofi, reason="A look", review_on=today_of(market.kofi), placed_by=people.ike()
    )
    assert ask() == (409, "on_hold")
    hold.delete()
    pause_payouts("The books are checked", key="books")
    assert ask() == (503, "payouts_paused")
    assert (Payout.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert refused(post(as_person(market.amara), "payouts/", {"amount": 1})) == (404, "not_found")


def test_lists_are_narrowed_by_known_filters_alone(as_person: AsPerson) -> None:
    market = scene.opened()
    earned(market)
    to = method(market.kofi)
    payout = asks(market.kofi, to, available(market.kofi))
    program = as_person(market.kofi.user, "payouts:read")
    today = today_of(market.kofi)

    def found(query: str) -> int:
        return len(program.get(f"{V1}payouts/?{query}").json()["results"])

    assert found(f"number={payout.number}") == found(f"method={to.pk}") == found("currency=GBP") == 1
    assert found(f"since={today}&until={today}") == found("status=requested") == 1
    assert found("status=paid") == found("currency=USD") == found(f"method={to.pk + 1}") == 0
    assert (
        found(f"since={today + dt.timedelta(days=1)}") == found(f"until={today - dt.timedelta(days=1)}") == 0
    )
    for wrong in (
        "status=sent",
        "method=x",
        "method=" + "9" * 20,
        "number=x",
        "since=2026-02-30",
        "until=soon",
    ):
        assert refused(program.get(f"{V1}payouts/?{wrong}")) == (400, "invalid_filter"), wrong
    assert refused(program.get(f"{V1}payouts/?colour=red")) == (400, "unknown_filter")
    assert refused(program.get(f"{V1}payouts/upcoming/?colour=red")) == (400, "unknown_filter")
    assert refused(program.get(f"{V1}payout-schedules/?colour=red")) == (400, "unknown_filter")
    assert as_person(market.amara).get(f"{V1}payouts/").json()["results"] == []


def test_upcoming_payouts_are_read_from_the_provider(as_person: AsPerson) -> None:
    market = scene.opened()
    method(market.kofi)
    program = as_person(market.kofi.user, "payouts:read")
    assert program.get(f"{V1}payouts/upcoming/").json() == {
        "results": [{"provider": "crypto", "results": [], "problem": None}]
    }


def test_schedules_are_set_changed_paused_and_ended(as_person: AsPerson) -> None:
    market = scene.opened()
    to = method(market.kofi)
    program = as_person(market.kofi.user, "payouts:read", "payouts:write")
    body = {"currency": "GBP", "all": True, "method": to.pk, "when": {"every": "monthly", "day": 31}}
    made = post(program, "payout-schedules/", body)
    assert made.status_code == 201, made.content
    assert post(program, "payout-schedules/", body).json() == made.json()
    said = made.json()
    assert (said["all"], said["amount"], said["state"]) == (True, None, "active")
    assert said["when"] == {"every": "monthly", "date": None, "weekday": None, "day": 31}
    path = f"{V1}payout-schedules/{said['id']}/"
    assert program.get(path).json() == said

    changed = program.patch(
        path,
        {"amount": 5_000, "minimum": 10_000, "when": {"every": "weekly", "weekday": "friday"}},
        format="json",
    ).json()
    assert (changed["amount"]["amount"], changed["minimum"]["amount"], changed["all"]) == (
        5_000,
        10_000,
        False,
    )
    assert dt.date.fromisoformat(changed["next_on"]).weekday() == 4
    assert program.patch(path, {"all": True}, format="json").json()["amount"] is None
    assert program.patch(path, {"state": "paused"}, format="json").json()["state"] == "paused"
    assert program.patch(path, {"state": "active"}, format="json").json()["state"] == "active"
    assert program.delete(path).status_code == 204
    assert program.delete(path).status_code == 204
    assert refused(program.patch(path, {"state": "active"}, format="json")) == (409, "invalid_transition")
    assert [one["state"] for one in program.get(V1 + "payout-schedules/").json()["results"]] == ["ended"]
    assert PayoutSchedule.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"when": {"every": "daily"}}, "invalid_request", "when"),
        ({"when": {"every": "weekly"}}, "invalid_request", "when"),
        ({"when": {"every": "weekly", "weekday": "friday", "day": 3}}, "invalid_request", "when"),
        ({"when": {"every": "date", "date": "2020-01-01"}}, "invalid_date", "date"),
        ({"amount": 2_000}, "invalid_request", "amount"),  # beside "all"
        ({"all": False}, "invalid_request", "amount"),
        ({"method": 999_999}, "destination_invalid", "method"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_by_its_field(
    as_person: AsPerson, said: dict[str, Any], code: str, field: str
) -> None:
    market = scene.opened()
    to = method(market.kofi)
    program = as_person(market.kofi.user, "payouts:write")
    body = {"currency": "GBP", "all": True, "method": to.pk, "when": {"every": "monthly", "day": 1}} | said
    answer = post(program, "payout-schedules/", body)
    assert refused(answer) == (400, code), answer.content
    assert field in answer.json()["error"]["fields"]
    assert PayoutSchedule.objects.count() == 0
