"""Documents found and read: the bytes that were kept, and a checkout's receipts bound into one file."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterable, Sequence
from typing import cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject

from marketplace.models import Order
from marketplace.storage import private_files
from payments import policy
from payments.models import Document, DocumentKind, Refund
from payments.receipts import requests
from payments.receipts.months import Month
from payments.receipts.snapshots import shop_statement, wallet_statement
from wallet.shop_statement import moved_between


class Spoilt(Exception):
    """The file that was kept is not the file that was made."""


class NothingToSay(Exception):
    """There is no such document, and will be none. `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def find(kind: str, subject: str) -> Document | None:
    """The document of a fact, if it has its number. One statement."""
    return Document.objects.filter(kind=kind, subject=subject).first()


def of_order(order: Order, kind: str) -> Document | None:
    """The receipt of an order that was paid; one that has none yet is asked for. Two statements, or three."""
    found = find(kind, f"order:{order.pk}")
    if found is None:
        requests.ask_for_orders([order])
    return found


def of_refund(refund: Refund) -> Document | None:
    """The credit note of a refund; one that has none yet is asked for."""
    found = find(DocumentKind.CREDIT_NOTE, f"refund:{refund.pk}")
    if found is None:
        requests.ask_for_refund(refund)
    return found


def of_wallet(user: int, currency: str, month: Month) -> Document | None:
    """The statement of a wallet's month, which is over; one that is not there yet is asked for.

    Raises NothingToSay for a month without lines, and for one with more than a document may have.
    """
    found = find(DocumentKind.WALLET_STATEMENT, wallet_statement.subject(user, currency, month))
    if found is None:
        count = len(wallet_statement.lines(user, currency, month))
        if not count:
            raise NothingToSay(_("Nothing moved in that month."))
        if count > policy.DOCUMENT_MOST_LINES:
            raise NothingToSay(_("That month has too many lines for a document. The CSV file has them all."))
        requests.ask_for_statement(user, currency, month)
    return found


def of_shop(seller: int, currency: str, month: Month) -> Document | None:
    """The statement of a shop's month, which is over; one that is not there yet is asked for.

    Raises NothingToSay for a month in which the shop held nothing and nothing moved.
    """
    found = find(DocumentKind.SHOP_STATEMENT, shop_statement.subject(seller, currency, month))
    if found is None:
        moved = moved_between(seller).get(currency)
        if moved is None or moved[0] >= month.until:
            raise NothingToSay(_("Nothing moved in that month."))
        requests.ask_for_shop_statement(seller, currency, month)
    return found


def of_orders(orders: Iterable[Order]) -> list[Document | None]:
    """The receipts of a checkout's paid orders, in their order. One statement; three where some are asked for first."""
    orders = list(orders)
    found = {
        one.subject: one
        for one in Document.objects.filter(
            kind=DocumentKind.RECEIPT, subject__in=[f"order:{order.pk}" for order in orders]
        )
    }
    without = [order for order in orders if f"order:{order.pk}" not in found]
    if without:
        requests.ask_for_orders(without)
    return [found.get(f"order:{order.pk}") for order in orders]


def invoices_of(seller: int) -> QuerySet[Document]:
    """The fee invoices of a shop, newest first."""
    return Document.objects.filter(seller=seller, kind=DocumentKind.FEE_INVOICE).order_by("-pk")


def read(document: Document) -> bytes:
    """The file of a rendered document. Raises Spoilt when it is not what was made, OSError when it is lost."""
    with private_files().open(document.file) as file:
        data: bytes = file.read()
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Spoilt(document.name)
    return data


def bind(documents: Sequence[Document], *, title: str) -> bytes:
    """The files of rendered documents as one, in this order: PDF/A as they are, without a number of its own.

    The same bytes for the same documents and title. One document is its own file.
    """
    if len(documents) == 1:
        return read(documents[0])
    files = [PdfReader(io.BytesIO(read(one))) for one in documents]
    writer = PdfWriter(clone_from=files[0])
    for further in files[1:]:
        writer.append(further, import_outline=False)
    for name in (
        "/StructTreeRoot",
        "/MarkInfo",
        "/Outlines",
    ):  # each file's own reading order ends with its file
        if name in writer.root_object:
            del writer.root_object[name]
    _name(writer, title)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _name(writer: PdfWriter, title: str) -> None:
    """Its own title instead of the first document's, the same in both places where a file says it."""
    writer.add_metadata({"/Title": title, "/Author": "BANIBS"})
    described = cast(StreamObject, writer.root_object["/Metadata"].get_object())
    text = described.get_data().decode()
    for tag, words in (("title", title), ("creator", "BANIBS")):
        text = re.sub(
            rf"(<dc:{tag}>.*?<rdf:li[^>]*>)[^<]*", rf"\g<1>{html.escape(words)}", text, flags=re.DOTALL
        )
    described.set_data(text.encode())
