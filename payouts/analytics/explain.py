"""Every figure of a shop explained: the entries of the ledger that make it, newest first, and their sum.

A figure is a *measure* of the sales of a period, narrowed to a category, a kind, a region or a listing. An entry is a
movement of the ledger as one order saw it; its part of the figure is worked out as the sums were (`facts_sql`).
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.db.keyset_pagination import Window, beyond, window
from banibs.core.money import Money
from marketplace.models import CountedSale, Kind, SalesMonth
from marketplace.sellers import figures
from payouts import policy
from payouts.analytics.facts_sql import PARTS
from wallet.statement import Place

# measure → what it is, and how a part of a sale counts in it. Signs as the page of earnings has them.
MEASURES: Mapping[str, tuple[str | Promise, str]] = {
    "net": (_("What you keep"), "p.net"),
    "gross": (_("Goods, before discounts"), "p.gross"),
    "discount": (_("Discounts"), "-p.discount"),
    "promotion": (_("Discounts that BANIBS bears"), "p.promotion"),
    "shipping": (_("Delivery"), "p.shipping"),
    "sales": (_("What buyers paid"), "p.gross - p.discount + p.shipping"),
    "tax": (_("Tax, which BANIBS remits"), "-p.tax"),
    "fee": (_("BANIBS fee"), "-p.fee"),
    "processing": (_("Card fees"), "-p.processing"),
    "refunds": (_("Given back to buyers"), "-p.refunds"),
    "charges": (_("Fees of disputes"), "-p.charges"),
}
# A figure that is no sum: the measure whose entries stand under it.
RATIOS = {"average": "sales", "conversion": "sales", "refund-rate": "refunds"}
WORDS = {
    CountedSale.What.PAID: _("Order paid"),
    CountedSale.What.REFUNDED: _("Refund"),
    CountedSale.What.REFUND_CANCELED: _("Refund cancelled"),
    CountedSale.What.LOST: _("Dispute lost"),
    CountedSale.What.REINSTATED: _("Dispute reversed"),
    CountedSale.What.DISPUTE_FEE: _("Dispute fee"),
    CountedSale.What.FEE_RETURNED: _("Dispute fee returned"),
}


class NoSuchFigure(ValueError):
    """The address names no figure."""


@dataclass(frozen=True, slots=True)
class Which:
    """What a figure is narrowed to: categories (0: listings that are gone; None among them: orders as a whole), a kind,
    a region, a listing. Empty: all.
    """

    categories: frozenset[int | None] = frozenset()
    kind: str = ""
    region: str = ""
    product: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Which()


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure in a currency over a month ("2026-11"), a year ("2026") or all time ("all")."""

    currency: str
    period: str
    measure: str = "net"
    which: Which = field(default_factory=Which)

    @property
    def is_month(self) -> bool:
        """Whether its entries can be listed; a longer time is listed by month."""
        return len(self.period) == 7

    @property
    def is_whole(self) -> bool:
        """Whether it is all that its entries moved in the shop's accounts."""
        return self.measure == "net" and not self.which.narrows

    @property
    def summed(self) -> str:
        """The measure whose entries are listed."""
        return RATIOS.get(self.measure, self.measure)


def read(currency: str, period: str, measure: str, query: Mapping[str, str]) -> Figure:
    """The figure of an address. Raises NoSuchFigure."""
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise NoSuchFigure(currency)
    if measure not in MEASURES and measure not in RATIOS:
        raise NoSuchFigure(measure)
    _months(period)
    kind, region = query.get("kind", ""), query.get("region", "")
    if (kind and kind not in Kind.values) or len(region) > 8 or "\x00" in region:
        raise NoSuchFigure(kind)
    chosen = query.get("category", "")
    keys = [None if one == "none" else _number(one) for one in chosen.split("-")] if chosen else []
    product = _number(query["product"]) if query.get("product") else None
    return Figure(currency, period, measure, Which(frozenset(keys), kind, region, product))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NoSuchFigure(text)
    return int(text)


