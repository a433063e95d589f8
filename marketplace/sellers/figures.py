"""A shop's figures, read from sums: sales by month, by category, by listing and by region, and how often pages were seen.

Minor units of one currency; two are never added. Each function is one statement, whatever the number of orders.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from banibs.core.money import Money, half_up
from marketplace.models import PageViews, Product, SalesMonth


@dataclass(frozen=True, slots=True)
class Sums:
    """What some sales came to: see `models.SalesMonth`."""

    orders: int = 0
    units: int = 0
    gross: int = 0
    discount: int = 0
    promotion: int = 0
    shipping: int = 0
    tax: int = 0
    fee: int = 0
    processing: int = 0
    refunds: int = 0
    charges: int = 0
    net: int = 0

    @property
    def sales(self) -> int:
        """What buyers paid: goods less discounts, with delivery and tax."""
        return self.gross - self.discount + self.shipping

    def average(self, currency: str) -> Money | None:
        """What buyers paid for an order; None without one."""
        return Money(half_up(self.sales, self.orders), currency) if self.orders else None

    def refund_rate(self) -> float | None:
        """What was given back in the time, in percent of what was paid in it; None where nothing was paid."""
        return 100 * self.refunds / self.sales if self.sales else None

    def conversion(self, views: int) -> float | None:
        """Orders in percent of the views of listings; None without views."""
        return 100 * self.orders / views if views else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


NAMES = tuple(one.name for one in fields(Sums))


def together(parts: Iterable[Sums]) -> Sums:
    """All of them as one."""
    whole = Sums()
    for part in parts:
        whole += part
    return whole


@dataclass(frozen=True, slots=True)
class Span:
    """Months from the first day of one to the last of another; None: as far as there are any."""

    first: dt.date | None = None
    last: dt.date | None = None

    def months(self) -> Q:
        """The rows of sums that are meant."""
        return _from(self.first, "month") & (Q(month__lte=self.last) if self.last else Q())

    def days(self) -> Q:
        """The rows of views that are meant."""
        return _from(self.first, "day") & (Q(day__lt=after(self.last)) if self.last else Q())


def _from(first: dt.date | None, name: str) -> Q:
    return Q(**{f"{name}__gte": first}) if first else Q()


def month_of(text: str) -> dt.date | None:
    """The first day of a month of this millennium, written "2026-11"; None for anything else."""
    if not re.fullmatch(r"2[0-9]{3}-(?:0[1-9]|1[0-2])", text, re.ASCII):
        return None
    return dt.date(int(text[:4]), int(text[5:]), 1)


def before(month: dt.date, count: int = 1) -> dt.date:
    """The first day of the month that lies `count` months before."""
    number = month.year * 12 + month.month - 1 - count
    return dt.date(number // 12, number % 12 + 1, 1)


def after(month: dt.date) -> dt.date:
    """The first day of the next month."""
    return before(month, -1)


_ALL = Q()


def _rows(seller_id: int, currency: str, span: Span, only: Q = _ALL) -> QuerySet[SalesMonth]:
    return SalesMonth.objects.filter(span.months(), only, seller_id=seller_id, currency=currency).order_by()


def _sums(row: Mapping[str, object]) -> Sums:
    return Sums(*(int(str(row[f"of_{name}"])) for name in NAMES))


def _by(rows: QuerySet[SalesMonth], *names: str) -> dict[tuple[Any, ...], Sums]:
    """The rows summed by these columns."""
    summed = rows.values(*names).annotate(**{f"of_{name}": Sum(name) for name in NAMES})
    return {tuple(row[name] for name in names): _sums(row) for row in summed}


def currencies(seller_id: int) -> list[str]:
    """The currencies in which the shop ever sold, the one with most orders first."""
    rows = SalesMonth.objects.filter(seller_id=seller_id).order_by().values("currency")
    return [row["currency"] for row in rows.annotate(n=Sum("orders")).order_by("-n", "currency")]


def by_month(
    seller_id: int, currency: str, span: Span = Span(), *, only: Q = _ALL
) -> dict[dt.date, dict[str, Sums]]:
    """Month → kind ("physical", "digital") → sums, of all rows or of `only` some; months of nothing are not there."""
    found: dict[dt.date, dict[str, Sums]] = {}
    for (month, kind), sums in _by(_rows(seller_id, currency, span, only), "month", "kind").items():
        found.setdefault(month, {})[kind] = sums
    return found


def by_category(seller_id: int, currency: str, span: Span) -> dict[int | None, Sums]:
    """Category → sums of the goods in it, as listings stand now; None: delivery and the like, of orders as a whole.

    Listings that are gone are under 0.
    """
    found: dict[int | None, Sums] = {}
    rows = _rows(seller_id, currency, span)
    for (part, category), sums in _by(rows, "part", "product__category").items():
        key = None if part == SalesMonth.Part.ORDER else category or 0
        found[key] = found.get(key, Sums()) + sums
    return found


def by_product(seller_id: int, currency: str, span: Span, *, most: int) -> dict[int, tuple[str, Sums]]:
    """Listing → title and sums, the best-selling first, at most so many. A listing that is gone has no title."""
    rows = _rows(seller_id, currency, span).filter(part=SalesMonth.Part.GOODS, product_id__isnull=False)
    title = Subquery(Product.objects.filter(pk=OuterRef("product_id")).values("title"))
    summed = rows.values("product_id").annotate(**{f"of_{name}": Sum(name) for name in NAMES}, title=title)
    best = summed.order_by(F("of_gross").desc(), "product_id")[:most]
    return {row["product_id"]: (row["title"] or "", _sums(row)) for row in best}


def by_region(seller_id: int, currency: str, span: Span) -> dict[str, Sums]:
    """Region → sums."""
    return {region: sums for (region,), sums in _by(_rows(seller_id, currency, span), "region_id").items()}


@dataclass(frozen=True, slots=True)
class Views:
    """How often the shop's listings were seen, and the shop's own page."""

    listings: int = 0
    shop: int = 0


_LISTINGS = Sum("views", filter=Q(product__isnull=False), default=0)
_SHOP = Sum("views", filter=Q(product__isnull=True), default=0)


def _seen(seller_id: int, currency: str, span: Span) -> QuerySet[PageViews]:
    """Views where people pay in this currency: a sale in it was made there."""
    rows = PageViews.objects.filter(span.days(), seller_id=seller_id, region__currency=currency)
    return rows.order_by()


def views_by_month(seller_id: int, currency: str, span: Span = Span()) -> dict[dt.date, Views]:
    """Month (of days in UTC) → views in the regions that pay in this currency."""
    rows = _seen(seller_id, currency, span).annotate(month=TruncMonth("day"))
    summed = rows.values("month").annotate(listings=_LISTINGS, shop=_SHOP)
    return {row["month"]: Views(row["listings"], row["shop"]) for row in summed}


def views_by_region(seller_id: int, currency: str, span: Span) -> dict[str, Views]:
    """Region that pays in this currency → views."""
    summed = _seen(seller_id, currency, span).values("region_id").annotate(listings=_LISTINGS, shop=_SHOP)
    return {row["region_id"]: Views(row["listings"], row["shop"]) for row in summed}


def views_by_product(seller_id: int, currency: str, span: Span, products: Iterable[int]) -> dict[int, int]:
    """Listing → views in the regions that pay in this currency, of these."""
    rows = _seen(seller_id, currency, span).filter(product__in=list(products))
    return {row["product_id"]: row["n"] for row in rows.values("product_id").annotate(n=Sum("views"))}


def views_by_all(
    seller_id: int, currency: str, span: Span, *, most: int
) -> list[tuple[dt.date, str, int, str, str, int]]:
    """Month, region, listing, its title and kind, views; newest first, at most so many."""
    rows = _seen(seller_id, currency, span).filter(product__isnull=False).annotate(month=TruncMonth("day"))
    names = ("month", "region_id", "product_id", "product__title", "product__kind")
    summed = rows.values(*names).annotate(n=Sum("views")).order_by("-month", "-n", "product_id")
    return [tuple(row.values()) for row in summed[:most]]
