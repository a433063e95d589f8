"""Ike gives money back for a shop: the same form, the same preview; a little alone, much when Ama agrees."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from banibs.core import events
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Refund
from payments.refunds.decisions import staff_refund
from payments.refunds.wanted import Wanted
from tests import market as scene
from tests import people
from tests.payments.refunds.scenes import broken
from tests.promises.helpers import plain
from tests.shopping import buys
from wallet import approvals, policy
from wallet.models import Approval

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def desk() -> Client:
    client = Client()
    client.force_login(people.ike())
    return client


def sold(market: scene.Market) -> Order:
    order = buys(market, (market.basket, 2)).orders.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    order.refresh_from_db()
    return order


def page(order: Order) -> str:
    return f"/admin/desk/orders/{order.number}/refund/"


def hidden(answer: Any) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([a-z_0-9]+)" value="([^"]*)"', answer.content.decode()))


ASKED = {"what": "amount", "amount": "10", "reason": "damaged", "note": "Sorry", "comment": "Ticket 12"}


def test_a_little_is_given_back_at_once_and_once(market: scene.Market) -> None:
    order, ike = sold(market), desk()
    change = ike.get(f"/admin/marketplace/order/{order.pk}/change/").content.decode()
    assert page(order) in change
    assert ike.get(page(order)).status_code == 200
    seen = ike.post(page(order), ASKED)
    assert "Amara Okafor gets £10.00 of" in plain(seen.content)
    assert not Refund.objects.exists()
    sure = {**hidden(seen), "step": "sure"}
    assert [ike.post(page(order), sure).status_code for _ in range(2)] == [302, 302]
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.note) == (1_000, "damaged", "Sorry")
    assert Approval.objects.get().reason == "Ticket 12"
    assert broken() == []


def test_much_waits_for_a_second_person_who_reads_what_changes(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policy.TWO_PERSON_LIMIT, "GBP", 500)
    order, ike = sold(market), desk()
    seen = ike.post(page(order), ASKED)
    assert "Ask a second person to refund £10.00" in plain(seen.content)
    ike.post(page(order), {**hidden(seen), "step": "sure"})
    assert not Refund.objects.exists()
    asked = Approval.objects.get()
    assert str(approvals.action_of(asked.action).words(asked.payload)) == (
        f"Refund £10.00 of {order.number} to Amara Okafor"
    )
    changes = approvals.action_of(asked.action).preview(asked.payload)
    assert sum(one.amount.amount for one in changes) == 1_000
    assert "waiting for a second person" in plain(ike.get(page(order)).content)
    ama = people.person("ama@example.com", name="Ama Boateng", staff=True)
    approvals.approve(asked.pk, decider=ama, note="Seen")
    refund = Refund.objects.get()
    assert (refund.amount, refund.requested_by) == (1_000, asked.requester)
    assert broken() == []


def test_what_changed_meanwhile_is_not_done(market: scene.Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.TWO_PERSON_LIMIT, "GBP", 0)
    order, ike = sold(market), people.ike()
    asked = staff_refund.ask(
        order, Wanted(everything=True), requester=ike, why="other", note="", comment="All", restock=False
    )
    client = Client()
    client.force_login(market.kofi.user)
    staff_refund.refund_order(
        order.pk, Wanted(amount=5), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )
    ama = people.person("ama@example.com", name="Ama Boateng", staff=True)
    with pytest.raises(approvals.Tampered):
        approvals.approve(asked.pk, decider=ama, note="Seen")
    assert Refund.objects.get().amount == 5


def test_what_cannot_be_is_said_and_what_was_typed_is_kept(market: scene.Market) -> None:
    order, ike = sold(market), desk()
    answer = ike.post(page(order), {**ASKED, "amount": "5000", "comment": ""})
    assert answer.status_code == 422
    assert 'value="5000"' in answer.content.decode()
    assert "Sorry" in answer.content.decode()
    assert ike.get("/admin/desk/orders/B-1-1/refund/").status_code == 404


def test_a_buyer_on_the_staff_gives_nothing_to_themselves(market: scene.Market) -> None:
    order = sold(market)
    market.amara.is_staff = market.amara.is_superuser = True
    market.amara.save()
    client = Client()
    client.force_login(market.amara)
    seen = client.post(page(order), ASKED)
    done = client.post(page(order), {**hidden(seen), "step": "sure"})
    assert "Somebody else must give it back" in plain(done.content)
    assert not Refund.objects.exists()
