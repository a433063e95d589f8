"""Whose is it: every address of the API × a stranger, another buyer, another seller, a key without the scope.

Another's object is 404 and says nothing of its owner; a key without the scope is 403; a stranger is 401. No row changes.
The last test takes the guard away and sees the matrix fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern
from rest_framework.test import APIClient

from banibs.api.urls import urlpatterns
from banibs.core import events
from banibs.core.api import SCOPES
from banibs.core.models import Event
from banibs.developers import keys
from banibs.notifications.models import Notice
from marketplace.models import CartItem, Download, Order
from marketplace.orders import order_access
from payments.cases import opening
from payments.models import WebhookLog
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts.models import Payout, PayoutSchedule
from tests import market as scene
from tests import people
from tests.payments.disputes.evidence import scenes as evidence
from tests.payouts import scenes as payout_scenes
from tests.payouts.methods.typed import CRYPTO, adds
from tests.shopping import buys, file, tell

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
BODIES: dict[str, Any] = {
    "cart-item": {"quantity": 2},
    "address": {"city": "Accra"},
    "order-transitions": {"to": "canceled", "reason": "x"},
    "order-refunds": {"everything": True, "reason": "goodwill"},
    "order-refunds-preview": {"everything": True},
    "checkout-pay": {},
    "notice": {"read": True},
    "seller-product": {"title": "Mine now"},
    "order-cases": {"kind": "not_received", "text": "x"},
    "case-messages": {"text": "x"},
    "case-propose": {"kind": "refund"},
    "case-answer": {"answer": "accept"},
    "payout-schedule": {"state": "paused"},
    "payout-method": {"name": "Mine now"},
}
PUBLIC = {"schema", "regions", "categories", "products", "product", "sellers", "shop"}


@dataclass
class Scene:
    """Amara has bought from Zuri; Kofi has a shop beside; Esi only buys."""

    market: scene.Market
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    def path(self, pattern: URLPattern) -> str:
        """The address of Amara's (or Zuri's) thing behind this pattern."""
        values = self.things.get(pattern.name or "", {})
        return "/api/v1/" + re.sub(r"<\w+:(\w+)>", lambda part: str(values[part[1]]), str(pattern.pattern))


def set_up() -> Scene:
    market = scene.opened()
    file(market.zine)
    checkout = buys(market, (market.jar, 1), (market.zine, 1))
    tell()
    scene.put_in_cart(market.amara, (market.jar, 1))
    key, _text = keys.create(market.amara, name="hers", scopes=["cart:read"])
    log = WebhookLog.objects.create(
        provider="stripe", external_id="evt_1", type="charge.succeeded", livemode=False, payload={}
    )
    bought = checkout.orders.get()
    order = {"number": bought.number}
    given = order_refunds.refund_order(
        bought.pk, Wanted(amount=1), actor=events.SYSTEM, reason="other", note="", user_id=None
    )
    dispute = {"pk": evidence.disputed_in_rows(bought).pk}
    to = payout_scenes.method(market.zuri)
    payout = Payout.objects.create(seller=market.zuri, method=to, currency="GBP", amount=1_000)
    schedule = PayoutSchedule.objects.create(
        seller=market.zuri, method=to, currency="GBP", cadence="weekly", weekday=4,
        next_on="2036-11-28", created_by=market.zuri.user,
    )  # fmt: skip
    case = {"pk": opening.open_case(bought.pk, kind="refund", text="Twice.", user=market.amara).pk}
    method = {"pk": adds(market.zuri, "crypto", CRYPTO).pk}
    return Scene(
        market,
        {
            "cart-item": {"pk": CartItem.objects.get().pk},
            "address": {"pk": market.amara.addresses.get().pk},
            "checkout": {"number": checkout.number},
            "checkout-pay": {"number": checkout.number},
            **{
                f"order{part}": order
                for part in (
                    "",
                    "-timeline",
                    "-fees",
                    "-transitions",
                    "-refunds",
                    "-refunds-preview",
                    "-cancellation",
                    "-cases",
                    "-receipt",
                )
            },
            "checkout-receipt": {"number": checkout.number},
            "credit-note": {**order, "pk": given.pk},
            "seller-invoice": {"name": "2026-11-GBP"},
            **{f"dispute{part}": dispute for part in ("", "-evidence", "-submit")},
            **{f"case{part}": case for part in ("", "-messages", "-propose", "-answer")},
            **{f"payout-method{part}": method for part in ("", "-default", "-verify", "-confirm")},
            "download": {"pk": Download.objects.get().pk},
            "notice": {"pk": Notice.objects.filter(user=market.amara).first().pk},
            "seller-product": {"pk": market.jar.product_id},
            "key": {"pk": key.pk},
            "payout": {"pk": payout.pk},
            "payout-cancel": {"pk": payout.pk},
            "payout-schedule": {"pk": schedule.pk},
            "webhook-resend": {"pk": log.pk},
            "product": {"slug": f"shea-butter-{market.jar.product_id}"},
            "shop": {"slug": "zuri-sounds"},
        },
    )


def operations() -> list[tuple[URLPattern, str]]:
    """Every address with every method that it has."""
    found = []
    for pattern in urlpatterns:
        view = pattern.callback.view_class
        found += [
            (pattern, verb) for verb in ("get", "post", "put", "patch", "delete") if hasattr(view, verb)
        ]
    return found


def call(client: APIClient, pattern: URLPattern, verb: str, path: str) -> Any:
    body = {} if verb == "get" else BODIES.get(pattern.name or "", {})
    return getattr(client, verb)(path, body or None, headers={"Idempotency-Key": "k"}, format="json")


def digest() -> dict[str, str]:
    """A fingerprint of every table but the keys' last use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = sorted(name for (name,) in cursor.fetchall() if name != "developers_apikey")
        whole = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
        parts = [f"SELECT '{name}', {whole} FROM \"{name}\" t" for name in tables]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def test_a_stranger_is_401_everywhere_but_in_the_catalogue(stranger: APIClient, unhurried: None) -> None:
    here = set_up()
    before = digest()
    for pattern, verb in operations():
        answer = call(stranger, pattern, verb, here.path(pattern))
        expected = 200 if pattern.name in PUBLIC else 401
        assert answer.status_code == expected, (verb, pattern.name, answer.content)
    assert digest() == before