def _months(period: str) -> figures.Span:
    """The months of a period. Raises NoSuchFigure."""
    if period == "all":
        return figures.Span()
    if first := figures.month_of(period):
        return figures.Span(first, first)
    if (first := figures.month_of(f"{period}-01")) and len(period) == 4:
        return figures.Span(first, first.replace(month=12))
    raise NoSuchFigure(period)


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement of the ledger as one order saw it: its part of the figure, and all that it moved there."""

    id: int
    at: dt.datetime
    what: str
    order: str
    amount: Money
    moved: Money
    movement: str  # its key in the ledger; "" for an order that cost nothing

    @property
    def text(self) -> str | Promise:
        """What happened, in words."""
        return WORDS[CountedSale.What(self.what)]

    @property
    def place(self) -> Place:
        """Where it stands, to turn the page from."""
        return Place(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Explained:
    """A page of entries, and the sum and number of all of them."""

    entries: Window[Entry]
    total: Money
    count: int


# What the movement did to the shop's accounts stands with it; other figures are summed of its parts.
_WHOLE = "SELECT c.id, c.at, c.what, c.order_id, c.movement, c.number, c.net AS amount FROM counted c"
_PARTLY = """
  SELECT c.id, c.at, c.what, c.order_id, c.movement, c.number, sum({measure})::bigint AS amount
    FROM counted c
    JOIN parts p USING (fact)
    LEFT JOIN marketplace_product g ON g.id = p.product_id
   WHERE (%(kind)s = '' OR p.kind = %(kind)s)
     AND (%(product)s::bigint IS NULL OR p.product_id = %(product)s)
     AND (%(all_categories)s OR CASE p.part WHEN 'order' THEN %(whole)s
                                     ELSE coalesce(g.category_id, 0) = ANY(%(categories)s::bigint[]) END)
   GROUP BY c.id, c.at, c.what, c.order_id, c.movement, c.number"""
_ENTRIES = f"""
WITH counted AS (
  SELECT c.id, c.id::text AS fact, c.what, c.of, c.order_id, c.movement, c.at, c.net, o.number,
         CASE WHEN c.what IN ('refunded', 'lost') THEN 1 WHEN c.what IN ('refund_canceled', 'reinstated') THEN -1
              ELSE 0 END AS sign,
         coalesce(r.breakdown, s.breakdown) AS breakdown, coalesce(r.amount, s.amount, 0) AS amount,
         coalesce(r.tax, s.tax, 0) AS tax, coalesce(r.fee, s.fee, 0) AS fee,
         coalesce(r.promotion, s.promotion, 0) AS promotion, coalesce(r.processing, s.processing, 0) AS processing
    FROM marketplace_countedsale c
    JOIN marketplace_order o ON o.id = c.order_id
    JOIN marketplace_checkout k ON k.id = o.checkout_id
    LEFT JOIN payments_refund r ON c.what IN ('refunded', 'refund_canceled') AND r.id = c.of
    LEFT JOIN payments_disputeshare s ON c.what IN ('lost', 'reinstated') AND s.round_id = c.of AND s.order_id = c.order_id
   WHERE c.seller_id = %(seller)s AND c.currency = %(currency)s AND c.at >= %(since)s AND c.at < %(until)s
     AND (%(region)s = '' OR k.region_id = %(region)s)),
{PARTS.format(facts="counted")},
entries AS ({{entries}}),
made AS (SELECT * FROM entries WHERE amount <> 0),
whole_sum AS (SELECT coalesce(sum(amount), 0)::bigint AS total, count(*) AS number_of FROM made),
page AS (SELECT * FROM made e WHERE {{beyond}} ORDER BY e.at {{order}}, e.id {{order}} LIMIT %(limit)s)
SELECT t.total, t.number_of, e.id, e.at, e.what, e.number, e.amount, coalesce(m.key, ''), coalesce(did.net, 0)
  FROM whole_sum t
  LEFT JOIN page e ON true
  LEFT JOIN wallet_movement m ON m.id = e.movement
  LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN d.code LIKE %(own)s THEN t.amount ELSE 0 END
               - CASE WHEN s.code LIKE %(own)s THEN t.amount ELSE 0 END)::bigint AS net
      FROM wallet_transfer t
      JOIN wallet_account s ON s.id = t.source_id
      JOIN wallet_account d ON d.id = t.target_id
     WHERE t.movement_id = e.movement AND t.subject = 'order:' || e.order_id) did ON true
 ORDER BY e.at {{order}}, e.id {{order}}
