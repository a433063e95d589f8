"""What stories of documents share: what happened is heard of, numbers are drawn, files are made and read."""

from __future__ import annotations

import io

from pypdf import PdfReader

from banibs.core import audit
from banibs.core.jobs import event_delivery
from marketplace.models import Order
from payments.models import Document, Refund
from payments.receipts import numbering, rendering, stored
from payments.refunds import order_refunds
from tests.payments.refunds.scenes import STAFF


def issued() -> int:
    """Everything that happened is heard of, and what it is owed has its number."""
    event_delivery.deliver_due()
    return numbering.issue_due()


def made() -> int:
    """The same, and every file is made."""
    issued()
    return rendering.render_due()


def canceled(order: Order) -> Refund:
    """The shop cancels an order that was paid."""
    refund = order_refunds.cancel_order(order.pk, actor=STAFF, reason="Out of straw", user_id=None)
    assert refund is not None
    return refund


def names(kind: str) -> list[str]:
    """The numbers of a kind, in the order in which they were drawn."""
    return list(Document.objects.filter(kind=kind).order_by("pk").values_list("name", flat=True))


def document(kind: str, subject: str) -> Document:
    return Document.objects.get(kind=kind, subject=subject)


def text(pdf: bytes) -> str:
    """All that can be read in a file, without the spaces that a reader guesses."""
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "".join(read.split())


def said(one: Document) -> str:
    return text(stored.read(one))


def says(words: str, pdf_text: str) -> bool:
    """Whether the text holds these words, however they are spaced."""
    return "".join(words.split()) in pdf_text


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]
