"""All sales: looked for, filtered, a page at a time, and as a file."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.db import keyset_pagination
from banibs.core.money import Money
from banibs.core.states import state_labels
from banibs.core.ui import csv_files
from marketplace import policy
from marketplace.models import Order
from marketplace.sellers import sales, time_zones
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.orders.order_rows import Row, rows


def _wanted(request: SellerRequest) -> tuple[QuerySet[Order], dict[str, str]]:
    asked = {
        "text": request.GET.get("q", "").replace("\x00", "").strip()[: policy.SEARCH_MOST_CHARACTERS],
        "state": request.GET.get("status", ""),
        "period": request.GET.get("period", ""),
        "currency": request.GET.get("currency", "").replace("\x00", "")[:3],
    }
    return sales.filtered(sales.of_shop(request.shop.pk), **asked), asked


@require_safe
@seller_required
def orders(request: SellerRequest) -> HttpResponseBase:
    """The list."""
    wanted, asked = _wanted(request)
    found = keyset_pagination.page(wanted, request.GET)
    context = {
        "rows": rows(found.rows),
        "pages": found.links(request.GET),
        "asked": asked,
        "filtered": any(asked.values()),
        "states": _states(asked["state"]),
        "periods": _periods(asked["period"]),
    }
    template = "seller/orders/sales.html#results" if is_fragment(request) else "seller/orders/sales.html"
    return render_page(request, template, context)


def _states(chosen: str) -> list[dict[str, Any]]:
    words = {
        "": _("Any status"),
        "to-send": _("To send"),
        "posted": _("Posted"),
        "complete": _("Complete"),
        "cancelled": _("Cancelled"),
        "refunded": _("Refunded"),
        "clearing": _("Money still clearing"),
    }
    return [{"value": value, "name": name, "chosen": value == chosen} for value, name in words.items()]


def _periods(chosen: str) -> list[dict[str, Any]]:
    words = {"": _("All time")} | {
        value: _("Last %(months)d months") % {"months": days * 12 // 365}
        if days >= 365
        else _("Last %(days)d days") % {"days": days}
        for value, days in policy.SELLER_PERIODS_DAYS.items()
    }
    month = sales.month_of(chosen)
    if month:
        words[chosen] = month.strftime("%B %Y")
    return [{"value": value, "name": name, "chosen": value == chosen} for value, name in words.items()]


@require_safe
@seller_required
def export(request: SellerRequest) -> HttpResponseBase:
    """The same list as CSV, newest first, a chunk of rows in memory at a time, at most 10,000 rows."""
    wanted, _asked = _wanted(request)
    lines = _lines(wanted, time_zones.zone(request.shop))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="sales-{request.shop.slug}.csv"'
    return response


HEADINGS = (
    *("Order", "Paid", "Status", "Buyer", "Country", "Items", "Currency", "Goods", "Discount", "Delivery"),
    *("Tax", "BANIBS fee", "Processing fee", "Refunded", "You keep"),
)


def _lines(wanted: QuerySet[Order], zone: zoneinfo.ZoneInfo) -> Iterator[str]:
    yield csv_files.MARK
    yield from csv_files.lines(_table(wanted, zone))


def _table(wanted: QuerySet[Order], zone: zoneinfo.ZoneInfo) -> Iterator[Sequence[csv_files.Cell]]:
    yield [f"Paid ({zone.key})" if heading == "Paid" else heading for heading in HEADINGS]
    written, last = 0, None
    while written < policy.SELLER_EXPORT_MOST_ROWS:
        part = wanted if last is None else wanted.filter(pk__lt=last)
        found = rows(
            part.order_by("-pk")[
                : min(policy.SELLER_EXPORT_ROWS_AT_ONCE, policy.SELLER_EXPORT_MOST_ROWS - written)
            ]
        )
        for row in found:
            yield _cells(row, zone)
        if len(found) < policy.SELLER_EXPORT_ROWS_AT_ONCE:
            return
        written, last = written + len(found), found[-1].order.pk


def _cells(row: Row, zone: zoneinfo.ZoneInfo) -> list[csv_files.Cell]:
    """A sale in the words and figures of the page: "You keep" added up is what the page adds up to."""
    order = row.order
    amounts = (
        order.subtotal,
        order.discount,
        order.shipping,
        order.tax,
        order.marketplace_fee,
        order.processing_fee,
        order.refunded,
        row.kept.amount,
    )
    paid = f"{order.paid_at.astimezone(zone):%Y-%m-%d %H:%M}" if order.paid_at else ""
    buyer = order.checkout.address.get("name") or order.buyer.name
    country = order.checkout.address.get("country", "")
    state = state_labels.label("sale", row.state, row.variant).say()
    money = [Decimal(Money(amount, order.currency).plain) for amount in amounts]
    return [order.number, paid, state, buyer, country, row.pieces, order.currency, *money]
