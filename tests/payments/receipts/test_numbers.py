"""Numbers without gaps (docs "Money", Documents): drawn by a task, in the order of the facts, each once, for ever."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banibs.core.jobs import event_delivery
from marketplace.models import Order
from payments import policy
from payments.models import Document, DocumentKind, DocumentRequest, DocumentSeries
from payments.receipts import kinds, numbering, requests, stored
from payments.receipts.snapshots.draft import Draft
from tests import market as scene
from tests.concurrency import at_once
from tests.payments.receipts.scenes import broken, canceled, document, issued, names
from tests.shopping import buys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
THREADS = 50 if os.environ.get("BANIBS_SOAK") else 8


def bought(market: scene.Market, times: int) -> list[Order]:
    """Kofi's basket, so many times, each time an order."""
    scene.Variant.objects.filter(pk=market.basket.pk).update(stock=1_000)
    return [buys(market, (market.basket, 1)).orders.get() for _ in range(times)]


def test_each_paid_order_has_a_receipt_for_its_buyer_and_one_for_its_shop() -> None:
    market = scene.opened(wallet=100_000)
    first, second = bought(market, 2)
    assert Document.objects.count() == 0  # the purchase draws no number

    assert issued() == 4

    year = first.placed_at.year
    assert names(DocumentKind.RECEIPT) == [f"R-{year}-000001", f"R-{year}-000002"]
    assert names(DocumentKind.SALES_RECEIPT) == [f"S-{year}-000001", f"S-{year}-000002"]
    assert document(DocumentKind.RECEIPT, f"order:{first.pk}").number == 1
    assert document(DocumentKind.RECEIPT, f"order:{second.pk}").number == 2
    assert not DocumentRequest.objects.exists()
    assert broken() == []


def test_each_shop_counts_for_itself() -> None:
    market = scene.opened(wallet=100_000)
    buys(market, (market.basket, 1), (market.jar, 1))
    issued()
    receipts = Document.objects.filter(kind=DocumentKind.RECEIPT)
    assert {(one.seller_id, one.number) for one in receipts} == {(market.kofi.pk, 1), (market.zuri.pk, 1)}


def test_what_is_told_twice_has_one_document() -> None:
    market = scene.opened()
    (order,) = bought(market, 1)
    issued()
    requests.ask_for_orders([order])
    assert issued() == 0
    DocumentRequest.objects.create(  # as a message that was delayed for long would leave it
        kind=DocumentKind.RECEIPT,
        subject=f"order:{order.pk}",
        issuer=f"shop:{market.kofi.pk}",
        fact_at=order.paid_at,
    )
    with pytest.raises(IntegrityError):
        numbering.issue_due()
    assert DocumentSeries.objects.get(kind=DocumentKind.RECEIPT).last == 1
    assert broken() == []


def test_a_refund_has_a_credit_note_after_its_receipt() -> None:
    market = scene.opened()
    (order,) = bought(market, 1)
    refund = canceled(order)
    issued()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    note = document(DocumentKind.CREDIT_NOTE, f"refund:{refund.pk}")
    assert note.snapshot["receipt"] == receipt.name
    assert note.name.startswith("C-")
    assert broken() == []


def test_an_order_from_before_receipts_has_one_when_it_is_asked_for() -> None:
    market = scene.opened()
    (order,) = bought(market, 1)
    event_delivery.deliver_due()
    DocumentRequest.objects.all().delete()
    assert numbering.issue_due() == 0
    requests.ask_for_orders([order])
    assert numbering.issue_due() == 2


def test_many_workers_at_once_leave_neither_gap_nor_double() -> None:
    market = scene.opened(wallet=10_000_000)
    orders = bought(market, THREADS * 2)

    def work() -> int:
        event_delivery.deliver_due(batch=3)
        return numbering.issue_due()

    answers = at_once([work] * THREADS)
    assert [one for one in answers if isinstance(one, Exception)] == []
    issued()
    for kind in (DocumentKind.RECEIPT, DocumentKind.SALES_RECEIPT):
        numbers = list(Document.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(orders) + 1))
    assert broken() == []


