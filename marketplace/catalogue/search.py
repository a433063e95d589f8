"""Searching products and shops by words, best match first.

However common the word and however large the catalogue, the newest 1,000 matches are ranked and no more. PostgreSQL
chooses by the word's frequency: rare words through the index of words, common ones newest first until it has enough.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, replace

from django.db import connection
from django.urls import reverse

from banibs.core.text import fold
from marketplace import policy
from marketplace.catalogue import product_list, search_words
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.product_cards import COLUMNS, JOINS, cloth_url, product_url
from marketplace.regions.lookup import Place

SORTS = ("best", "newest", "price", "-price")
_WORDS = "websearch_to_tsquery('english'::regconfig, %(words)s)"
_BEGINNINGS = "to_tsquery('english'::regconfig, %(beginnings)s)"
# The same expression as the index `seller_search_folded`.
_SHOP_TEXT = (
    "to_tsvector('english'::regconfig, COALESCE(banibs_fold(s.name), '') || ' ' || "
    "COALESCE(banibs_fold(s.tagline), '') || ' ' || COALESCE(banibs_fold(s.city), ''))"
)
_SHOP_MATCHES = f"s.status = 'active' AND {_SHOP_TEXT} @@ ({_WORDS} || {_BEGINNINGS})"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of products, their counts, and how many shops (1,001 means more than 1,000).

    `corrected` are the words that were looked for instead, where nothing has those that were typed.
    """

    page: product_list.Page
    counts: product_list.Counts
    shops: int
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class ShopTile:
    """A shop, as lists of shops show it. `country` is a code."""

    slug: str
    name: str
    tagline: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something whose name begins with what was typed. `kind` is `product`, `shop` or `category`."""

    kind: str
    name: str
    url: str
    cloth: str = ""


def cleaned(text: str) -> str:
    """What a visitor typed, in one line and no longer than a search may be."""
    return " ".join(text.replace("\x00", " ").split())[: policy.SEARCH_MOST_CHARACTERS]


def _asked(q: str) -> dict[str, str]:
    folded = fold(q)
    return {"words": folded, "beginnings": " & ".join(f"{word}:*" for word in re.findall(r"\w+", folded))}


def products(
    q: str,
    chosen: Filters,
    place: Place,
    *,
    sort: str,
    cursor: product_list.Cursor | None = None,
    scope: product_list.Scope | None = None,
) -> Found:
    """Products sold in the region that have the words; where none has, those with words that begin so; where there are
    none either, those with the words that are spelt most like them.

    `scope` is a part of the region's market to stay within. One statement, or up to four.
    """
    within = scope or product_list.Scope(place.code)
    ask = functools.partial(_products, place=place, sort=sort, cursor=cursor, scope=within)
    found = ask(q, _WORDS, chosen)
    if found.counts.total:
        return found
    begun = ask(q, _BEGINNINGS, Filters())
    if begun.counts.total:
        return found if chosen else begun
    corrected = search_words.correction(q)
    better = ask(corrected, _WORDS, chosen) if corrected else found
    return replace(better, corrected=corrected) if better.counts.total else found


def _products(
    q: str,
    query: str,
    chosen: Filters,
    *,
    place: Place,
    sort: str,
    cursor: product_list.Cursor | None,
    scope: product_list.Scope,
) -> Found:
    within, params = product_list.conditions(scope, Filters())
    where, narrowed = product_list.narrowing(chosen)
    params |= narrowed
    without = {name: ["true", *product_list.narrowing(chosen, but=name)[0]] for name in ("kind", "countries")}
    placed, ends, order = product_list.walk(sort, cursor)
    statement = f"""
WITH found AS MATERIALIZED (
  SELECT o.product_id, o.region_id, o.seller_id, o.category_id, o.kind, o.country, o.amount, o.compare_at,
         (ts_rank(p.search, {query}) * 1000000)::int AS score
    FROM marketplace_product p
    JOIN marketplace_offer o ON o.product_id = p.id AND {" AND ".join(within)}
   WHERE p.search @@ {query}
   ORDER BY p.id DESC LIMIT {policy.SEARCH_MOST_RANKED})
