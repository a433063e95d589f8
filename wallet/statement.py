"""An account's lines: what moved, why, and what was left after each, from columns stored when it happened.

One line per movement, newest first, a page at a time by key: reading page 1,000 costs what page 1 does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.db.keyset_pagination import beyond, window
from banibs.core.money import Money
from banibs.core.ui import reference_urls
from wallet import accounts, policy

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

KINDS = {  # kind → what the owner of a wallet or shop reads
    "wallet_topped_up": _("Top-up"),
    "wallet_reserved": _("Set aside for a payment"),
    "wallet_released": _("Returned: payment not completed"),
    "order_paid": _("Order paid"),
    "revenue_recognised": _("Fee earned"),
    "order_refunded": _("Refund"),
    "refund_canceled": _("Refund canceled"),
    "processing_fee_settled": _("Processing fee"),
    "provider_fee_settled": _("Provider's fee"),
    "refund_sent": _("Refund sent to the card"),
    "refund_failed": _("Refund returned by the card"),
    "refund_to_wallet": _("Refund moved to the wallet"),
    "payment_unapplied": _("Payment without an order"),
    "unapplied_refunded": _("Payment without an order, refunded"),
    "unapplied_to_wallet": _("Payment without an order, moved to the wallet"),
    "dispute_opened": _("Payment disputed"),
    "dispute_fee": _("Dispute fee"),
    "dispute_fee_returned": _("Dispute fee returned"),
    "dispute_won": _("Dispute won"),
    "dispute_lost": _("Dispute lost"),
    "dispute_reinstated": _("Dispute reversed"),
    "funds_cleared": _("Cleared"),
    "payout_sent": _("Payout sent"),
    "payout_handed": _("Payout handed to Stripe"),
    "payout_paid": _("Payout paid"),
    "payout_failed": _("Payout not sent, available again"),
    "payout_returned": _("Payout returned"),
    "earnings_to_wallet": _("Earnings moved to the wallet"),
    "reserve_held": _("Held in reserve"),
    "reserve_released": _("Released from reserve"),
    "debt_agreed": _("Debt agreed"),
    "debt_share": _("Repaid from a sale"),
    "debt_repaid": _("Repaid from the wallet"),
    "debt_recalled": _("Debt recalled"),
    "written_off": _("Debt written off"),
    "adjusted": _("Credit from BANIBS"),
    "demo_credited": _("Demo credit"),
    "treasury_moved": _("Moved between BANIBS's accounts"),
    "revenue_withdrawn": _("Revenue withdrawn"),
    "tax_remitted": _("Tax remitted"),
    "reclassified": _("Moved to another account of the chart"),
    "reversed": _("Correction"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One movement as one account saw it. `balance` is what the account held after it."""

    movement_id: int
    at: dt.datetime
    kind: str
    reference: str
    memo: str
    amount: Money
    balance: Money

    @property
    def text(self) -> str | Promise:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def url(self) -> str | None:
        """The page of what caused it, where there is one."""
        return reference_urls.url(self.reference) if self.reference else None

    @property
    def place(self) -> Place:
        """Where this line stands, to turn the page from."""
        return Place(self.at, self.movement_id)


@dataclass(frozen=True, slots=True)
class Place:
    """A line's place in its account: time, then movement (time never runs backwards along an account)."""

    at: dt.datetime
    movement_id: int

    def __str__(self) -> str:
        """As an address carries it: microseconds of the time, and the movement."""
        return f"{(self.at - EPOCH) // dt.timedelta(microseconds=1)}-{self.movement_id}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that an address names. Raises ValueError for anything else."""
        found = re.fullmatch(r"([0-9]{1,17})-([0-9]{1,18})", text, re.ASCII)
        if not found:
            raise ValueError(text)
        return cls(EPOCH + dt.timedelta(microseconds=int(found[1])), int(found[2]))


@dataclass(frozen=True, slots=True)
class Span:
    """Which lines are meant: kinds (none: all), a time from `since`, before `until`, and a reference such as B-71840
    (none: all; of an order it is its checkout's too).
    """

    kinds: Sequence[str] = ()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Lines newest first, and where to turn from; None where there is nothing further."""

    lines: Sequence[Line]
    newer: Place | None
    older: Place | None


_SIDE = """
    (SELECT DISTINCT t.at, t.movement_id FROM wallet_transfer t {join}
      WHERE t.{side}_id = (SELECT id FROM here) AND t.{side}_balance IS NOT NULL {range}
      ORDER BY t.at {order}, t.movement_id {order} LIMIT %(limit)s)