"""


def entries(
    seller_id: int,
    figure: Figure,
    zone: zoneinfo.ZoneInfo,
    *,
    older_than: Place | None = None,
    newer_than: Place | None = None,
    size: int | None = None,
) -> Explained:
    """A page of the entries that make a month's figure, newest first. One statement."""
    size = size or policy.EXPLAIN_PAGE_ROWS
    months = _months(figure.period)
    assert figure.is_month
    assert months.first is not None
    upwards = newer_than is not None
    params: dict[str, str | int | bool | dt.datetime | list[int] | None] = {
        "seller": seller_id,
        "currency": figure.currency,
        "since": dt.datetime.combine(months.first, dt.time(), zone),
        "until": dt.datetime.combine(figures.after(months.first), dt.time(), zone),
        "own": f"seller:{seller_id}:%",
        "limit": size + 1,
        **_narrowed(figure.which),
    }
    condition = "true"
    if (key := newer_than or older_than) is not None:
        condition = beyond(("e.at", "e.id"), "ASC" if upwards else "DESC", ("key_at", "key_id"))
        params |= {"key_at": key.at, "key_id": key.movement_id}
    sql = _ENTRIES.format(
        entries=_WHOLE if figure.is_whole else _PARTLY.format(measure=MEASURES[figure.summed][1]),
        beyond=condition,
        order="ASC" if upwards else "DESC",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return Explained(
        window(_read(rows, figure.currency), size=size, backwards=upwards, from_key=older_than is not None),
        Money(rows[0][0], figure.currency),
        rows[0][1],
    )


def _narrowed(which: Which) -> dict[str, str | int | bool | list[int] | None]:
    return {
        "region": which.region,
        "kind": which.kind,
        "product": which.product,
        "all_categories": not which.categories,
        "whole": None in which.categories,
        "categories": [one for one in which.categories if one is not None],
    }


def _read(rows: Sequence[Sequence[object]], currency: str) -> list[Entry]:
    found: list[Entry] = []
    for _total, _count, pk, at, what, order, amount, movement, moved in rows:
        if isinstance(pk, int) and isinstance(at, dt.datetime):
            money, all_of_it = (Money(int(str(one)), currency) for one in (amount, moved))
            found.append(Entry(pk, at, str(what), str(order), money, all_of_it, str(movement)))
    return found


def by_month(seller_id: int, figure: Figure) -> list[tuple[dt.date, Money]]:
    """The months of a longer time, newest first, each with its part of the figure. One statement."""
    found = figures.by_month(seller_id, figure.currency, _months(figure.period), only=_rows_of(figure.which))
    months = sorted(found, reverse=True)
    return [
        (one, Money(_measured(figures.together(found[one].values()), figure.summed), figure.currency))
        for one in months
    ]


def _rows_of(which: Which) -> Q:
    """The rows of sums that a narrowed figure is made of."""
    rows = Q()
    for name, value in (("kind", which.kind), ("region", which.region), ("product", which.product)):
        rows &= Q(**{name: value}) if value else Q()
    if not which.categories:
        return rows
    goods = Q(part=SalesMonth.Part.GOODS)
    chosen = Q(part=SalesMonth.Part.ORDER) if None in which.categories else Q(pk__in=())
    gone = goods & Q(product__category__isnull=True) if 0 in which.categories else Q(pk__in=())
    keys = [one for one in which.categories if one]
    return rows & (chosen | gone | (goods & Q(product__category__in=keys)))


def ratio(seller_id: int, figure: Figure) -> tuple[figures.Sums, int]:
    """What a figure that is no sum is reckoned from: the sums of its time, and the views of listings. Two statements."""
    months = _months(figure.period)
    found = figures.by_month(seller_id, figure.currency, months)
    sums = figures.together(one for of in found.values() for one in of.values())
    views = figures.views_by_month(seller_id, figure.currency, months)
    return sums, sum(one.listings for one in views.values())


def _measured(sums: figures.Sums, measure: str) -> int:
    """What sums come to in a measure: with its sign, as its SQL has it."""
    amount: int = sums.sales if measure == "sales" else getattr(sums, measure)
    return -amount if MEASURES[measure][1].startswith("-") else amount
