"""A shop's figures: sales, units, views, conversion, its best listings and regions over a time, and as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.money import Money
from banibs.core.ui import charts, csv_files
from marketplace import policy
from marketplace.regions import lookup as regions
from marketplace.sellers import figures, report
from marketplace.sellers.report import Report, Row
from marketplace.views.seller.access import SellerRequest, render_page, seller_required


def _asked(request: SellerRequest) -> tuple[list[str], str, str]:
    """The currencies of the shop, the one that is looked at, and the period."""
    known = figures.currencies(request.shop.pk) or [request.place.currency]
    currency, period = request.GET.get("currency", ""), request.GET.get("period", "")
    return (
        known,
        currency if currency in known else known[0],
        period if period in policy.ANALYTICS_PERIODS else policy.ANALYTICS_USUAL_PERIOD,
    )


@require_safe
@seller_required
def analytics(request: SellerRequest) -> HttpResponseBase:
    """`/seller/analytics/?period=&currency=`: nine statements with the person, whatever was sold."""
    known, currency, period = _asked(request)
    found = report.report(request.shop.pk, currency, report.span_of(request.shop, period))
    context = {
        "report": found,
        "currency": currency,
        "sales": found.money(found.sums.sales),
        "kept": found.money(found.sums.net),
        "chart": _chart(found),
        "months": [_shown(row, found, _month(row.key)) for row in reversed(found.months)],
        "listings": [_shown(row, found, row.name or _("A listing that is gone")) for row in found.listings],
        "regions": [_shown(row, found, _region(row.key)) for row in found.regions],
        "periods": _choices(_periods(), period, period=None, currency=currency),
        "currencies": _choices({one: one for one in known}, currency, period=period, currency=None),
        "file": f"{reverse('seller:analytics_csv')}?{urlencode({'period': period, 'currency': currency})}",
        "nothing": not found.sums.orders and not found.views.listings and not found.views.shop,
    }
    return render_page(request, "seller/analytics.html", context)


def _periods() -> dict[str, str]:
    words = {"this": _("This month"), "last": _("Last month"), "all": _("All time")}
    return {
        name: words.get(name) or _("%(count)d months") % {"count": count}
        for name, (_skipped, count) in policy.ANALYTICS_PERIODS.items()
    }


def _choices(words: dict[str, str], chosen: str, **asked: str | None) -> list[dict[str, Any]]:
    """Links to each choice; the name in `asked` that is None is what is chosen."""
    (name,) = (one for one, value in asked.items() if value is None)
    return [
        {
            "name": text,
            "url": "?" + urlencode({one: key if one == name else value for one, value in asked.items()}),
            "current": key == chosen,
        }
        for key, text in words.items()
    ]


def _month(key: str) -> str:
    return date_format(dt.date(int(key[:4]), int(key[5:]), 1), "F Y")


def _region(code: str) -> str:
    place = regions.places().get(code)
    return place.name if place else code


def _shown(row: Row, found: Report, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "orders": row.sums.orders,
        "units": row.sums.units,
        "sales": found.money(row.sums.sales),
        "views": row.views,
        "conversion": rate(row.conversion),
    }


def rate(value: float | None) -> str:
    """A rate as it is read: "3.4%"; nothing where there is none."""
    return "" if value is None else f"{value:.1f}%"


def _chart(found: Report) -> dict[str, Any] | None:
    """Sales by month, the last ones; None where a single month says nothing by columns."""
    months = found.months[-policy.ANALYTICS_CHART_MONTHS :]
    if len(months) < 2 or not any(row.sums.sales for row in months):
        return None
    bars = [
        charts.Bar(
            date_format(dt.date(int(row.key[:4]), int(row.key[5:]), 1), "M"),
            (row.sums.sales,),
            str(found.money(row.sums.sales))
            if len(months) <= 6
            else charts.short(found.money(row.sums.sales)),
            charts.short(found.money(row.sums.sales)) if len(months) <= 6 else "",
        )
        for row in months
    ]
    highest = max(row.sums.sales for row in months)
    return {"bars": bars, "ticks": charts.scale(Money(highest, found.currency))}


HEADINGS = (
    *("Month", "Region", "Listing", "Title", "Kind", "Currency", "Orders", "Units", "Views", "Goods", "Discounts"),
    *("Borne by BANIBS", "Delivery", "Tax", "BANIBS fee", "Card fees", "Given back", "Dispute fees", "You keep"),
)  # fmt: skip


@require_safe
@seller_required
def export(request: SellerRequest) -> HttpResponseBase:
    """The same time by month, region and listing as CSV, at most 10,000 rows. What belongs to orders as a whole (delivery,
    card fees) has no listing.
    """
    _known, currency, period = _asked(request)
    found = report.lines(request.shop.pk, currency, report.span_of(request.shop, period))
    response = StreamingHttpResponse(_file(found, currency), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="analytics-{request.shop.slug}.csv"'
    return response


def _file(found: Sequence[report.Line], currency: str) -> Iterator[str]:
    yield csv_files.MARK
    yield from csv_files.lines(_table(found, currency))


def _table(found: Sequence[report.Line], currency: str) -> Iterator[Sequence[csv_files.Cell]]:
    yield HEADINGS
    for one in found:
        sums = one.sums
        amounts = (
            *(sums.gross, sums.discount, sums.promotion, sums.shipping, sums.tax, sums.fee),
            *(sums.processing, sums.refunds, sums.charges, sums.net),
        )
        money = [Decimal(Money(amount, currency).plain) for amount in amounts]
        what = (f"{one.month:%Y-%m}", one.region, one.listing or "", one.title, one.kind, currency)
        yield [*what, sums.orders, sums.units, one.views, *money]
