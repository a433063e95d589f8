"""The months of a shop that have a statement: newest first, by currency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from banibs.core.clock import now
from payments.models import Document, DocumentKind
from payments.receipts.months import Month
from payments.receipts.snapshots import shop_statement as snapshot
from wallet import filters, shop_statement


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A month of a currency. `name`: "2026-11"; `over`: it can be had as a document; `number`: its document's, if made."""

    currency: str
    name: str
    first: dt.date
    over: bool
    number: str


def statement_months(seller: int, currency: str = "") -> dict[str, list[StatementMonth]]:
    """By currency, the months since the shop first moved money, the current one too, newest first, at most
    `wallet.policy.STATEMENT_MONTHS`; of one currency where it is named. Three statements.
    """
    moment = now()
    moved = shop_statement.moved_between(seller)
    made = dict(
        Document.objects.filter(seller=seller, kind=DocumentKind.SHOP_STATEMENT).values_list(
            "subject", "name"
        )
    )
    return {
        code: [
            _month(seller, code, first, moment, made)
            for first in filters.months(since, moment.astimezone(dt.UTC))
        ]
        for code, (since, _last) in moved.items()
        if not currency or code == currency
    }


def _month(
    seller: int, currency: str, first: dt.date, moment: dt.datetime, made: dict[str, str]
) -> StatementMonth:
    month = Month(first.strftime("%Y-%m"))
    number = made.get(snapshot.subject(seller, currency, month), "")
    return StatementMonth(currency, month.name, first, month.until <= moment, number)
