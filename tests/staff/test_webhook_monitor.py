"""Ike watches what Stripe tells us: figures of the real table, the reason of a failure, working on it again, incidents."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from banibs.core.models import Event
from banibs.users.models import User
from payments import incidents
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import Incident, Intent, Method, WebhookLog
from payments.webhooks import metrics, process
from tests import market as scene
from tests.stripe import LocalStripe, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(ike: User) -> Client:
    client = Client()
    client.force_login(ike)
    return client


def event(kind: str = "plan.created", **thing: Any) -> dict[str, Any]:
    told = {"id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": kind, "livemode": False}
    return {**told, "data": {"object": {"id": "plan_1", "object": "plan", **thing}}}


def failed(settings: Settings) -> WebhookLog:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    return tell(
        event("payment_intent.succeeded", id="pi_1", object="payment_intent", client_secret="pi_1_secret_x")
    )


def text(staff: Client, name: str, *args: Any, **query: str) -> str:
    answer = staff.get(reverse(f"admin:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_figures_rows_and_filters_are_of_the_real_table(staff: Client, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    row = open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    tell(event())

    everything = text(staff, "webhooks")
    assert "payment_intent.succeeded" in everything
    assert "no handler for plan.created" in everything
    assert "plan.created (1)" in everything
    assert "Nothing waits" in everything
    only = text(staff, "webhooks", status="ignored")
    rows = only[only.index("<tbody>") : only.index("</tbody>")]
    assert "plan.created" in rows
    assert "payment_intent" not in rows
    for words in (bought.placed.checkout.number, row.stripe_id or ""):
        found = text(staff, "webhooks", q=words)
        assert "payment_intent.succeeded" in found[found.index("<tbody>") : found.index("</tbody>")]
    assert "No events match" in text(staff, "webhooks", q="evt_none")
    assert "available" in text(staff, "webhooks_balance")


def test_a_failure_shows_its_traceback_and_no_secret_and_is_worked_on_again(
    staff: Client, settings: Settings, ike: User
) -> None:
    row = failed(settings)
    page = text(staff, "webhook", row.pk)
    assert "Traceback" in page
    assert "pi_1_secret_x" not in page

    answer = staff.post(
        reverse("admin:webhooks_resend"), {"log": [row.pk], "next": "//evil.example"}, follow=True
    )

    assert "1 event is processed again." in answer.content.decode()
    row.refresh_from_db()
    assert (row.status, row.retry_count) == ("pending", 0)
    assert process.due_events() == [row.pk]
    noted = Event.objects.get(kind="webhook.resent")
    assert (noted.actor_id, noted.from_state) == (ike.pk, "failed")


def test_stripes_silence_is_said_plainly(staff: Client, settings: Settings) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"
    assert "Stripe does not answer." in text(staff, "webhooks_balance")
    settings.STRIPE_SECRET_KEY = ""
    assert "There is no key" in text(staff, "webhooks_balance")


def test_an_incident_is_closed_with_a_note_alone(staff: Client) -> None:
    one = incidents.open_incident(
        "payment_mismatch", key="pi_1", detail="Stripe has 1.00 GBP, we asked for 53.00 GBP"
    )
    assert "Stripe has 1.00 GBP" in text(staff, "webhooks")
    address = reverse("admin:incident", args=[one.pk])
    assert staff.post(address, {"note": " "}).status_code == 400
    one.refresh_from_db()
    assert one.closed_at is None

    staff.post(address, {"note": "Asked the buyer; refunded at Stripe"})
    one.refresh_from_db()
    assert one.closed_at is not None
    staff.post(address, {"note": "Not over"})
    one.refresh_from_db()
    assert one.closed_at is None
    assert list(
        Event.objects.filter(subject_type="incident").order_by("pk").values_list("kind", flat=True)
    ) == [
        "incident.closed",
        "incident.reopened",
    ]
    assert incidents.open_incident("payment_mismatch", key="pi_1", detail="again").pk == one.pk
    assert Incident.objects.count() == 1


def test_nobody_else_sees_or_does_any_of_it(settings: Settings, amara: User) -> None:
    row = failed(settings)
    for client in (Client(), Client()):
        for name, args in (("webhooks", ()), ("webhook", (row.pk,)), ("webhooks_balance", ())):
            assert client.get(reverse(f"admin:{name}", args=args)).status_code == 302
        client.post(reverse("admin:webhooks_resend"), {"log": [row.pk]})
        client.force_login(amara)
    row.refresh_from_db()
    assert row.status == "failed"
    assert not Event.objects.filter(kind="webhook.resent").exists()


def test_masking_leaves_the_shape_and_takes_the_people_out() -> None:
    told = {
        "id": "pi_1",
        "shipping": {"name": "Amara", "address": {"city": "Bristol"}},
        "x": ["pi_1_secret_9", 5],
    }
    said = json.dumps(metrics.masked(told))
    assert "pi_1" in said
    assert not any(secret in said for secret in ("Amara", "Bristol", "secret_9"))
