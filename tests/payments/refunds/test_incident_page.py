"""Ike opens an incident, sees what was tried, asks for a decision; Ada agrees, and only then money moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from marketplace.models import Order
from payments import incidents, tasks
from payments.charges import expiry
from payments.models import Incident, Intent, Refund
from payments.refunds import send_refund
from payments.refunds.decisions import decide_refund, matters
from tests import market as scene
from tests import people
from tests.concurrency import at_once
from tests.payments.refunds.scenes import (
    STAFF,
    WHY,
    books,
    broken,
    canceled,
    nothing_is_stuck,
    opened,
    paid,
    placed,
)
from tests.stripe import LocalStripe
from wallet import approvals
from wallet.models import Approval, Movement

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Desk:
    """Ike, who asks, and Ada, who agrees."""

    ike: Client
    ada: Client
    second: User

    def page(self, incident: Incident) -> str:
        answer = self.ike.get(reverse("admin:incident", args=[incident.pk]))
        assert answer.status_code == 200
        return answer.content.decode()

    def ask(self, incident: Incident, action: str, **said: str) -> Any:
        address = reverse("admin:incident_decide", args=[incident.pk, action])
        assert self.ike.get(address).status_code == 200
        return self.ike.post(address, {"reason": WHY, **said})

    def agree(self) -> str:
        """Ada reads what changes, and agrees; what the page says then."""
        asked = Approval.objects.get(status="requested")
        page = self.ada.get(reverse("admin:wallet_approval_change", args=[asked.pk]))
        assert page.status_code == 200
        address = reverse("admin:wallet_approval_approve", args=[asked.pk])
        return self.ada.post(address, {"note": ""}, follow=True).content.decode()


@pytest.fixture
def desk(ike: User) -> Desk:
    ada = people.person("ada@example.com", name="Ada Bello", staff=True)
    first, second = Client(), Client()
    first.force_login(ike)
    second.force_login(ada)
    return Desk(first, second, ada)


def refused(local_stripe: LocalStripe) -> tuple[scene.Market, Refund, str, Incident]:
    """Given back by hand at Stripe, then the shop cancels."""
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    made = local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})
    local_stripe.deliver()
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    return market, refund, made.id, Incident.objects.get(kind="refund_refused")


def came_back(local_stripe: LocalStripe) -> tuple[scene.Market, Intent, Incident]:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "", "pm_card_refundFail")
    local_stripe.deliver()
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    return market, row, Incident.objects.get()


def test_the_page_says_what_it_is_about_what_was_tried_and_what_can_be_done(
    local_stripe: LocalStripe, desk: Desk
) -> None:
    _market, refund, made, incident = refused(local_stripe)
    page = desk.page(incident)
    for words in ("A refund that does not get through", "£53.00", refund.order.number, "Attempt 1", "Amara"):
        assert words in page
    for verb in (matters.REFUND_TO_WALLET, matters.REFUND_GIVEN_BACK, matters.REFUND_SENT_AGAIN):
        assert reverse("admin:incident_decide", args=[incident.pk, verb.action]) in page
    assert reverse("admin:incident_decide", args=[incident.pk, "refund_canceled"]) not in page
    own = desk.ike.get(reverse("admin:payments_refund_change", args=[refund.pk])).content.decode()
    assert reverse("admin:incident", args=[incident.pk]) in own
    given = desk.ike.get(reverse("admin:incident_at_stripe", args=[incident.pk]))
    assert made in given.content.decode()
    assert "By hand, not booked" in given.content.decode()


def test_by_hand_from_the_page_to_the_books(local_stripe: LocalStripe, desk: Desk) -> None:
    market, refund, made, incident = refused(local_stripe)

    answer = desk.ask(incident, "refund_given_back", hand_made=made)

    assert answer.status_code == 302
    asked = Approval.objects.get()
    assert answer.url == reverse("admin:wallet_approval_change", args=[asked.pk])
    assert str(asked).startswith("It was given back by hand: £53.00 of ")
    assert books("stripe:refunds") == 5_300
    page = desk.page(incident)
    assert "waiting for a second person" in page
    assert "What can be decided" not in page
    own = desk.ike.post(reverse("admin:wallet_approval_approve", args=[asked.pk]), {"note": ""}, follow=True)
    assert "Somebody else must decide" in own.content.decode()
    assert books("stripe:refunds") == 5_300

    seen = desk.ada.get(reverse("admin:wallet_approval_change", args=[asked.pk])).content.decode()
    for words in ("What changes", "owed to the card", f"the card, by {made}", "£53.00"):
        assert words in seen
    assert "Approved, and done." in desk.agree()

    refund.refresh_from_db()
    assert (refund.status, refund.stripe_id, market.wallet()) == ("succeeded", made, 0)
    assert Movement.objects.get(kind="refund_sent").actor == f"staff:{desk.second.pk}"
    nothing_is_stuck(local_stripe)
    assert WHY in desk.page(incident)


def test_from_the_page_of_the_hand_made_refund_it_is_the_same(local_stripe: LocalStripe, desk: Desk) -> None:
    _market, refund, made, _incident = refused(local_stripe)
    foreign = Incident.objects.get(kind="foreign_refund")
    assert (
        "stays owed"
        in desk.ike.get(
            reverse("admin:incident_decide", args=[foreign.pk, "foreign_refund_booked"])
        ).content.decode()
    )
    desk.ask(foreign, "foreign_refund_booked", which=f"refund:{refund.pk}")
    assert Approval.objects.get().action == "refund_given_back"
    desk.agree()
    refund.refresh_from_db()
    assert refund.stripe_id == made
    nothing_is_stuck(local_stripe)


def test_a_hand_made_part_is_booked_for_the_order_that_ike_chooses(
    local_stripe: LocalStripe, desk: Desk
) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market, jar=True)
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or "", "amount": 500})
    local_stripe.deliver()
    incident = Incident.objects.get()
    zuris = Order.objects.get(seller=market.zuri)
    assert desk.ask(incident, "foreign_refund_booked").status_code == 422  # which of two?
    desk.ask(incident, "foreign_refund_booked", which=f"order:{zuris.pk}")
    assert (
        "the seller&#x27;s clearing money"
        in desk.ada.get(
            reverse("admin:wallet_approval_change", args=[Approval.objects.get().pk])
        ).content.decode()
    )
    desk.agree()
    zuris.refresh_from_db()
    assert (zuris.status, zuris.refunded) == ("paid", 500)
    nothing_is_stuck(local_stripe)


def test_a_part_from_the_page_of_the_hand_made_refund(local_stripe: LocalStripe, desk: Desk) -> None:
    market = scene.opened(wallet=0)
    row = paid(local_stripe, market)
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or "", "amount": 500})
    local_stripe.deliver()
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    foreign = Incident.objects.get(kind="foreign_refund")
    desk.ask(foreign, "foreign_refund_booked", which=f"refund:{refund.pk}")
    asked = Approval.objects.get()
    assert asked.action == "refund_part_given_back"
    seen = desk.ada.get(reverse("admin:wallet_approval_change", args=[asked.pk])).content.decode()
    assert "£5.00" in seen
    assert "£48.00" in seen
    desk.agree()
    tasks.sweep_payments()
    nothing_is_stuck(local_stripe)


@pytest.mark.parametrize("action", ["refund_to_wallet", "refund_sent_again"])
def test_the_other_decisions_about_a_refund(local_stripe: LocalStripe, desk: Desk, action: str) -> None:
    market, refund, made, incident = refused(local_stripe)
    local_stripe.control(f"refunds/{made}/fail")  # the one made by hand came back
    incidents.close_incident(Incident.objects.get(kind="foreign_refund").pk, actor=STAFF, note="It came back")
    desk.ask(incident, action)
    desk.agree()
    tasks.sweep_payments()
    refund.refresh_from_db()
    assert market.wallet() == (5_300 if action == "refund_to_wallet" else 0)
    assert refund.status == ("failed" if action == "refund_to_wallet" else "succeeded")
    assert books("stripe:refunds") == 0
    assert not Incident.objects.filter(closed_at=None).exists()
    assert broken() == []


@pytest.mark.parametrize("action", ["unapplied_to_wallet", "unapplied_sent_again", "unapplied_given_back"])
def test_the_decisions_about_money_that_came_too_late(
    local_stripe: LocalStripe, desk: Desk, action: str
) -> None:
    market, row, incident = came_back(local_stripe)
    assert "A late payment that does not go back" in desk.page(incident)
    said = {}
    if action == "unapplied_given_back":
        made = local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})
        said["hand_made"] = made.id
    desk.ask(incident, action, **said)
    desk.agree()
    tasks.sweep_payments()
    assert (market.wallet(), books("stripe:unapplied")) == (
        5_300 if action == "unapplied_to_wallet" else 0,
        0,
    )
    assert not Incident.objects.filter(closed_at=None).exists()
    assert broken() == []


def test_a_wrong_refund_is_refused_in_words_and_nothing_is_asked(
    local_stripe: LocalStripe, desk: Desk, settings: Settings
) -> None:
    _market, _refund, made, incident = refused(local_stripe)
    for said, why in {
        "": "required",
        "re_unheardof": "Stripe knows no refund",
        "x": "begins with re_",
    }.items():
        answer = desk.ask(incident, "refund_given_back", hand_made=said)
        assert answer.status_code == 422
        assert why in answer.content.decode()
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    answer = desk.ask(incident, "refund_given_back", hand_made=made)
    assert "Stripe does not answer" in answer.content.decode()
    given = desk.ike.get(reverse("admin:incident_at_stripe", args=[incident.pk]))
    assert "Stripe does not answer" in given.content.decode()
    assert not Approval.objects.exists()


def test_money_that_waits_is_not_noted_away(local_stripe: LocalStripe, desk: Desk) -> None:
    _market, _refund, _made, incident = refused(local_stripe)
    answer = desk.ike.post(reverse("admin:incident", args=[incident.pk]), {"note": "Seen"})
    assert answer.status_code == 400
    incident.refresh_from_db()
    assert incident.closed_at is None


def test_what_was_settled_meanwhile_is_not_done_again(local_stripe: LocalStripe, desk: Desk) -> None:
    market, refund, _made, incident = refused(local_stripe)
    desk.ask(incident, "refund_sent_again")
    decide_refund.put_into_wallet(refund.pk, 1, actor=STAFF, reason=WHY)

    said = desk.agree()

    assert "cannot be done any more. Nothing moved." in said
    assert Approval.objects.get().status == "requested"
    assert (market.wallet(), books("stripe:refunds")) == (5_300, 0)
    refund.refresh_from_db()
    assert (refund.status, refund.attempt) == ("failed", 1)


def behind_the_guards(asked: Approval, **changes: Any) -> None:
    """Changes what the database refuses to change."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Approval.objects.filter(pk=asked.pk).update(**changes)


