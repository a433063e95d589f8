"""One listing as its page shows it: what it is, who makes it, what each variant costs here, and how it arrives."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from banibs.core.money import Money
from marketplace.orders.promises import Promises
from marketplace.pricing import fees
from marketplace.pricing.quote import Delivery
from marketplace.regions.lookup import Place
from marketplace.regions.return_rights import held_in


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a listing, by its path without a width."""

    path: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class File:
    """A file that a buyer may fetch `limit` times (None: as often as they like) for `days` days (None: for ever)."""

    name: str
    size: int
    limit: int | None
    days: int | None

    @property
    def format(self) -> str:
        """What kind of file it is, by its name: "PDF"."""
        _, dot, ending = self.name.rpartition(".")
        return ending.upper() if dot and len(ending) <= 5 else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant. `amount` is its price here in minor units, None where it is not sold."""

    id: int
    name: str
    options: dict[str, str]
    stock: int | None
    amount: int | None
    compare_at: int | None

    @property
    def sold_out(self) -> bool:
        """Whether none is left."""
        return self.stock == 0

    @property
    def can_be_bought(self) -> bool:
        """Whether there is a price here and a piece to sell."""
        return self.amount is not None and not self.sold_out


@dataclass(frozen=True, slots=True)
class Maker:
    """The shop behind a listing."""

    id: int
    slug: str
    name: str
    country: str
    city: str
    status: str
    tagline: str
    quote: str
    maker: str
    paused_until: dt.date | None
    returns_html: str
    return_days: int
    return_paid_by: str
    cancel_policy: str
    owner: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing in a region."""

    id: int
    slug: str
    title: str
    kind: str
    status: str
    summary: str
    description_html: str
    materials: str
    tax_class: str
    cover: str
    cover_alt: str
    category_id: int
    seller: Maker
    delivery: Delivery | None
    pictures: tuple[Picture, ...]
    files: tuple[File, ...]
    variants: tuple[Choice, ...]
    sold_in: tuple[str, ...]
    today: dt.date
    place: Place

    @property
    def digital(self) -> bool:
        """Whether it is files."""
        return self.kind == "digital"

    @property
    def gone(self) -> bool:
        """Whether it was taken down, by its shop or together with it."""
        return self.status == "archived" or self.seller.status == "suspended"

    @property
    def sold_here(self) -> bool:
        """Whether it can be bought in the visitor's region, stock aside."""
        return self.seller.status == "active" and self.place.code in self.sold_in

    @property
    def promises(self) -> Promises:
        """What the shop promises about orders from here."""
        shop = self.seller
        promised = Promises(shop.return_days, shop.return_paid_by, shop.cancel_policy)
        return held_in(self.place.code, promised)

    def choice(self, wanted: int | None) -> Choice | None:
        """The variant asked for; else the cheapest that can be bought; else the first."""
        asked = next((variant for variant in self.variants if variant.id == wanted), None)
        buyable = sorted((v for v in self.variants if v.can_be_bought), key=lambda v: v.amount or 0)
        return asked or next(iter([*buyable, *self.variants]), None)

    def rate_bps(self) -> int:
        """The tax on it here, in basis points."""
        return self.place.rates.get(self.tax_class, 0)

    def split(self, amount: int) -> tuple[Money, Money, Money]:
        """(what the maker keeps, BANIBS's fee, tax) of one piece bought at this price from a wallet."""
        inclusive = self.place.tax_inclusive
        tax = fees.tax_on(amount, self.rate_bps(), inclusive=inclusive)
        price = fees.without_tax(amount, self.rate_bps(), inclusive=inclusive)
        fee = fees.marketplace_fee(price, self.kind)
        return tuple(Money(part, self.place.currency) for part in (price - fee, fee, tax))  # type: ignore[return-value]  # three in, three out


_LISTING = """
SELECT p.id, p.slug, p.title, p.kind, p.status, p.summary, p.description_html, p.materials, p.tax_class,
       p.cover, p.cover_alt, p.category_id,
       s.id, s.slug, s.name, s.country, s.city, s.status, s.tagline, s.quote, s.maker, s.paused_until, s.returns_html,
       s.return_days, s.return_paid_by, s.cancel_policy, s.user_id,
       r.flat, r.per_item, r.min_days, r.max_days,
       (SELECT jsonb_agg(jsonb_build_array(i.path, i.alt, i.width, i.height) ORDER BY i.position, i.id)
          FROM (SELECT * FROM marketplace_productimage WHERE product_id = p.id ORDER BY position, id LIMIT 12) i),
       (SELECT jsonb_agg(jsonb_build_array(f.name, f.size, f."limit", f.days) ORDER BY f.position, f.id)
          FROM (SELECT * FROM marketplace_digitalfile
                 WHERE product_id = p.id AND scan IN ('none', 'clean') ORDER BY position, id LIMIT 50) f),
       (SELECT jsonb_agg(jsonb_build_array(v.id, v.name, v.options, v.stock, o.amount, o.compare_at)
                         ORDER BY v.position, v.id)
          FROM (SELECT * FROM marketplace_variant WHERE product_id = p.id AND active ORDER BY position, id LIMIT 100) v
          LEFT JOIN marketplace_offer o ON o.variant_id = v.id AND o.region_id = %(region)s),
       (SELECT array_agg(DISTINCT o.region_id)
          FROM marketplace_offer o JOIN marketplace_variant v ON v.id = o.variant_id AND v.active
         WHERE o.product_id = p.id
           AND (p.kind = 'digital' OR EXISTS (SELECT 1 FROM marketplace_shippingrate sr
                                               WHERE sr.seller_id = p.seller_id AND sr.region_id = o.region_id))),
       banibs_now()::date
  FROM marketplace_product p
  JOIN marketplace_seller s ON s.id = p.seller_id
  LEFT JOIN marketplace_shippingrate r ON r.seller_id = s.id AND r.region_id = %(region)s AND p.kind = 'physical'
 WHERE p.id = %(product)s AND p.status <> 'draft' AND s.status <> 'draft'
"""


def listing(product: int, place: Place) -> Listing | None:
    """A listing that is on sale or was taken down; None for a draft and for what never was. One statement."""
    with connection.cursor() as database:
        database.execute(_LISTING, {"product": product, "region": place.code})
        row = database.fetchone()
    return None if row is None else _read(row, place)


def _read(row: tuple[Any, ...], place: Place) -> Listing:
    flat, per_item, least, most, pictures, files, variants, sold_in, today = row[27:]
    parts = (
        *row[:12],
        Maker(*row[12:27]),
        None if flat is None else Delivery(flat, per_item, least, most),
        tuple(Picture(*one) for one in json.loads(pictures or "[]")),
        tuple(File(*one) for one in json.loads(files or "[]")),
        tuple(Choice(*one) for one in json.loads(variants or "[]")),
        tuple(sold_in or ()),
        today,
        place,
    )
    return Listing(*parts)