def test_without_the_lock_of_the_series_two_draw_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: the rule UNIQUE(series, number) then refuses one of the two."""
    market = scene.opened(wallet=100_000)
    bought(market, 2)
    event_delivery.deliver_due()
    DocumentSeries.objects.create(
        issuer=f"shop:{market.kofi.pk}", kind=DocumentKind.RECEIPT, year=numbering.now().year
    )
    monkeypatch.setattr(policy, "DOCUMENTS_AT_ONCE", 1)
    monkeypatch.setattr(
        numbering, "_locked", lambda issuer, kind, year: DocumentSeries.objects.get(issuer=issuer, kind=kind)
    )
    load = kinds.KINDS[DocumentKind.RECEIPT].load

    def slowly(subjects: list[str]) -> Any:
        time.sleep(1)
        return load(subjects)

    slow = {**kinds.KINDS, DocumentKind.RECEIPT: kinds.Kind("R", slowly)}
    monkeypatch.setattr(numbering, "KINDS", slow)
    shop = f"shop:{market.kofi.pk}"
    answers = at_once([lambda: numbering.issue_series(shop, DocumentKind.RECEIPT)] * 2)
    assert sum(isinstance(one, IntegrityError) for one in answers) == 1


def test_a_draft_that_cannot_be_made_takes_no_number_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = scene.opened(wallet=100_000)
    first, second = bought(market, 2)
    load = kinds.KINDS[DocumentKind.RECEIPT].load

    def broken_draft() -> Draft:
        raise RuntimeError("no such street")

    def one_breaks(subjects: list[str]) -> Any:
        return {**load(subjects), f"order:{first.pk}": broken_draft}

    with monkeypatch.context() as off:
        off.setattr(numbering, "KINDS", {**kinds.KINDS, DocumentKind.RECEIPT: kinds.Kind("R", one_breaks)})
        issued()
    assert document(DocumentKind.RECEIPT, f"order:{second.pk}").number == 1
    waiting = DocumentRequest.objects.get()
    assert "no such street" in waiting.error
    scene.forward(hours=1)
    numbering.issue_due()
    assert document(DocumentKind.RECEIPT, f"order:{first.pk}").number == 2
    assert broken() == []


def test_a_new_year_begins_at_one_by_the_shops_clock() -> None:
    market = scene.opened(wallet=100_000)
    (order,) = bought(market, 1)
    issued()
    days = 366 - order.placed_at.timetuple().tm_yday
    scene.forward(days=days + 1)
    bought(market, 1)
    issued()
    year = order.placed_at.year
    assert names(DocumentKind.RECEIPT) == [f"R-{year}-000001", f"R-{year + 1}-000001"]
    assert broken() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payments_document SET snapshot = '{}'",
        "UPDATE payments_document SET number = number + 100",
        "DELETE FROM payments_document",
        "UPDATE payments_documentseries SET last = last - 1",
        "DELETE FROM payments_documentseries",
    ],
)
def test_what_has_a_number_is_frozen(change: str) -> None:
    market = scene.opened()
    bought(market, 1)
    issued()
    with (
        pytest.raises(IntegrityError, match=r"never removed|says what it said|counts on"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert broken() == []


def test_a_gap_and_a_lie_are_found() -> None:
    """The guards off: what the database refuses, `verify_ledger` would name."""
    market = scene.opened(wallet=100_000)
    bought(market, 2)
    issued()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_document DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE payments_document SET snapshot = jsonb_set(snapshot, '{total}', '1') WHERE number = 2"
        )
        assert "payments.documents_say_their_facts" in broken()
        cursor.execute("DELETE FROM payments_document WHERE number = 1")
        assert "payments.documents_count_on" in broken()
        cursor.execute("ALTER TABLE payments_document ENABLE TRIGGER USER")


def test_old_orders_of_a_checkout_ask_for_their_receipts_together() -> None:
    market = scene.opened(wallet=100_000)
    one, three = buys(market, (market.basket, 1)), buys(market, (market.basket, 1), (market.jar, 1))
    counts = []
    for checkout in (one, three):
        with CaptureQueriesContext(connection) as asked:
            assert set(stored.of_orders(checkout.orders.order_by("pk"))) == {None}
        counts.append(len(asked))
    assert counts[0] == counts[1]
