"""A product as a card of a grid: one row of one statement, everything ready to be written out."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from banibs.core.money import Money
from banibs.core.templatetags.ui import country as country_name
from marketplace import policy
from marketplace.media import image_urls

# What a card shows, of rows `o` of offers that lead their listing.
COLUMNS = """o.product_id, p.slug, p.title, p.cover, p.cover_alt, o.kind, o.amount, o.compare_at,
       s.slug, s.name, o.country, stock.left, o.category_id"""
JOINS = """
  JOIN marketplace_product p ON p.id = o.product_id
  JOIN marketplace_seller s ON s.id = o.seller_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN count(*) = count(v.stock) THEN coalesce(sum(v.stock), 0)::int END AS left
         FROM marketplace_variant v WHERE v.product_id = o.product_id AND v.active) stock"""


class Badge(NamedTuple):
    """The one remark on a card's picture."""

    text: str
    icon: str
    tone: str


@dataclass(slots=True)
class Card:
    """What `components/product_card.html` writes, and what the API says of a listing in a list.

    `left` is how many pieces there are of all its variants, None for unlimited; `made_in` a country's code.
    """

    id: int
    slug: str
    kind: str
    url: str
    title: str
    image: str
    srcset: str
    alt: str
    cloth: str
    shop_slug: str
    shop: str
    made_in: str
    country: str
    price: Money
    was: Money | None
    badge: Badge | None
    eager: bool
    left: int | None
    category: int
    rating: str = ""
    reviews: int = 0
    written: SafeString | None = None

    @property
    def html(self) -> SafeString:
        """The card written out. Like the card itself it depends on nothing else, so it is kept with it."""
        if self.written is None:
            self.written = render_to_string("components/product_card.html", {"card": self})
        return self.written


def cards(rows: Iterable[Sequence[Any]], currency: str, *, eager: int | None = None) -> list[Card]:
    """Cards of rows that were selected with COLUMNS."""
    language = get_language() or ""
    first = policy.EAGER_IMAGES if eager is None else eager
    return [_card(tuple(row), currency, number < first, language) for number, row in enumerate(rows)]


@functools.lru_cache(maxsize=8192)
def _card(row: tuple[Any, ...], currency: str, eager: bool, language: str) -> Card:
    """Pure: the same row makes the same card, so what is shown often is made, and written out, once per process."""
    product, slug, title, cover, alt, kind, amount, compare_at, shop, name, country, left, category = row[:13]
    cloth = cloth_url(shop)
    return Card(
        id=product,
        slug=slug,
        kind=kind,
        url=product_url(slug, product),
        title=title,
        image=image_urls.address(cover, 480) or cloth,
        srcset=image_urls.srcset(cover, 240, 480, 960),
        alt=alt,
        cloth=cloth,
        shop_slug=shop,
        shop=name,
        made_in=country,
        country=country_name(country),
        price=Money(amount, currency),
        was=Money(compare_at, currency) if compare_at is not None else None,
        badge=_badge(kind, amount, compare_at, left),
        eager=eager,
        left=left,
        category=category,
    )


def _badge(kind: str, amount: int, compare_at: int | None, left: int | None) -> Badge | None:
    if left == 0:
        return Badge(_("Sold out"), "", "solid")
    if compare_at is not None and compare_at > amount:
        percent = (compare_at - amount) * 100 // compare_at
        if percent > 0:
            return Badge(_("%(percent)d%% off") % {"percent": percent}, "", "sale")
    if left is not None and left <= policy.PRODUCT_LOW_STOCK and kind == "physical":
        return Badge(ngettext("Only %(n)d left", "Only %(n)d left", left) % {"n": left}, "", "solid")
    return Badge(_("Digital"), "download", "solid") if kind == "digital" else None


def product_url(slug: str, product: int) -> str:
    """The page of a listing; the same as reversing it, without the cost of doing so 24 times a page."""
    return _product_pattern() % (slug, product)


def cloth_url(shop: str) -> str:
    """The cloth of a shop."""
    return _cloth_pattern() % shop


@functools.cache
def _product_pattern() -> str:
    return (
        reverse("marketplace:product", args=["slug-slug", 987654321])
        .replace("slug-slug", "%s")
        .replace("987654321", "%d")
    )


@functools.cache
def _cloth_pattern() -> str:
    return reverse("marketplace:cloth", args=["slug-slug"]).replace("slug-slug", "%s")