def test_an_altered_request_moves_nothing(local_stripe: LocalStripe, desk: Desk) -> None:
    market, _refund, _made, incident = refused(local_stripe)
    desk.ask(incident, "refund_to_wallet")
    asked = Approval.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(payload={**asked.payload, "amount": 1})
    for change in ({"refund": 10**6}, {"amount": 1}, {"attempt": 2}):
        behind_the_guards(asked, payload={**asked.payload, **change})
        with pytest.raises(approvals.Tampered):
            approvals.approve(asked.pk, decider=desk.second)
    behind_the_guards(asked, payload=asked.payload, action="refund_sent_again")
    with pytest.raises(approvals.Tampered):
        approvals.approve(asked.pk, decider=desk.second)
    assert (market.wallet(), books("stripe:refunds")) == (0, 5_300)


def test_six_who_agree_at_once_do_it_once(local_stripe: LocalStripe, desk: Desk) -> None:
    market, _refund, _made, incident = refused(local_stripe)
    desk.ask(incident, "refund_to_wallet")
    asked = Approval.objects.get()
    answers = at_once([partial(approvals.approve, asked.pk, decider=desk.second)] * 6)
    assert sum(isinstance(one, Approval) for one in answers) == 1
    assert sum(isinstance(one, InvalidTransition) for one in answers) == 5
    assert (market.wallet(), books("stripe:refunds")) == (5_300, 0)


