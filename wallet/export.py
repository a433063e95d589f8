"""The books as plain-text accounting, for an accountant's own tools: an outside witness that recomputes every
balance.

In our ledger what BANIBS holds for others is positive and what it has outside is negative; accountants write
assets and expenses as positive, liabilities and income as negative. So every amount changes its sign on the
way out. Each file ends with the balances that our own pages show, for `bean-check` and `hledger check` to
confirm.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction

from banibs.core.money import Money
from banibs.core.ui import csv_files
from wallet import accounts, policy

_TRANSFERS = """
SELECT m.id, m.key, m.kind, m.reference, m.actor, m.memo, t.at, s.code, d.code, t.amount, t.currency,
       t.subject
  FROM wallet_transfer t
  JOIN wallet_movement m ON m.id = t.movement_id
  JOIN wallet_account s ON s.id = t.source_id
  JOIN wallet_account d ON d.id = t.target_id
 ORDER BY m.id, t.id
"""
_ACCOUNTS = """
SELECT code, currency, CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END
  FROM wallet_account ORDER BY code, currency
"""
_FIRST_DAY = "SELECT min(at), max(at) FROM wallet_transfer"


@dataclass(frozen=True, slots=True)
class Row:
    """One transfer with its movement."""

    movement: int
    key: str
    kind: str
    reference: str
    actor: str
    memo: str
    at: dt.datetime
    source: str
    target: str
    amount: int
    currency: str
    subject: str

    @property
    def day(self) -> dt.date:
        """The day of the movement, UTC."""
        return self.at.astimezone(dt.UTC).date()

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly, with all its decimals."""
        return Money(self.amount, self.currency).decimal


@dataclass(frozen=True, slots=True)
class Books:
    """Everything a file needs: the days it spans, each account's balance, and the transfers as they are
    read.
    """

    first: dt.date
    last: dt.date
    balances: Mapping[tuple[str, str], int]
    rows: Iterator[Row]


def write(form: str) -> Iterator[str]:
    """The books in one of FORMS, piece by piece, all of one moment. Opens a transaction until the last
    piece.
    """
    alone = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if alone:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(_FIRST_DAY)
            first, last = (moment and moment.astimezone(dt.UTC).date() for moment in cursor.fetchone())
            cursor.execute(_ACCOUNTS)
            balances = {(code, currency): int(amount) for code, currency, amount in cursor.fetchall()}
        if first is None:
            return
        yield from FORMS[form](Books(first, last, balances, _rows()))


def _rows() -> Iterator[Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TRANSFERS)
        while chunk := cursor.fetchmany(policy.EXPORT_ROWS_AT_ONCE):
            for row in chunk:
                yield Row(*row)


def _movements(rows: Iterable[Row]) -> Iterator[list[Row]]:
    for _, group in groupby(rows, key=attrgetter("movement")):
        yield list(group)


def beancount(books: Books) -> Iterator[str]:
    """For `bean-check`: open, one transaction per movement, and a balance assertion for each account at the
    end.
    """
    yield f'option "title" "BANIBS"\noption "booking_method" "NONE"\n; {_explain(books)}\n\n'
    by_code: dict[str, list[str]] = {}
    for code, currency in books.balances:
        by_code.setdefault(code, []).append(currency)
    for code, currencies in by_code.items():
        yield f"{books.first} open {bean_name(code)} {','.join(currencies)}\n"
    for group in _movements(books.rows):
        head = group[0]
        tags = f" ^{_bean_tag(head.reference)}" if head.reference else ""
        yield f"\n{head.day} * {_bean_text(head.kind)} {_bean_text(head.memo)}{tags}\n"
        for name, text in (("key", head.key), ("actor", head.actor), ("at", head.at.isoformat())):
            yield f"  {name}: {_bean_text(text)}\n"
        for row in group:
            subject = f"    subject: {_bean_text(row.subject)}\n" if row.subject else ""
            yield f"  {bean_name(row.source)}  {row.decimal:f} {row.currency}\n{subject}"
            yield f"  {bean_name(row.target)}  {-row.decimal:f} {row.currency}\n"
    yield "\n"
    for (code, currency), amount in books.balances.items():
        yield f"{_after(books)} balance {bean_name(code)}  {-Money(amount, currency).decimal:f} ~ 0 {currency}\n"  # exact


