"""Every kind of document: the letter of its numbers, and who makes its drafts. The one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payments.models import DocumentKind
from payments.receipts.snapshots import (
    credit_note,
    fee_invoice,
    order,
    shop_statement,
    wallet_statement,
)
from payments.receipts.snapshots.draft import Loader


@dataclass(frozen=True, slots=True)
class Kind:
    """`letter` begins its numbers; `load` makes drafts."""

    letter: str
    load: Loader


# In the order in which numbers are drawn: a credit note names its receipt.
KINDS: Mapping[str, Kind] = {
    DocumentKind.RECEIPT: Kind("R", order.receipts),
    DocumentKind.SALES_RECEIPT: Kind("S", order.sales_receipts),
    DocumentKind.CREDIT_NOTE: Kind("C", credit_note.credit_notes),
    DocumentKind.FEE_INVOICE: Kind("F", fee_invoice.fee_invoices),
    DocumentKind.WALLET_STATEMENT: Kind("W", wallet_statement.wallet_statements),
    DocumentKind.SHOP_STATEMENT: Kind("P", shop_statement.shop_statements),
}