SELECT (SELECT jsonb_agg(jsonb_build_array({COLUMNS}, o.score) ORDER BY {order})
          FROM (SELECT o.* FROM found o WHERE {" AND ".join(["true", *where, *placed])}
                 ORDER BY {order} LIMIT {policy.PRODUCT_PAGE_ROWS + 1}) o{JOINS}),
       (SELECT count(*) FROM (SELECT 1 FROM marketplace_seller s
                               WHERE {_SHOP_MATCHES} LIMIT {policy.PRODUCTS_MOST_COUNTED + 1}) n),
       {product_list.counting("found o", ["true", *where], without)}"""
    with connection.cursor() as database:
        database.execute(statement, params | ends | _asked(q) | {"region": place.code})
        rows, shops, total, physical, digital, in_stock, free_delivery, countries = database.fetchone()
    counts = product_list.Counts(
        total,
        {"physical": physical, "digital": digital},
        json.loads(countries or "{}"),
        in_stock,
        free_delivery,
    )
    return Found(product_list.paged(json.loads(rows or "[]"), place, sort=sort, cursor=cursor), counts, shops)


def shops(q: str, place: Place, *, after: int = 0) -> tuple[list[ShopTile], int, int]:
    """(up to 24 shops, how many shops in all, how many products) that match. One statement; three where nothing does,
    and there are words that are spelt most like them.
    """
    found = _shops(q, place, after=after)
    corrected = "" if found[1] or found[2] else search_words.correction(q)
    return _shops(corrected, place, after=after) if corrected else found


def _shops(q: str, place: Place, *, after: int) -> tuple[list[ShopTile], int, int]:
    statement = f"""
SELECT (SELECT jsonb_agg(jsonb_build_array(found.slug, found.name, found.tagline, found.city, found.country))
          FROM (SELECT s.* FROM marketplace_seller s WHERE {_SHOP_MATCHES}
                 ORDER BY ts_rank({_SHOP_TEXT}, {_WORDS}) DESC, s.name, s.id OFFSET %(after)s
                 LIMIT {policy.SEARCH_SHOPS_ROWS}) found),
       (SELECT count(*) FROM (SELECT 1 FROM marketplace_seller s
                               WHERE {_SHOP_MATCHES} LIMIT {policy.PRODUCTS_MOST_COUNTED + 1}) n),
       (SELECT count(*) FROM (SELECT 1 FROM marketplace_product p
          JOIN marketplace_offer o ON o.product_id = p.id AND o.region_id = %(region)s AND o.lead
         WHERE p.search @@ {_WORDS} LIMIT {policy.SEARCH_MOST_RANKED}) n)"""
    with connection.cursor() as database:
        database.execute(statement, _asked(q) | {"region": place.code, "after": after})
        rows, found, products_found = database.fetchone()
    return [ShopTile(*row) for row in json.loads(rows or "[]")], found, products_found


_SUGGEST = """
(SELECT 'product', p.title, p.slug, p.id
   FROM marketplace_product p
   JOIN marketplace_offer o ON o.product_id = p.id AND o.region_id = %(region)s AND o.lead
  WHERE banibs_fold(p.title) LIKE %(begins)s AND p.status = 'active'
  ORDER BY banibs_fold(p.title) USING ~<~ LIMIT %(products)s)
UNION ALL
(SELECT 'shop', s.name, s.slug, 0 FROM marketplace_seller s
  WHERE banibs_fold(s.name) LIKE %(begins)s AND s.status = 'active'
  ORDER BY banibs_fold(s.name) USING ~<~ LIMIT %(shops)s)"""


def suggestions(q: str, place: Place) -> list[Suggestion]:
    """What begins with these letters: products sold in the region, then shops. One statement; none for one letter."""
    if len(q) < policy.SEARCH_LEAST_CHARACTERS:
        return []
    begins = re.sub(r"([\\%_])", r"\\\1", fold(q)) + "%"
    with connection.cursor() as database:
        limits = {"products": policy.SEARCH_SUGGESTIONS, "shops": policy.SEARCH_SHOP_SUGGESTIONS}
        database.execute(_SUGGEST, {"begins": begins, "region": place.code, **limits})
        rows = database.fetchall()
    return [
        Suggestion("product", name, product_url(slug, pk))
        if kind == "product"
        else Suggestion("shop", name, reverse("marketplace:shop", args=[slug]), cloth_url(slug))
        for kind, name, slug, pk in rows
    ]