"""
# The newest movements on each side by index alone, the newest of both, and only then what each of those did.
_LINES = """
WITH here AS MATERIALIZED (SELECT id FROM wallet_account WHERE code = %(code)s AND currency = %(currency)s),
picked AS MATERIALIZED (
  SELECT at, movement_id FROM ({gone} UNION {come}) sides
   ORDER BY at {order}, movement_id {order} LIMIT %(limit)s
)
SELECT p.movement_id, p.at, m.kind, m.reference, m.memo, did.amount, did.balance
  FROM picked p
  JOIN wallet_movement m ON m.id = p.movement_id
  CROSS JOIN LATERAL (
    SELECT sum(amount)::bigint AS amount, (array_agg(balance ORDER BY id DESC))[1] AS balance FROM (
      SELECT t.id, -t.amount AS amount, t.source_balance AS balance FROM wallet_transfer t
       WHERE t.source_id = (SELECT id FROM here) AND t.at = p.at AND t.movement_id = p.movement_id
         AND t.source_balance IS NOT NULL
       UNION ALL
      SELECT t.id, t.amount, t.target_balance FROM wallet_transfer t
       WHERE t.target_id = (SELECT id FROM here) AND t.at = p.at AND t.movement_id = p.movement_id
         AND t.target_balance IS NOT NULL
    ) line
  ) did
 ORDER BY p.at {order}, p.movement_id {order}
"""


def page(
    code: str,
    currency: str,
    *,
    span: Span = Span(),
    older_than: Place | None = None,
    newer_than: Place | None = None,
    size: int | None = None,
) -> Page:
    """A page of an account's lines: the newest, or those on one side of a line. One query.

    Raises accounts.UnknownAccount; an account that never moved has no lines.
    """
    size = size or policy.STATEMENT_PAGE_LINES
    upwards = newer_than is not None
    rows = _read(code, currency, span, older_than=older_than, newer_than=newer_than, limit=size + 1)
    shown = window(rows, size=size, backwards=upwards, from_key=older_than is not None)
    return Page(
        shown.rows,
        newer=shown.previous.place if shown.previous else None,
        older=shown.next.place if shown.next else None,
    )


def oldest_first(code: str, currency: str, *, span: Span) -> Iterator[Line]:
    """Every line of a span in the order in which they happened, for a file. One query for each thousand
    lines.
    """
    last: Place | None = Place(EPOCH, 0)
    while last:
        lines = _read(
            code, currency, span, older_than=None, newer_than=last, limit=policy.STATEMENT_LINES_AT_ONCE
        )
        yield from lines
        last = lines[-1].place if len(lines) == policy.STATEMENT_LINES_AT_ONCE else None


def _read(
    code: str, currency: str, span: Span, *, older_than: Place | None, newer_than: Place | None, limit: int
) -> list[Line]:
    accounts.kind(code)
    params: dict[str, str | int | dt.datetime | list[str]] = {
        "code": code,
        "currency": currency,
        "limit": limit,
    }
    conditions = []
    for name, place, direction in (("older", older_than, "DESC"), ("newer", newer_than, "ASC")):
        if place is not None:
            conditions.append(beyond(("t.at", "t.movement_id"), direction, (f"{name}_at", f"{name}_id")))
            params |= {f"{name}_at": place.at, f"{name}_id": place.movement_id}
    for name, moment, sign in (("since", span.since, ">="), ("until", span.until, "<")):
        if moment is not None:
            conditions.append(f"t.at {sign} %({name})s")
            params[name] = moment
    parts = {
        "order": "ASC" if newer_than is not None else "DESC",
        "range": "".join(f" AND {condition}" for condition in conditions),
        "join": "",
    }
    wanted = []
    if span.kinds:
        params["kinds"] = list(span.kinds)
        wanted.append("m.kind = ANY(%(kinds)s::text[])")
    if span.reference:
        params["references"] = list({span.reference, span.reference.rpartition("-")[0] or span.reference})
        wanted.append("m.reference = ANY(%(references)s::text[]) AND m.reference <> ''")
    if wanted:
        parts["join"] = f"JOIN wallet_movement m ON m.id = t.movement_id AND {' AND '.join(wanted)}"
    gone, come = (_SIDE.format(side=side, **parts) for side in ("source", "target"))
    sql = _LINES.format(gone=gone, come=come, order=parts["order"])
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [
            Line(movement_id, at, kind, reference, memo, Money(amount, currency), Money(balance, currency))
            for movement_id, at, kind, reference, memo, amount, balance in cursor.fetchall()
        ]


def opened(code: str, currency: str) -> dt.datetime | None:
    """When the account first moved; None when it never did. One query, two rows of an index."""
    accounts.kind(code)
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, {"code": code, "currency": currency})
        moment: dt.datetime | None = cursor.fetchone()[0]
    return moment


_OPENED = """
WITH here AS MATERIALIZED (SELECT id FROM wallet_account WHERE code = %(code)s AND currency = %(currency)s)
SELECT least(
  (SELECT min(at) FROM wallet_transfer t
    WHERE t.source_id = (SELECT id FROM here) AND t.source_balance IS NOT NULL),
  (SELECT min(at) FROM wallet_transfer t
    WHERE t.target_id = (SELECT id FROM here) AND t.target_balance IS NOT NULL))
"""
