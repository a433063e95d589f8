"""How a shop is doing over a time: sales, views, conversion, the best listings and regions, in one currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from banibs.core import clock
from banibs.core.money import Money
from marketplace import policy
from marketplace.models import SalesMonth, Seller
from marketplace.sellers import figures, time_zones
from marketplace.sellers.figures import Span, Sums, Views


@dataclass(frozen=True, slots=True)
class Row:
    """A month, a listing or a region: what was sold, and how often it was seen."""

    key: str  # "2026-11", a listing's number, a region's code
    name: str
    sums: Sums
    views: int

    @property
    def conversion(self) -> float | None:
        """Orders in percent of views: of a listing, sold units; None without views."""
        sold = self.sums.orders or self.sums.units
        return 100 * sold / self.views if self.views else None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a shop in a currency; `months` are oldest first, the others best first."""

    currency: str
    span: Span
    sums: Sums
    views: Views
    months: Sequence[Row]
    listings: Sequence[Row]
    regions: Sequence[Row]

    @property
    def conversion(self) -> float | None:
        """Orders in percent of the views of listings."""
        return self.sums.conversion(self.views.listings)

    @property
    def average(self) -> Money | None:
        """What buyers paid for an order."""
        return self.sums.average(self.currency)

    def money(self, amount: int) -> Money:
        """An amount of this report."""
        return Money(amount, self.currency)


def span_of(seller: Seller, period: str) -> Span:
    """The months of one of `policy.ANALYTICS_PERIODS`, by the shop's clock; the usual one for anything else."""
    chosen = period if period in policy.ANALYTICS_PERIODS else policy.ANALYTICS_USUAL_PERIOD
    skipped, count = policy.ANALYTICS_PERIODS[chosen]
    last = figures.before(_this_month(seller), skipped)
    return Span(figures.before(last, count - 1) if count else None, last)


def last_months(seller: Seller, count: int) -> Span:
    """So many months by the shop's clock, this one last."""
    this = _this_month(seller)
    return Span(figures.before(this, count - 1), this)


def _this_month(seller: Seller) -> dt.date:
    return clock.now().astimezone(time_zones.zone(seller)).date().replace(day=1)


def report(seller_id: int, currency: str, span: Span) -> Report:
    """Six statements, whatever the number of orders."""
    months = {
        month: figures.together(of.values())
        for month, of in figures.by_month(seller_id, currency, span).items()
    }
    seen = figures.views_by_month(seller_id, currency, span)
    listings = figures.by_product(seller_id, currency, span, most=policy.ANALYTICS_TOP_LISTINGS)
    looked = figures.views_by_product(seller_id, currency, span, listings)
    regions, visited = (
        figures.by_region(seller_id, currency, span),
        figures.views_by_region(seller_id, currency, span),
    )
    return Report(
        currency,
        span,
        figures.together(months.values()),
        Views(sum(one.listings for one in seen.values()), sum(one.shop for one in seen.values())),
        [
            Row(f"{one:%Y-%m}", "", months.get(one, Sums()), seen.get(one, Views()).listings)
            for one in _each(span, {*months, *seen})
        ],
        [Row(str(pk), title, sums, looked.get(pk, 0)) for pk, (title, sums) in listings.items()],
        sorted(
            (
                Row(code, "", regions.get(code, Sums()), visited.get(code, Views()).listings)
                for code in {*regions, *visited}
            ),
            key=lambda row: (-row.sums.sales, -row.views, row.key),
        ),
    )


def _each(span: Span, known: set[dt.date]) -> Iterator[dt.date]:
    """Every month of a span, of nothing too; one without a beginning begins with the first that is known."""
    assert span.last is not None
    month = span.first or min([*known, span.last])
    while month <= span.last:
        yield month
        month = figures.after(month)


@dataclass(frozen=True, slots=True)
class Line:
    """A month of a listing in a region; without a listing, of its orders as a whole: delivery, card fees."""

    month: dt.date
    region: str
    listing: int | None
    title: str
    kind: str
    sums: Sums
    views: int


def lines(seller_id: int, currency: str, span: Span) -> list[Line]:
    """Every month, region and listing of a time, newest first, the best-selling before others, at most so many. Two
    statements.
    """
    most = policy.SELLER_EXPORT_MOST_ROWS
    sold = SalesMonth.objects.filter(span.months(), seller_id=seller_id, currency=currency)
    names = ("month", "region_id", "product_id", "product__title", "kind")
    found = {
        (month, region, product, kind): Line(month, region, product, title or "", kind, Sums(*amounts), 0)
        for month, region, product, title, kind, *amounts in sold.order_by(
            "-month", "-gross", "pk"
        ).values_list(*names, *figures.NAMES)[:most]
    }
    for month, region, product, title, kind, views in figures.views_by_all(
        seller_id, currency, span, most=most
    ):
        key = (month, region, product, kind)
        line = found.get(key, Line(month, region, product, title, kind, Sums(), 0))
        found[key] = replace(line, views=views)
    return sorted(found.values(), key=lambda one: (one.month, one.sums.gross, one.views), reverse=True)[:most]