def hledger(books: Books) -> Iterator[str]:
    """For `hledger check`: one transaction per movement, and a last one that asserts every balance."""
    yield f"; {_explain(books)}\n"
    for currency in sorted({currency for _, currency in books.balances}):
        yield f"commodity {_hledger_amount(Money(1000, currency).decimal, currency)}\n"
    for code in dict.fromkeys(code for code, _ in books.balances):
        yield f"account {hledger_name(code)}\n"
    for group in _movements(books.rows):
        head = group[0]
        words = " ".join(filter(None, [head.kind, head.reference, head.memo]))
        yield f"\n{head.day} * ({_plain(head.key)}) {_plain(words)}  ; actor: {_plain(head.actor)}\n"
        for row in group:
            note = f"  ; subject: {_plain(row.subject)}" if row.subject else ""
            yield f"    {hledger_name(row.source)}  {_hledger_amount(row.decimal, row.currency)}{note}\n"
            yield f"    {hledger_name(row.target)}  {_hledger_amount(-row.decimal, row.currency)}\n"
    yield f"\n{_after(books)} * closing balances\n"
    for (code, currency), amount in books.balances.items():
        zero = _hledger_amount(Money(0, currency).decimal, currency)
        held = _hledger_amount(-Money(amount, currency).decimal, currency)
        yield f"    {hledger_name(code)}  {zero} = {held}\n"


HEAD = [
    "movement",
    "at",
    "key",
    "kind",
    "reference",
    "actor",
    "memo",
    "from",
    "to",
    "amount",
    "currency",
    "subject",
]


def transfers_csv(books: Books) -> Iterator[str]:
    """One line per transfer, in our own words and signs: `amount` in major units went from `from` to `to`."""
    yield from csv_files.lines(_table(books))


def _table(books: Books) -> Iterator[list[csv_files.Cell]]:
    yield [*HEAD]
    for row in books.rows:
        yield [
            row.movement, row.at.isoformat(), row.key, row.kind, row.reference, row.actor, row.memo,
            row.source, row.target, Decimal(f"{row.decimal:f}"), row.currency, row.subject,
        ]  # fmt: skip


FORMS: Mapping[str, Callable[[Books], Iterator[str]]] = {
    "beancount": beancount,
    "hledger": hledger,
    "csv": transfers_csv,
}


def bean_name(code: str) -> str:
    """`user:5:wallet` as beancount writes accounts: `Liabilities:User:5:Wallet`."""
    parts = [part.replace("_", "-") for part in code.split(":")]
    return ":".join([accounts.kind(code).books, *(part[0].upper() + part[1:] for part in parts)])


def hledger_name(code: str) -> str:
    """`user:5:wallet` as hledger writes accounts: `liabilities:user:5:wallet`."""
    return f"{accounts.kind(code).books.lower()}:{code}"


def _bean_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]+", " ", escaped) + '"'


def _bean_tag(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9\-_/.]", "-", text)


def _plain(text: str) -> str:
    """Text inside a line of hledger: no line ends, no comment mark, no brackets that mean something there."""
    return re.sub(r"[\x00-\x1f\x7f;|()\[\]]+", " ", text).strip()


def _hledger_amount(amount: Decimal, currency: str) -> str:
    text = f"{amount:f}"
    return f"{currency} {text}" if "." in text else f"{currency} {text}."  # the dot says: no thousands mark


def _after(books: Books) -> dt.date:
    return books.last + dt.timedelta(days=1)


def _explain(books: Books) -> str:
    return f"All transfers from {books.first} to {books.last}, UTC. Signs as accountants write them."
