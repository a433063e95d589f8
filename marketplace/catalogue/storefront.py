"""Shops as visitors see them: one with its texts and where it sends, all of them by country."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from banibs.core.db.keyset_pagination import window
from banibs.core.money import Money
from marketplace import policy
from marketplace.catalogue.product_cards import product_url
from marketplace.catalogue.search import ShopTile
from marketplace.models import Product, Seller
from marketplace.regions import lookup as regions


@dataclass(frozen=True, slots=True)
class Destination:
    """A region that a shop sends to, with what it asks."""

    name: str
    first: Money
    each_more: Money
    min_days: int
    max_days: int


def find(slug: str) -> Seller | None:
    """A shop that is or was open; None for one that has not opened yet. One statement."""
    return Seller.objects.exclude(status=Seller.Status.DRAFT).filter(slug=slug).first()


def destinations(seller: Seller) -> list[Destination]:
    """Everywhere the shop sends parcels to, in the order of regions. One statement."""
    rates = {rate.region_id: rate for rate in seller.shipping_rates.all()[:100]}
    return [
        Destination(
            place.name,
            Money(rate.flat + rate.per_item, place.currency),
            Money(rate.per_item, place.currency),
            rate.min_days,
            rate.max_days,
        )
        for code, place in regions.places().items()
        if (rate := rates.get(code)) is not None
    ]


@dataclass(frozen=True, slots=True)
class ShopPage:
    """Some shops by name; the names to go on from, None at an end."""

    tiles: Sequence[ShopTile]
    before: str | None
    after: str | None


def shops(*, country: str = "", after: str = "", before: str = "") -> ShopPage:
    """Open shops by name, of one country or of all. One statement."""
    rows = Seller.objects.filter(status=Seller.Status.ACTIVE)
    if country:
        rows = rows.filter(country=country)
    if before:
        rows = rows.filter(name__lt=before).order_by("-name", "-id")
    else:
        rows = (rows.filter(name__gt=after) if after else rows).order_by("name", "id")
    found = [
        ShopTile(*one)
        for one in rows.values_list("slug", "name", "tagline", "city", "country")[: policy.SHOP_PAGE_ROWS + 1]
    ]
    shown = window(found, size=policy.SHOP_PAGE_ROWS, backwards=bool(before), from_key=bool(after))
    return ShopPage(
        shown.rows,
        before=shown.previous.name if shown.previous else None,
        after=shown.next.name if shown.next else None,
    )


def countries() -> dict[str, int]:
    """How many open shops each country has, most first. Counted at most once a minute."""
    kept: dict[str, int] | None = cache.get("shops:countries")
    if kept is not None:
        return kept
    with connection.cursor() as database:
        database.execute(
            "SELECT country, count(*) FROM marketplace_seller WHERE status = 'active' "
            "GROUP BY country ORDER BY count(*) DESC, country LIMIT 300"
        )
        counted = dict(database.fetchall())
    cache.set("shops:countries", counted, policy.SHOP_LISTS_KEPT_SECONDS)
    return counted


@dataclass(frozen=True, slots=True)
class Feature:
    """A shop with its own words, for the home page."""

    slug: str
    name: str
    country: str
    city: str
    tagline: str
    quote: str
    maker: str
    since: int
    cover: str
    cover_alt: str


@dataclass(frozen=True, slots=True)
class Front:
    """What the home page says of the market as a whole."""

    shops: int
    countries: int
    recent: int
    feature: Feature | None
    picks: list[tuple[str, int, str, str, str]]  # slug, id, title, cover, shop's slug


_FRONT = """
SELECT (SELECT count(*) FROM marketplace_seller WHERE status = 'active'),
       (SELECT count(DISTINCT country) FROM marketplace_seller WHERE status = 'active'),
       (SELECT count(*) FROM (SELECT created_at FROM marketplace_product WHERE status = 'active' ORDER BY id DESC
                              LIMIT %(newest)s) n
         WHERE n.created_at > banibs_now() - make_interval(secs => %(new_for)s)),
       (SELECT jsonb_build_array(f.slug, f.name, f.country, f.city, f.tagline, f.quote, f.maker,
                                 extract(year FROM f.created_at)::int, f.cover, f.cover_alt)
          FROM (SELECT s.*, p.cover, p.cover_alt
                  FROM (SELECT * FROM marketplace_seller WHERE status = 'active' AND quote <> '' ORDER BY id LIMIT 200) s
                 CROSS JOIN LATERAL (
                       SELECT p.cover, p.cover_alt
                         FROM (SELECT o.product_id FROM marketplace_offer o
                                WHERE o.seller_id = s.id AND o.region_id = %(region)s AND o.lead
                                ORDER BY o.product_id DESC LIMIT 50) o
                         JOIN marketplace_product p ON p.id = o.product_id AND p.cover <> ''
                        ORDER BY p.id DESC LIMIT 1) p
                 ORDER BY md5(s.slug || banibs_now()::date) LIMIT 1) f),
       (SELECT jsonb_agg(jsonb_build_array(n.slug, n.id, n.title, n.cover, n.shop))
          FROM (SELECT DISTINCT ON (o.seller_id) p.slug, p.id, p.title, p.cover, s.slug AS shop
                  FROM (SELECT * FROM marketplace_offer WHERE region_id = %(region)s AND lead AND kind = 'physical'
                         ORDER BY product_id DESC LIMIT 200) o
                  JOIN marketplace_product p ON p.id = o.product_id AND p.cover <> ''
                  JOIN marketplace_seller s ON s.id = o.seller_id
                 ORDER BY o.seller_id, o.product_id LIMIT 24) n)
"""


def front(region: str) -> Front:
    """The home page's figures and choices for a region, made once a minute. The shop it features changes each day."""
    key = f"front:{region}"
    kept: list[Any] | None = cache.get(key)
    if kept is None:
        with connection.cursor() as database:
            limits = {"newest": policy.HOME_NEWEST, "new_for": policy.HOME_NEW_FOR.total_seconds()}
            database.execute(_FRONT, {"region": region, **limits})
            kept = list(database.fetchone())
        cache.set(key, kept, policy.SHOP_LISTS_KEPT_SECONDS)
    open_shops, in_countries, recent, feature, picks = kept
    return Front(
        open_shops,
        in_countries,
        recent,
        Feature(*json.loads(feature)) if feature else None,
        [tuple(pick) for pick in json.loads(picks or "[]")],
    )


def back_on(seller: Seller) -> dt.date | None:
    """The day a paused shop opens again, if it said one."""
    return seller.paused_until if seller.status == Seller.Status.PAUSED else None


def addresses(*, most: int) -> list[str]:
    """Where the newest shops and listings are, for the sitemap. Two statements."""
    shops_open = (
        Seller.objects.filter(status=Seller.Status.ACTIVE)
        .order_by("-id")
        .values_list("slug", flat=True)[:most]
    )
    listings = (
        Product.objects.filter(status=Product.Status.ACTIVE, seller__status=Seller.Status.ACTIVE)
        .order_by("-id")
        .values_list("slug", "id")[:most]
    )
    shop_pages = [reverse("marketplace:shop", args=[slug]) for slug in shops_open]
    return shop_pages + [product_url(slug, product) for slug, product in listings]
