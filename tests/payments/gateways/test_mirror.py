"""dj-stripe's copy comes after the effect, apart from it, costs no call, and never holds our key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import stripe
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banibs.users.models import User
from payments.charges import open_intent
from payments.gateways import outcomes
from payments.gateways.stripe import mirror
from payments.models import Intent, Payment, WebhookLog
from tests import market as scene
from tests.payments.charges.test_card_payment import placed
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def copies(model: str) -> int:
    return int(apps.get_model("djstripe", model).objects.count())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of every GET that goes to Stripe, whoever sends it: ours or the library's."""
    asked: list[str] = []
    real = stripe.RequestsClient.request

    def request(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if method.lower() == "get":
            asked.append(url)
        return real(self, method, url, *args, **kwargs)

    monkeypatch.setattr(stripe.RequestsClient, "request", request)
    return asked


def paid(local_stripe: LocalStripe) -> Payment:
    payment = placed(scene.opened(wallet=0))
    row = open_intent.open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    return payment


def test_what_staff_read_of_a_card_payment_is_copied_once(local_stripe: LocalStripe) -> None:
    paid(local_stripe)
    local_stripe.deliver()
    for log in WebhookLog.objects.filter(status="processed").order_by("id"):
        assert mirror.mirror(log.pk) is (log.payload["data"]["object"]["object"] in mirror.MODELS)
        assert not mirror.missing()
    assert (copies("Charge"), copies("Customer"), copies("BalanceTransaction")) == (1, 1, 1)
    assert (copies("PaymentIntent"), copies("PaymentMethod"), copies("APIKey")) == (0, 0, 0)
    charge = apps.get_model("djstripe", "Charge").objects.get()
    assert charge.stripe_data["id"] == charge.id
    assert charge.balance_transaction_id == Intent.objects.get().balance_transaction


def copying(monkeypatch: pytest.MonkeyPatch, reads: list[str]) -> list[str]:
    """What is read at Stripe while a copy is made."""
    during: list[str] = []
    real = mirror.copy_fetched

    def watched(log_id: int, data: Mapping[str, Any]) -> bool:
        before = len(reads)
        done = real(log_id, data)
        during.extend(reads[before:])
        return done

    monkeypatch.setattr(mirror, "copy_fetched", watched)
    return during


def test_a_card_purchase_reads_nothing_more_at_stripe_for_its_copy(
    local_stripe: LocalStripe, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror._owner()  # our own account, once in the life of a database
    during = copying(monkeypatch, reads)
    paid(local_stripe)
    local_stripe.deliver()
    assert any("/v1/charges/" in path for path in reads)
    assert during == []
    assert (copies("Charge"), copies("Customer"), copies("BalanceTransaction")) == (1, 1, 1)


def test_the_library_left_alone_would_read_all_that_a_charge_refers_to(
    local_stripe: LocalStripe, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole(data: Mapping[str, Any]) -> None:
        model: Any = apps.get_model("djstripe", mirror.MODELS[data["object"]])
        model.sync_from_stripe_data(dict(data), api_key=settings.STRIPE_SECRET_KEY)

    mirror._owner()
    monkeypatch.setattr(mirror, "_copy", whole)
    during = copying(monkeypatch, reads)
    paid(local_stripe)
    local_stripe.deliver("charge")
    assert any("/v1/customers/" in path for path in during)


def test_a_copy_that_fails_undoes_nothing_and_is_made_up_for(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(local_stripe)

    def broken(*_given: object) -> None:
        raise ValueError("the library broke")

    with monkeypatch.context() as failing:
        failing.setattr(mirror, "_copy", broken)
        logs = local_stripe.deliver()
    payment.refresh_from_db()
    (charged,) = [log for log in logs if log.type == "charge.succeeded"]
    assert (payment.status, charged.status, charged.mirrored_at) == ("succeeded", "processed", None)
    scene.forward(minutes=3)
    assert charged.pk in mirror.missing()

    local_stripe.control("faults", {"do": "unavailable", "path": "/v1/charges/*", "count": 9})
    with pytest.raises(outcomes.Unknown):
        mirror.mirror(charged.pk)
    assert copies("Charge") == 0
    local_stripe.control("faults", method="DELETE")
    assert mirror.mirror(charged.pk)
    assert copies("Charge") == 1
    assert charged.pk not in mirror.missing()


def test_staff_read_the_copies_and_cannot_touch_them(
    local_stripe: LocalStripe, ike: User, reads: list[str]
) -> None:
    payment = paid(local_stripe)
    logs = local_stripe.deliver()
    reads.clear()
    staff = Client()
    staff.force_login(ike)
    for name in mirror.MODELS.values():
        at = f"admin:djstripe_{name.lower()}"
        assert staff.get(reverse(f"{at}_changelist")).status_code == 200
        assert staff.get(reverse(f"{at}_add")).status_code == 403
        for row in apps.get_model("djstripe", name).objects.all():
            page = staff.get(reverse(f"{at}_change", args=[row.pk]))
            assert page.status_code == 200
            said = page.content.decode()
            assert row.id in said
            assert payment.user.email not in said
            assert settings.STRIPE_SECRET_KEY not in said
            assert staff.post(reverse(f"{at}_change", args=[row.pk]), {"id": "x"}).status_code == 403
            assert staff.post(reverse(f"{at}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert staff.post(reverse(f"{at}_changelist"), {"action": "delete_selected"}).status_code in (
            200,
            302,
            403,
        )
    charge = apps.get_model("djstripe", "Charge").objects.get()
    address = reverse("admin:djstripe_charge_change", args=[charge.pk])
    assert address in staff.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()
    (log,) = [one for one in logs if one.type == "charge.succeeded"]
    assert address in staff.get(reverse("admin:webhook", args=[log.pk])).content.decode()
    assert reverse("admin:payments_payment_change", args=[payment.pk]) in staff.get(address).content.decode()
    assert reads == []


def test_a_list_of_copies_costs_the_same_with_few_and_many(ike: User) -> None:
    model: Any = apps.get_model("djstripe", "Charge")
    staff = Client()
    staff.force_login(ike)

    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert staff.get(reverse("admin:djstripe_charge_changelist")).status_code == 200
        return len(statements)

    def add(first: int, count: int) -> None:
        model.objects.bulk_create(
            model(
                id=f"ch_{n}", amount=12, currency="gbp", status="succeeded",
                stripe_data={"object": "charge", "amount": 1200, "currency": "gbp", "status": "succeeded"},
            )
            for n in range(first, first + count)
        )  # fmt: skip

    add(0, 1)
    cost()
    once = cost()
    add(1, 80)
    assert cost() == once
