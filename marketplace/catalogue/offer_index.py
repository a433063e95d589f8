"""Putting listings on sale: the one writer of what an Offer copies from its listing, and of `lead`.

The words of what is on sale are learned here too, for search.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from marketplace.catalogue import search_words

_REFRESH = """
WITH ranked AS (
  SELECT o.id,
         p.seller_id, p.category_id, coalesce(c.parent_id, c.id) AS department_id, p.kind, s.country,
         (p.status = 'active' AND s.status = 'active' AND v.active
          AND (p.kind = 'digital' OR EXISTS (SELECT 1 FROM marketplace_shippingrate r
                                              WHERE r.seller_id = s.id AND r.region_id = o.region_id))) AS live,
         row_number() OVER (
           PARTITION BY o.product_id, o.region_id
           ORDER BY (NOT v.active), o.amount, v.position, v.id) AS place
    FROM marketplace_offer o
    JOIN marketplace_variant v ON v.id = o.variant_id
    JOIN marketplace_product p ON p.id = o.product_id
    JOIN marketplace_category c ON c.id = p.category_id
    JOIN marketplace_seller s ON s.id = p.seller_id
   WHERE {which}
)
UPDATE marketplace_offer o
   SET seller_id = r.seller_id, category_id = r.category_id, department_id = r.department_id,
       kind = r.kind, country = r.country, lead = {lead}
  FROM ranked r
 WHERE o.id = r.id
   AND (o.seller_id, o.category_id, o.department_id, o.kind, o.country, o.lead)
       IS DISTINCT FROM (r.seller_id, r.category_id, r.department_id, r.kind, r.country, {lead})
"""


def refresh_products(products: Sequence[int]) -> None:
    """Brings the offers of these listings up to date after any change to listing, variant, price or picture."""
    _refresh("o.product_id = ANY(%s)", list(products))
    search_words.learn_products(products)


def refresh_seller(seller: int) -> None:
    """The same for a whole shop, after its status or its delivery rates changed."""
    _refresh("p.seller_id = %s", seller)
    search_words.learn_shop(seller)


def _refresh(which: str, value: int | list[int]) -> None:
    with connection.cursor() as cursor:
        # two statements: the mark is taken away before it is given, for it is unique within a listing and region
        cursor.execute(_REFRESH.format(which=which, lead="false"), [value])
        cursor.execute(_REFRESH.format(which=which, lead="(r.live AND r.place = 1)"), [value])
