"""What sellers are told of evidence, changed: the pages, the refusals and the reminders follow."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from banibs.core import clock
from banibs.core.models import Event
from marketplace.models import Order
from payments.charges import purchase
from payments.disputes.evidence import deadline, reminders
from payments.models import Dispute, Intent, Method
from tests import market as scene
from tests.payments.disputes.evidence.scenes import pdf, photo, upload
from tests.promises.helpers import Change, desk, holds, page

pytestmark = pytest.mark.django_db


def disputed(market: scene.Market) -> Dispute:
    """Kofi's sale, which Amara's bank disputes since now."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.CARD, expected_total=None
    ).payment
    intent = Intent.objects.create(
        payment=payment,
        kind=Intent.Kind.PAYMENT_INTENT,
        status=Intent.Status.SUCCEEDED,
        amount=payment.amount,
        currency="GBP",
        stripe_id="pi_1",
    )
    Order.objects.update(status="paid", paid_at=clock.now(), dispute="open")
    return Dispute.objects.create(
        stripe_id="du_1",
        payment=payment,
        intent=intent,
        state="open",
        currency="GBP",
        amount=payment.amount,
        reason="fraudulent",
        due_by=clock.now() + dt.timedelta(days=9),
    )


def refusal(market: scene.Market, dispute: Dispute, content: bytes, name: str, notes: str = "") -> str:
    """What Kofi reads when a draft is not kept."""
    client = Client()
    client.force_login(market.kofi.user)
    path = f"/seller/disputes/{dispute.pk}/"
    answer = client.post(path, {"notes": notes, **({"file": upload(content, name)} if content else {})})
    return answer.content.decode() if answer.status_code == 422 else ""


@holds("payments.EVIDENCE_LEAD")
def test_evidence_goes_so_long_before_the_banks_date(change: Change) -> None:
    market = scene.opened()
    dispute = disputed(market)
    change("payments.EVIDENCE_LEAD", dt.timedelta(hours=9))
    assert deadline.answer_until(dispute) == (dispute.due_by or clock.now()) - dt.timedelta(hours=9)
    assert "goes by itself, nine hours before" in page(f"/seller/disputes/{dispute.pk}/", market.kofi.user)
    assert "nine hours before the bank's date" in desk("payments.disputes")


@holds("payments.EVIDENCE_REMINDER_DAYS")
def test_sellers_are_reminded_on_the_days_that_policy_names(change: Change) -> None:
    dispute = disputed(scene.opened())
    change("payments.EVIDENCE_REMINDER_DAYS", (9, 2))
    assert reminders.due_reminders() == [dispute.pk]
    assert reminders.remind(dispute.pk) == 1
    assert reminders.due_reminders() == []
    assert Event.objects.get(kind="order.evidence_due").data["days"] == 9


@holds("payments.EVIDENCE_MOST_BYTES", "payments.EVIDENCE_MOST_PAGES")
def test_all_files_are_within_what_the_bank_takes(change: Change) -> None:
    market = scene.opened()
    dispute = disputed(market)
    change("payments.EVIDENCE_MOST_PAGES", 2)
    assert "and 2 pages: the bank takes no more" in page(f"/seller/disputes/{dispute.pk}/", market.kofi.user)
    assert "A bank reads 2 in all" in refusal(market, dispute, pdf(3), "three.pdf")
    change("payments.EVIDENCE_MOST_BYTES", 100_500)
    assert "Together your files would have" in refusal(market, dispute, photo(), "door.jpg")


@holds("payments.EVIDENCE_UPLOAD_MOST_BYTES")
def test_a_file_has_a_size_that_policy_names(change: Change) -> None:
    market = scene.opened()
    dispute = disputed(market)
    change("payments.EVIDENCE_UPLOAD_MOST_BYTES", 100)
    assert "A file may have 100" in refusal(market, dispute, photo(), "door.jpg")


@holds("payments.EVIDENCE_MOST_FILES")
def test_a_shop_has_so_many_files(change: Change) -> None:
    market = scene.opened()
    dispute = disputed(market)
    change("payments.EVIDENCE_MOST_FILES", 1)
    assert refusal(market, dispute, photo(), "door.jpg") == ""
    assert "At most 1 files" in refusal(market, dispute, pdf(), "slip.pdf")


@holds("payments.EVIDENCE_NOTES_MOST_CHARACTERS")
def test_words_are_as_long_as_policy_says(change: Change) -> None:
    market = scene.opened()
    dispute = disputed(market)
    change("payments.EVIDENCE_NOTES_MOST_CHARACTERS", 12)
    assert "At most 12 characters go to the bank" in refusal(market, dispute, b"", "", notes="x" * 13)
