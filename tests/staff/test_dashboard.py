"""Ike's home: what waits, the worst first, and the way to where it is worked on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from banibs.core.clock import now
from banibs.core.models import Delivery, Event
from banibs.core.money import Money
from banibs.core.staff import work_queues
from banibs.notifications.models import Notice
from banibs.users.models import User
from marketplace.models import Order
from payments import incidents
from payments.models import (
    Case,
    Dispute,
    Document,
    DocumentRequest,
    DocumentSeries,
    EarlyFraudWarning,
    Incident,
    Intent,
    Payment,
    Refund,
    WebhookLog,
)
from tests import market as scene
from tests import people
from tests.seller_scene import bought
from tests.staff import payout_stories
from wallet import approvals, payout_pause
from wallet.models import Approval

pytestmark = pytest.mark.django_db
HOME = "/admin/desk/"


@pytest.fixture
def staff(ike: User) -> Client:
    client = Client()
    client.force_login(ike)
    return client


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=900_000)


def ago(**time: int) -> dt.datetime:
    return now() - dt.timedelta(**time)


def told(status: str, *, minutes: int, name: str = "") -> WebhookLog:
    return WebhookLog.objects.create(
        external_id=name or f"evt_{status}",
        type="charge.updated",
        payload={},
        status=status,
        received_at=ago(minutes=minutes),
    )


def given_up_event(market: scene.Market) -> None:
    told("dead", minutes=120)


def late_event(market: scene.Market) -> None:
    told("parked", minutes=6)


def failed_document(market: scene.Market) -> None:
    order = _sold(market)
    DocumentRequest.objects.filter(subject=f"order:{order.pk}").delete()
    series = DocumentSeries.objects.create(issuer="shop:1", kind="receipt", year=2026, last=1)
    Document.objects.create(
        series=series,
        number=1,
        name="R-2026-000001",
        kind="receipt",
        subject=f"order:{order.pk}",
        snapshot={"total": order.total},
        language="en-gb",
        paper="A4",
        fact_at=now(),
        issued_at=now(),
        state="failed",
    )


def unnumbered_document(market: scene.Market) -> None:
    DocumentRequest.objects.create(
        kind="receipt", subject="order:0", issuer="shop:1", fact_at=now(), due_at=ago(minutes=6)
    )


def incident(market: scene.Market) -> None:
    incidents.open_incident("payment_mismatch", key="pi_1", detail="Stripe has 100 GBP")


def refund(market: scene.Market) -> None:
    order = _sold(market)
    payment = Payment.objects.get(checkout=order.checkout)
    Refund.objects.create(
        payment=payment,
        order=order,
        currency="GBP",
        amount=500,
        card_part=500,
        from_available=500,
        reason="x",
        created_at=ago(minutes=6),
    )


def _by_card(market: scene.Market) -> Intent:
    order = _sold(market)
    payment = Payment.objects.get(checkout=order.checkout)
    return Intent.objects.create(
        payment=payment,
        kind="payment_intent",
        status="succeeded",
        amount=500,
        currency="GBP",
        stripe_id=f"pi_{payment.pk}",
    )


def dispute(market: scene.Market) -> None:
    intent = _by_card(market)
    Dispute.objects.create(
        stripe_id="du_1",
        payment=intent.payment,
        intent=intent,
        state="open",
        currency="GBP",
        amount=500,
        reason="fraudulent",
        opened_at=ago(minutes=6),
    )


def fraud_warning(market: scene.Market) -> None:
    intent = _by_card(market)
    EarlyFraudWarning.objects.create(
        stripe_id="issfr_1",
        payment=intent.payment,
        intent=intent,
        fraud_type="misc",
        opened_at=ago(minutes=6),
    )


def case(market: scene.Market) -> None:
    order = _sold(market)
    Order.objects.filter(pk=order.pk).update(case_open=True)
    Case.objects.create(order=order, kind="refund", status="staff", waits_for="staff")


def approval(market: scene.Market) -> None:
    approvals.request_credit(
        requester=User.objects.get(email="ike@example.com"),
        user_id=market.amara.pk,
        name="Amara",
        amount=Money(60_000, "USD"),
        reason="Late",
    )


def payouts_pause(market: scene.Market) -> None:
    payout_pause.pause_payouts("Two balances differ", key="ledger:wallet.floors")


def late_order(market: scene.Market) -> None:
    Order.objects.filter(pk=_sold(market).pk).update(paid_at=ago(days=4))


def given_up_letter(market: scene.Market) -> None:
    event = Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    Notice.objects.create(user=market.amara, event=event, kind="sale_to_send", url="/", letter="given_up")


def dead_delivery(market: scene.Market) -> None:
    event = Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    Delivery.objects.create(event=event, subscriber="notices", status="dead", attempts=10)


def _sold(market: scene.Market) -> Order:
    return bought(market, (market.basket, 1))[0]


QUEUES: dict[str, Callable[[scene.Market], None]] = {
    "payments.incidents": incident,
    "payments.disputes": dispute,
    "payments.fraud_warnings": fraud_warning,
    "payments.dead_events": given_up_event,
    "payments.refunds": refund,
    "payments.cases": case,
    "payments.late_events": late_event,
    "payments.documents": failed_document,
    "payments.document_requests": unnumbered_document,
    **payout_stories.STORIES,
    "wallet.approvals": approval,
    "wallet.payout_pauses": payouts_pause,
    "marketplace.late_orders": late_order,
    "notifications.letters": given_up_letter,
    "core.dead_deliveries": dead_delivery,
}


def waits(person: User) -> dict[str, int]:
    return {one.queue.name: one.count for one in work_queues.waiting(person) if one.count}


def test_with_nothing_to_do_all_is_clear(staff: Client, market: scene.Market) -> None:
    bought(market, (market.basket, 1))  # paid just now: the shop has days
    told("pending", minutes=1)
    told("processed", minutes=600, name="evt_2")

    page = staff.get(HOME)

    assertContains(page, "All clear")
    assertNotContains(page, "The oldest has waited")
    assertContains(page, "Orders past their sending date")  # what was looked at


@pytest.mark.parametrize("name", QUEUES)
def test_what_waits_is_counted_and_its_link_leads_to_it(
    name: str, staff: Client, ike: User, market: scene.Market
) -> None:
    QUEUES[name](market)
    assert waits(ike) == {name: 1}

    page = staff.get(HOME)

    assertNotContains(page, "All clear")
    (queue,) = [one for one in work_queues.queues() if one.name == name]
    assertContains(page, f'href="{queue.url}"'.replace("&", "&amp;"))
    there = staff.get(queue.url)
    assert there.status_code == 200
    if "changelist" in queue.screen:
        assert there.context["cl"].result_count == 1


def test_every_queue_has_its_story_here() -> None:
    assert set(QUEUES) == {queue.name for queue in work_queues.queues()}


def test_a_queues_screen_shows_what_is_in_the_queue_alone(staff: Client, market: scene.Market) -> None:
    bought(market, (market.jar, 1))
    late_order(market)
    listed = staff.get(reverse("admin:marketplace_order_changelist"), {"sending": "late"})
    assert listed.context["cl"].result_count == 1
    told("processed", minutes=9, name="evt_done")
    told("failed", minutes=9, name="evt_late")
    page = staff.get(reverse("admin:webhooks"), {"status": "waiting"})
    assertContains(page, "evt_late")
    assertNotContains(page, "evt_done")


def test_the_worst_is_first_and_of_equals_the_oldest(staff: Client, ike: User, market: scene.Market) -> None:
    late_event(market)  # waits, and mends itself as a rule
    approval(market)  # somebody waits
    with connection.cursor() as cursor:  # the database keeps the moment of a request
        cursor.execute("SET LOCAL session_replication_role = replica")
        Approval.objects.update(requested_at=ago(days=2))
        cursor.execute("SET LOCAL session_replication_role = origin")
    given_up_event(market)  # two hours old, nothing goes on
    incident(market)
    Incident.objects.update(opened_at=ago(hours=1))

    names = [one.queue.name for one in work_queues.waiting(ike) if one.count]

    assert names == ["payments.dead_events", "payments.incidents", "wallet.approvals", "payments.late_events"]
    page = staff.get(HOME).content.decode()
    assert "The oldest has waited for 2\xa0hours." in page
    assert page.count('class="button"') == 1  # the worst is the thing to do
    assert page.index('id="paymentsdead_events"') < page.index('id="paymentsincidents"')


def test_the_desk_costs_a_query_for_each_queue(staff: Client, ike: User, market: scene.Market) -> None:
    for happens in QUEUES.values():
        happens(market)
    told("dead", minutes=5, name="evt_9")

    staff.get(HOME)
    with CaptureQueriesContext(connection) as few:
        staff.get(HOME)

    # who asks; each queue; what time it is
    assert len(few) == 1 + len(QUEUES) + 1


@pytest.mark.parametrize("name", QUEUES)
def test_each_queue_is_found_by_an_index(name: str) -> None:
    (queue,) = [one for one in work_queues.queues() if one.name == name]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = queue.rows().order_by(queue.since)[:1001].explain()
    whole = [line for line in plan.splitlines() if "Index" in line and "_pkey" not in line]
    assert whole, plan
    assert "Seq Scan" not in plan


def test_a_long_queue_is_counted_to_a_thousand(staff: Client, ike: User) -> None:
    WebhookLog.objects.bulk_create(
        WebhookLog(external_id=f"evt_{n}", type="x", payload={}, status="dead") for n in range(1002)
    )
    (one,) = [one for one in work_queues.waiting(ike) if one.count]
    assert (one.count, one.shown, one.more) == (1001, 1000, True)
    assertContains(staff.get(HOME), "1,000+")


def test_the_figures_alone_are_fetched_again(staff: Client, market: scene.Market) -> None:
    assertContains(staff.get(HOME), 'hx-trigger="every 30s"')
    given_up_event(market)

    WebhookLog.objects.update(received_at=now())
    part = staff.get(HOME, headers={"HX-Request": "true"})

    assertContains(part, "Stripe&#x27;s events given up")
    assertContains(part, "The oldest has waited for less than a minute.")
    assertNotContains(part, "<html")
    assertNotContains(part, "every 30s")


def test_a_queue_is_theirs_who_may_see_its_table(market: scene.Market) -> None:
    late_order(market)
    given_up_event(market)
    clerk = people.person("clerk@example.com", name="Clerk")
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    assert waits(User.objects.get(pk=clerk.pk)) == {"payments.dead_events": 1}

    clerk.user_permissions.add(Permission.objects.get(codename="view_order"))

    assert waits(User.objects.get(pk=clerk.pk)) == {"payments.dead_events": 1, "marketplace.late_orders": 1}


def test_nobody_else_sees_it(amara: User) -> None:
    client = Client()
    assert client.get(HOME).status_code == 302
    client.force_login(amara)
    assert client.get(HOME).status_code == 302


def test_a_member_of_staff_finds_the_monitor_by_links_alone(staff: Client, market: scene.Market) -> None:
    given_up_event(market)
    door = staff.get("/admin/")
    assertContains(door, "The oldest has waited for 2\xa0hours.")
    assertContains(door, f'href="{HOME}"')
    at_the_desk = staff.get(HOME)
    assertContains(at_the_desk, '<a href="/admin/desk/" aria-current="page">Work queue</a>', html=True)
    assertContains(at_the_desk, 'href="/admin/desk/webhooks/?status=dead"')
    assertContains(at_the_desk, '<a href="/admin/desk/webhooks/">Stripe&#x27;s events</a>', html=True)

    one = staff.get(reverse("admin:webhook", args=[WebhookLog.objects.get().pk]))

    assertContains(
        one, '<a href="/admin/desk/webhooks/" aria-current="true">Stripe&#x27;s events</a>', html=True
    )
    crumbs = one.content.decode().partition('class="breadcrumbs"')[2].partition("</div>")[0]
    assert crumbs.index("/admin/desk/") < crumbs.index("/admin/desk/webhooks/")
    table = staff.get(reverse("admin:marketplace_order_changelist"))
    assertContains(table, '<a href="/admin/" aria-current="true">Tables</a>', html=True)


def test_the_index_of_tables_says_when_all_is_clear(staff: Client) -> None:
    assertContains(staff.get("/admin/"), "All clear: nothing waits for anybody.")


class TestLetters:
    def test_what_was_given_up_is_sent_again_with_all_its_tries(
        self, staff: Client, ike: User, market: scene.Market
    ) -> None:
        given_up_letter(market)
        Notice.objects.update(letter_attempts=10)
        _act(staff, "send_again")
        notice = Notice.objects.get()
        assert (notice.letter, notice.letter_attempts) == ("due", 0)
        assert waits(ike) == {}

    def test_what_cannot_be_sent_is_left_and_nobody_looks_at_it_again(
        self, staff: Client, ike: User, market: scene.Market
    ) -> None:
        given_up_letter(market)
        _act(staff, "leave")
        assert Notice.objects.get().letter == "none"
        assert waits(ike) == {}

    def test_a_letter_that_was_sent_is_neither(self, staff: Client, market: scene.Market) -> None:
        given_up_letter(market)
        Notice.objects.update(letter="sent")
        _act(staff, "send_again")
        _act(staff, "leave")
        assert Notice.objects.get().letter == "sent"


def _act(staff: Client, action: str) -> None:
    ticked = list(Notice.objects.values_list("pk", flat=True))
    address = reverse("admin:notifications_notice_changelist")
    answer = staff.post(address, {"action": action, "_selected_action": ticked}, follow=True)
    assert re.search(r"emails? (is|are) due again|emails? stays? unsent", answer.content.decode())


def test_every_app_with_work_queues_is_listed() -> None:
    rooms = [
        config.name
        for config in apps.get_app_configs()
        if str(config.path).startswith(str(settings.BASE_DIR))
    ]
    apart = {"banibs.core.staff.work_queues.QUEUES"}  # core's own stand beside what they are made of
    assert {
        f"{name}.work_queues.QUEUES" for name in rooms if find_spec(f"{name}.work_queues")
    } | apart == set(settings.STAFF_WORK_QUEUES)