def test_two_requests_about_one_refund_agreed_to_at_once_do_one(
    local_stripe: LocalStripe, desk: Desk, ike: User
) -> None:
    market, refund, _made, incident = refused(local_stripe)
    desk.ask(incident, "refund_to_wallet")
    first = Approval.objects.get()
    other = approvals.request("refund_sent_again", payload=first.payload, requester=ike, reason=WHY)
    answers = at_once([partial(approvals.approve, one.pk, decider=desk.second) for one in (first, other)])
    assert sum(isinstance(one, Approval) for one in answers) == 1
    assert sum(isinstance(one, approvals.Tampered) for one in answers) == 1
    assert market.wallet() + books("stripe:refunds") == 5_300
    refund.refresh_from_db()
    assert refund.attempt in (1, 2)
    assert broken() == []


def test_whoever_would_gain_neither_asks_nor_agrees(local_stripe: LocalStripe, desk: Desk) -> None:
    market, _refund, _made, incident = refused(local_stripe)
    User.objects.filter(pk=market.amara.pk).update(is_staff=True, is_superuser=True)
    market.amara.refresh_from_db()
    amara = Client()
    amara.force_login(market.amara)
    address = reverse("admin:incident_decide", args=[incident.pk, "refund_to_wallet"])
    assert "your own money" in amara.post(address, {"reason": WHY}).content.decode()
    desk.ask(incident, "refund_to_wallet")
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(Approval.objects.get().pk, decider=market.amara)
    assert market.wallet() == 0


