"""A refusal is told as one: in a person's words to who pays, with Stripe's own to staff, and never as a silence."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from banibs.core import audit
from marketplace.models import Order
from payments import tasks
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import Incident, Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe, tell
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)
GONE = "sk_test_revoked0Secret0Key0of0nobody"


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def number_of(payment: Payment) -> str:
    assert payment.checkout is not None
    return payment.checkout.number


def buyer(market: scene.Market) -> Client:
    client = Client()
    client.force_login(market.amara)
    return client


def asks_to_pay(market: scene.Market, payment: Payment, **body: Any) -> Any:
    """The same by the API."""
    return buyer(market).post(
        f"/api/v1/checkouts/{number_of(payment)}/pay/",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )


def shown(market: scene.Market, payment: Payment) -> tuple[int, str]:
    answer = buyer(market).get(f"/checkout/pay/{number_of(payment)}/")
    return answer.status_code, answer.content.decode()


def nothing_moved() -> bool:
    kinds = set(Movement.objects.values_list("kind", flat=True))
    return set(Order.objects.values_list("status", flat=True)) == {"created"} and "order_paid" not in kinds


@pytest.fixture
def refuses(settings: Settings) -> None:
    """Stripe's page is asked for with a method that our account there does not have."""
    settings.STRIPE_CHECKOUT_METHODS = ["a_method_of_the_future"]


def test_the_page_says_refused_and_not_silent_and_staff_read_why(
    local_stripe: LocalStripe, refuses: None
) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, Method.STRIPE_CHECKOUT)

    for _ in range(3):
        page = buyer(market).post(
            f"/checkout/pay/{number_of(payment)}/", {"method": "stripe_checkout"}, follow=True
        )

    said = page.content.decode()
    assert "Stripe did not accept this." in said
    assert "does not answer" not in said
    assert "a_method_of_the_future" not in said
    incident = Incident.objects.get()  # one per code, however often
    assert incident.kind == "stripe_refused"
    assert "payment_method_types" in incident.detail
    assert "req_" in incident.detail
    assert nothing_moved()


def test_a_closed_incident_opens_again_when_it_goes_on(local_stripe: LocalStripe, refuses: None) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market, Method.STRIPE_CHECKOUT)
    asks_to_pay(market, payment)
    Incident.objects.update(closed_at=payment.created_at)
    asks_to_pay(market, payment)
    assert Incident.objects.get().closed_at is None


def test_the_api_says_it_in_a_persons_words(local_stripe: LocalStripe, refuses: None) -> None:
    market = scene.opened(wallet=0)
    answer = asks_to_pay(market, placed(market, Method.STRIPE_CHECKOUT))
    assert answer.status_code == 402
    assert answer.json()["error"] == {"code": "payment_refused", "message": "Stripe did not accept this."}
    assert Incident.objects.filter(kind="stripe_refused").count() == 1
    assert nothing_moved()


def deleted(local_stripe: LocalStripe, market: scene.Market) -> str:
    """Somebody deletes Amara's customer at the Dashboard, after she has paid once and kept a card."""
    row = open_intent(placed(market).pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    market.amara.refresh_from_db()
    gone = market.amara.stripe_customer_id
    local_stripe.client.v1.customers.delete(gone)
    return gone


def test_a_customer_that_stripe_does_not_know_any_more_is_made_anew_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    gone = deleted(local_stripe, market)
    payment = placed(market)

    status, page = shown(market, payment)

    assert status == 200
    assert "does not answer" not in page
    market.amara.refresh_from_db()
    assert market.amara.stripe_customer_id not in ("", gone)
    assert len(local_stripe.client.v1.customers.list({"limit": 10}).data) == 1
    row = Intent.objects.get(payment=payment)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert not Incident.objects.exists()
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []


def test_the_saved_cards_of_a_customer_that_is_gone_are_none(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    deleted(local_stripe, market)
    answer = buyer(market).get("/account/cards/")
    assert (answer.status_code, "No saved cards" in answer.content.decode()) == (200, True)


def test_a_revoked_key_raises_an_alarm_and_decides_nothing(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    settings.STRIPE_SECRET_KEY = GONE

    status, page = shown(market, payment)
    answer = asks_to_pay(market, payment)

    assert status == 503
    assert "Stripe cannot be reached with our key just now. We have been told." in page
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "temporarily_unavailable")
    alarm = Incident.objects.get()
    assert alarm.kind == "stripe_key_refused"
    assert GONE not in alarm.detail
    scene.forward(minutes=31)
    assert tasks.expire_checkouts() == 0  # whether money came, nobody can say
    assert nothing_moved()


def test_the_alarm_comes_from_jobs_and_events_too(local_stripe: LocalStripe, settings: Settings) -> None:
    market = scene.opened(wallet=0)
    open_intent(placed(market).pk, kind=Intent.Kind.PAYMENT_INTENT)
    event = local_stripe.events()[-1]
    settings.STRIPE_SECRET_KEY = GONE
    scene.forward(minutes=5)
    tasks.sweep_payments()
    assert Incident.objects.get().kind == "stripe_key_refused"
    Incident.objects.all().delete()
    assert tell(event).status == "failed"
    assert Incident.objects.get().kind == "stripe_key_refused"


def test_a_silence_is_told_as_one_and_no_person_is_troubled(settings: Settings) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"  # nobody there
    status, page = shown(market, payment)
    assert (status, "Stripe does not answer just now." in page) == (503, True)
    assert asks_to_pay(market, payment).status_code == 503
    assert not Incident.objects.exists()
