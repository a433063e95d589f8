"""Documents asked for: by what happens to orders, by the end of a month, and by people whose old orders have none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from banibs.core.clock import now
from banibs.core.jobs import task_wakeup
from banibs.core.models import Event
from marketplace.models import Order
from payments.models import Document, DocumentKind, DocumentRequest, Refund
from payments.receipts.months import Month
from payments.receipts.snapshots import fee_invoice, shop_statement, wallet_statement

ISSUE_TASK = "payments.tasks.issue_documents"


def hear(event: Event) -> None:
    """A subscriber of events: a paid order asks for its two receipts, a refund for its credit note."""
    if event.kind == "order.paid":
        order = Order.objects.get(pk=event.subject_id)
        ask(_of_order(order))
    elif "refund" in event.data:
        refund = Refund.objects.select_related("order").get(pk=event.data["refund"])
        ask(_of_refund(refund))


def _of_order(order: Order) -> list[DocumentRequest]:
    return [
        _request(kind, f"order:{order.pk}", f"shop:{order.seller_id}", order.paid_at)
        for kind in (DocumentKind.RECEIPT, DocumentKind.SALES_RECEIPT)
    ]


def _of_refund(refund: Refund) -> list[DocumentRequest]:
    """An order from before receipts were numbered has its receipt first."""
    note = _request(
        DocumentKind.CREDIT_NOTE, f"refund:{refund.pk}", f"shop:{refund.order.seller_id}", refund.created_at
    )
    return [*_of_order(refund.order), note]


def _request(kind: str, subject: str, issuer: str, fact_at: dt.datetime | None) -> DocumentRequest:
    return DocumentRequest(kind=kind, subject=subject, issuer=issuer, fact_at=fact_at or now())


def ask(wanted: Iterable[DocumentRequest]) -> None:
    """Asks for documents that are neither there nor asked for; a worker hears of it after the commit. Two statements."""
    rows = {(one.kind, one.subject): one for one in wanted}
    there = Document.objects.filter(subject__in={subject for _kind, subject in rows})
    for key in there.values_list("kind", "subject"):
        rows.pop(key, None)
    if rows:
        DocumentRequest.objects.bulk_create(rows.values(), ignore_conflicts=True)
        transaction.on_commit(lambda: task_wakeup.request_run(ISSUE_TASK))


def ask_for_orders(orders: Iterable[Order]) -> None:
    """Asks for the receipts of paid orders that have none: they are older than receipts are. As `ask`, for all at once."""
    ask([request for order in orders for request in _of_order(order)])


def ask_for_refund(refund: Refund) -> None:
    """Asks for the credit note of a refund that has none."""
    ask(_of_refund(refund))


def ask_for_statement(user: int, currency: str, month: Month) -> None:
    """Asks for a wallet's statement of a month that is over."""
    subject = wallet_statement.subject(user, currency, month)
    ask([_request(DocumentKind.WALLET_STATEMENT, subject, "banibs", month.until)])


def ask_for_shop_statement(seller: int, currency: str, month: Month) -> None:
    """Asks for a shop's statement of a month that is over."""
    subject = shop_statement.subject(seller, currency, month)
    ask([_request(DocumentKind.SHOP_STATEMENT, subject, "banibs", month.until)])


def ask_for_fee_invoices() -> int:
    """Asks for last month's fee invoices, of every shop and currency that had fees; returns how many shops had. For the
    timetable: run again, it asks for what is missing.
    """
    month = Month.before(now())
    wanted = [
        _request(
            DocumentKind.FEE_INVOICE, fee_invoice.subject(seller, currency, month), "banibs", month.until
        )
        for seller, currency in fee_invoice.fees(month)
    ]
    ask(wanted)
    return len(wanted)
