"""Pages of products: 24 cards by key, how many there are, and how many each filter would leave.

One row of `Offer` marked `lead` stands for a listing in a region, so a page is one index walk and 24 look-ups, wherever
in the catalogue it is. Nobody is told more than "1,000+": counts stop there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection

from banibs.core.db.keyset_pagination import beyond, window
from marketplace import policy
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.product_cards import COLUMNS, JOINS, Card, cards
from marketplace.regions.lookup import Place

_ORDERS = {  # sort → key columns with the direction of the first page
    "newest": (("o.product_id",), "DESC"),
    "price": (("o.amount", "o.product_id"), "ASC"),
    "-price": (("o.amount", "o.product_id"), "DESC"),
    "best": (("o.score", "o.product_id"), "DESC"),  # of a search
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the market: a region, and within it a department, a category, a shop, or everything."""

    region: str
    department: int | None = None
    category: int | None = None
    seller: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two cards. `number` is how many stand before it, as far as anybody knows; for show only."""

    key: tuple[int, ...]
    number: int
    backwards: bool = False

    def __str__(self) -> str:
        return ".".join(str(part) for part in (*self.key, self.number))


@dataclass(frozen=True, slots=True)
class Page:
    """Some cards in order, and the cursors of their neighbours. `first` counts from 1."""

    cards: Sequence[Card]
    first: int = 1
    next: Cursor | None = None
    previous: Cursor | None = None

    @property
    def last(self) -> int:
        """The number of the last card."""
        return self.first + len(self.cards) - 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pieces, in all and for each choice that could be made next. 1,001 means more than 1,000."""

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    in_stock: int = 0
    free_delivery: int = 0

    @property
    def bounded(self) -> bool:
        """Whether any of them stopped at the bound."""
        return (
            max(self.total, *self.kinds.values(), *self.countries.values(), 0) > policy.PRODUCTS_MOST_COUNTED
        )


_CURSOR = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18}){1,2}", re.ASCII)


def cursor_of(text: str, *, sort: str, backwards: bool = False) -> Cursor | None:
    """A cursor as it stood in an address; None for anything else, which is then the first page."""
    if not _CURSOR.fullmatch(text):
        return None
    *key, number = (int(part) for part in text.split("."))
    return Cursor(tuple(key), number, backwards) if len(key) == len(_ORDERS[sort][0]) else None


def page(
    scope: Scope, chosen: Filters, place: Place, *, sort: str = "newest", cursor: Cursor | None = None
) -> Page:
    """A page of cards from a cursor on (or before it). One statement."""
    where, params = conditions(scope, chosen)
    placed, ends, order = walk(sort, cursor)
    where, params = where + placed, params | ends
    statement = f"""
SELECT {COLUMNS}
  FROM (SELECT o.* FROM marketplace_offer o
         WHERE {" AND ".join(where)} ORDER BY {order} LIMIT {policy.PRODUCT_PAGE_ROWS + 1}) o{JOINS}
 ORDER BY {order}"""
    with connection.cursor() as database:
        database.execute(statement, params)
        rows = database.fetchall()
    return paged(rows, place, sort=sort, cursor=cursor)


def first(scope: Scope, chosen: Filters, place: Place, *, but: int = 0, most: int = 4) -> list[Card]:
    """The newest few of a scope, one listing left out. One statement."""
    where, params = conditions(scope, chosen)
    statement = f"""
SELECT {COLUMNS}
  FROM (SELECT o.* FROM marketplace_offer o
         WHERE {" AND ".join(where)} AND o.product_id <> %(but)s ORDER BY o.product_id DESC LIMIT %(most)s) o{JOINS}
 ORDER BY o.product_id DESC"""
    with connection.cursor() as database:
        database.execute(statement, params | {"but": but, "most": most})
        return cards(database.fetchall(), place.currency, eager=0)


def walk(sort: str, cursor: Cursor | None) -> tuple[list[str], dict[str, int], str]:
    """How to go on from a cursor: conditions, their parameters, and the ORDER BY."""
    columns, direction = _ORDERS[sort]
    if cursor is not None and cursor.backwards:
        direction = "ASC" if direction == "DESC" else "DESC"
    order = ", ".join(f"{column} {direction}" for column in columns)
    if cursor is None:
        return [], {}, order
    ends = {f"key{number}": part for number, part in enumerate(cursor.key)}
    return [beyond(columns, direction, list(ends))], ends, order


def paged(rows: list[Any], place: Place, *, sort: str, cursor: Cursor | None) -> Page:
    """A page of up to 25 rows read by `walk`; the 25th only says that there are more."""
    backwards = cursor is not None and cursor.backwards
    shown = window(rows, size=policy.PRODUCT_PAGE_ROWS, backwards=backwards, from_key=cursor is not None)
    number = cursor.number if cursor is not None else 0
    before = max(number - len(shown.rows), 0) if backwards else number
    return Page(
        cards(shown.rows, place.currency),
        first=before + 1,
        next=Cursor(_key(shown.next, sort), before + len(shown.rows)) if shown.next else None,
        previous=Cursor(_key(shown.previous, sort), before, backwards=True) if shown.previous else None,
    )