def test_staff_who_may_not_ask_see_no_button(local_stripe: LocalStripe, desk: Desk) -> None:
    _market, _refund, _made, incident = refused(local_stripe)
    User.objects.filter(email="ike@example.com").update(is_superuser=False)
    assert "What can be decided" not in desk.page(incident)
    address = reverse("admin:incident_decide", args=[incident.pk, "refund_to_wallet"])
    assert desk.ike.post(address, {"reason": WHY}).status_code == 403


def test_the_page_costs_the_same_however_often_it_was_tried(local_stripe: LocalStripe, desk: Desk) -> None:
    _market, refund, _made, incident = refused(local_stripe)
    desk.page(incident)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            desk.page(incident)
        return len(made)

    few = queries()
    Refund.objects.filter(pk=refund.pk).update(earlier=[["", "", ""]] * 5, attempt=6)
    assert queries() == few <= 16


def test_an_incident_of_old_that_names_no_row_is_decided_too(local_stripe: LocalStripe, desk: Desk) -> None:
    _market, refund, _made, incident = refused(local_stripe)
    Incident.objects.update(refund=None, intent=None)
    assert reverse("admin:incident_decide", args=[incident.pk, "refund_to_wallet"]) in desk.page(incident)
    foreign = Incident.objects.get(kind="foreign_refund")
    assert "What can be decided" in desk.page(foreign)
    desk.ask(incident, "refund_to_wallet")
    desk.agree()
    assert books("stripe:refunds") == 0
    incident.refresh_from_db()
    assert incident.closed_at is not None
    refund.refresh_from_db()
    assert refund.to_wallet_at is not None


def test_an_incident_of_old_about_late_money_is_decided_too(local_stripe: LocalStripe, desk: Desk) -> None:
    market, row, incident = came_back(local_stripe)
    row.refresh_from_db()
    old = f"unapplied_refund_failed:{row.refund_id}"
    Incident.objects.filter(pk=incident.pk).update(intent=None, key=old)
    Intent.objects.filter(pk=row.pk).update(status="unapplied_refunded")  # as it was left then
    assert broken() == []
    desk.ask(incident, "unapplied_to_wallet")
    desk.agree()
    assert market.wallet() == 5_300
    nothing_is_stuck(local_stripe)