def test_a_key_without_the_scope_is_403_everywhere(as_person: AsPerson, unhurried: None) -> None:
    here = set_up()
    before = digest()
    for pattern, verb in operations():
        scope = getattr(pattern.callback.view_class, "scope", None)
        if scope is None:
            continue
        needed = f"{scope}:{'read' if verb == 'get' else 'write'}"
        others = [f"{name}:{way}" for name in SCOPES for way in ("read", "write")]
        scopes = [one for one in others if one != needed and not one.startswith("staff")]
        answer = call(as_person(here.market.amara, *scopes), pattern, verb, here.path(pattern))
        code = answer.json()["error"]["code"]
        assert (answer.status_code, code) == (403, "insufficient_scope"), (verb, pattern.name, answer.content)
    assert digest() == before


def foreign(here: Scene, client: APIClient) -> list[tuple[str, str, int]]:
    """What another person's program is answered for each of Amara's and Zuri's things."""
    found = []
    for pattern, verb in operations():
        if "<" in str(pattern.pattern) and pattern.name not in PUBLIC:
            answer = call(client, pattern, verb, here.path(pattern))
            found.append((verb, pattern.name or "", answer.status_code))
            assert "Amara" not in answer.content.decode()
            assert "amara@" not in answer.content.decode()
    return found


@pytest.mark.parametrize("who", ["buyer", "seller"])
def test_anothers_thing_is_404_to_everybody_else(as_person: AsPerson, unhurried: None, who: str) -> None:
    here = set_up()
    other = here.market.kofi.user if who == "seller" else people.person("esi@example.com", name="Esi Boateng")
    before = digest()
    answers = foreign(here, as_person(other))
    wrong = [one for one in answers if one[2] != (403 if one[1] == "webhook-resend" else 404)]
    assert wrong == []
    assert len(answers) >= 18
    after = digest()
    allowed = {"marketplace_cart", "core_event"}  # hers, empty; and the audit trail
    assert {name for name in after if after[name] != before[name]} <= allowed
    rows = Event.objects.filter(kind="access.refused", actor_id=other.pk)
    assert sorted(rows.values_list("subject_type", flat=True)) == [
        "address",
        "apikey",
        "case",
        "checkout",
        "dispute",
        "download",
        "order",  # asked for in many ways, told once
        "payout",
        "payoutschedule",
    ]
    assert not rows.exclude(data={}, reason="").exists()


def test_a_list_holds_own_rows_only(as_person: AsPerson, unhurried: None) -> None:
    here = set_up()
    program = as_person(people.person("esi@example.com", name="Esi Boateng"))
    for path in ("orders", "addresses", "downloads", "notifications", "seller/orders"):
        assert program.get(f"/api/v1/{path}/").json()["results"] == [], path
    assert here.market.amara.addresses.exists()


def test_staffs_rooms_are_closed_to_others(as_person: AsPerson) -> None:
    market, ike = scene.opened(), people.ike()
    for path in ("staff/webhook-logs/", "staff/webhook-logs/stats/"):
        answer = as_person(market.amara).get(f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert as_person(ike).get(f"/api/v1/{path}").status_code == 200


def test_with_the_guard_off_the_matrix_fails(
    as_person: AsPerson, unhurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = set_up()
    everything = Order.objects.select_related("seller", "checkout").prefetch_related("lines")
    monkeypatch.setattr(order_access, "visible_orders", lambda _user: everything.all())
    program = as_person(here.market.kofi.user)
    assert program.get(f"/api/v1/orders/{Order.objects.get().number}/").status_code == 200