def _key(row: Sequence[Any], sort: str) -> tuple[int, ...]:
    """The key of a row selected with COLUMNS, and after them its score if it is of a search."""
    return {"newest": (row[0],), "best": (row[-1], row[0])}.get(sort, (row[6], row[0]))


def conditions(scope: Scope, chosen: Filters, *, but: str = "") -> tuple[list[str], dict[str, Any]]:
    """The WHERE of offers `o` in a scope with filters (all `but` one), and its parameters."""
    where = ["o.region_id = %(region)s", "o.lead"]
    params: dict[str, Any] = {"region": scope.region}
    for column in ("department", "category", "seller"):
        wanted = getattr(scope, column)
        if wanted is not None:
            where.append(f"o.{column}_id = %({column})s")
            params[column] = wanted
    narrowed, more = narrowing(chosen, but=but)
    return where + narrowed, params | more


def narrowing(chosen: Filters, *, but: str = "") -> tuple[list[str], dict[str, Any]]:
    """The part of the WHERE that filters ask for."""
    parts = {
        "kind": ("o.kind = %(kind)s", chosen.kind or None),
        "countries": ("o.country = ANY(%(countries)s)", list(chosen.countries) or None),
        "least": ("o.amount >= %(least)s", chosen.least),
        "most": ("o.amount <= %(most)s", chosen.most),
        "in_stock": (IN_STOCK, chosen.in_stock or None),
        "free_delivery": (FREE_DELIVERY, chosen.free_delivery or None),
    }
    used = {name: part for name, part in parts.items() if part[1] is not None and name != but}
    return [condition for condition, _ in used.values()], {name: value for name, (_, value) in used.items()}


# A scalar subquery, not EXISTS: PostgreSQL would make that a join over the whole catalogue, and this stops with the
# last row that is wanted. The shops with free delivery are read once a statement.
IN_STOCK = """(SELECT bool_or(v.stock IS NULL OR v.stock > 0) FROM marketplace_variant v
            WHERE v.product_id = o.product_id AND v.active)"""
FREE_DELIVERY = """(o.kind = 'digital' OR o.seller_id IN (
            SELECT r.seller_id FROM marketplace_shippingrate r
             WHERE r.region_id = %(region)s AND r.flat = 0 AND r.per_item = 0))"""


def counts(scope: Scope, chosen: Filters) -> Counts:
    """How many pieces, and how many each filter would leave, each counted to 1,001 at most.

    One statement; none where a large answer was counted within the last minute.
    """
    key = "counts:" + hashlib.sha256(repr((astuple(scope), astuple(chosen))).encode()).hexdigest()
    kept = cache.get(key)
    if kept is not None:
        return Counts(*kept)
    where, params = conditions(scope, chosen)
    without = {name: conditions(scope, chosen, but=name)[0] for name in ("kind", "countries")}
    params |= conditions(scope, chosen)[1]
    counted = count("marketplace_offer o", where, without, params)
    if counted.bounded:
        cache.set(key, astuple(counted), policy.PRODUCT_COUNTS_KEPT_SECONDS)
    return counted


def count(source: str, where: list[str], without: dict[str, list[str]], params: dict[str, Any]) -> Counts:
    """Runs the counting statement over a source of rows `o`."""
    with connection.cursor() as database:
        database.execute(f"SELECT {counting(source, where, without)}", params)
        total, physical, digital, in_stock, free_delivery, countries = database.fetchone()
    return Counts(
        total,
        {"physical": physical, "digital": digital},
        json.loads(countries or "{}"),
        in_stock,
        free_delivery,
    )


def counting(source: str, where: list[str], without: dict[str, list[str]]) -> str:
    """Six columns: total, physical, digital, in stock, free delivery, and an object of countries."""

    def upto(*conditions: str) -> str:
        most = policy.PRODUCTS_MOST_COUNTED + 1
        return (
            f"(SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {' AND '.join(conditions)} LIMIT {most}) n)"
        )

    return f"""{upto(*where)},
       {upto(*without["kind"], "o.kind = 'physical'")},
       {upto(*without["kind"], "o.kind = 'digital'")},
       {upto(*where, IN_STOCK)},
       {upto(*where, FREE_DELIVERY)},
       (SELECT jsonb_object_agg(c.country, n.n ORDER BY c.country)
          FROM (SELECT DISTINCT country FROM marketplace_seller WHERE status = 'active') c
         CROSS JOIN LATERAL (SELECT {upto(*without["countries"], "o.country = c.country")} AS n OFFSET 0) n WHERE n.n > 0)"""
