"""The seller's desk: what needs me today, how it is going."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from banibs.core.db import keyset_pagination
from banibs.core.money import Money
from banibs.core.ui import charts
from marketplace import policy
from marketplace.sellers import sales, shops
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.orders.order_rows import rows
from wallet import ledger


@require_safe
@seller_required
def home(request: SellerRequest) -> HttpResponseBase:
    """Greeting, tasks, money by currency, the last months, the latest sales."""
    found = keyset_pagination.page(
        sales.of_shop(request.shop.pk), request.GET, size=policy.SELLER_RECENT_ORDERS
    )
    latest = {"rows": rows(found.rows), "pages": found.links(request.GET)}
    if is_fragment(request):
        return render_page(request, "seller/home.html#latest", latest)
    months = sales.months(request.shop.pk, last=policy.SELLER_CHART_MONTHS)
    currency = _currency(request, months)
    context = {
        **latest,
        "waiting": rows(sales.waiting(request.shop.pk, limit=3)),
        "low": sales.low_on_stock(request.shop.pk),
        "steps": shops.checklist(request.shop) if request.shop.status == "draft" else [],
        "reason": shops.reason_of(request.shop) if request.shop.status == "suspended" else "",
        "purses": _purses(request.shop.pk, currency),
        "currency": currency,
        "chart": _chart(months.get(currency, ())),
    }
    return render_page(request, "seller/home.html", context)


def _currency(request: SellerRequest, months: Any) -> str:
    """The currency asked for, else the one with most orders, else the visitor's."""
    asked = request.GET.get("currency", "")
    if asked in months:
        return asked
    by_orders = {currency: sum(month.orders for month in of) for currency, of in months.items()}
    own: str = request.place.currency
    return max(by_orders, key=lambda one: (by_orders[one], one == own), default=own)


def _purses(seller_id: int, first: str) -> list[dict[str, Any]]:
    """The shop's money, a purse per currency, the one that is looked at first. Two statements."""
    clearing = sales.clearing(seller_id)
    balances = ledger.seller_balances(seller_id)
    currencies = sorted({*balances, *clearing, first}, key=lambda one: (one != first, one))
    empty = {"available": 0, "pending": 0, "in_transit": 0, "disputed": 0, "reserve": 0, "debt": 0}
    return [
        {
            "currency": currency,
            "orders": clearing[currency].orders if currency in clearing else 0,
            "owed": Money(max(0, -(balances.get(currency) or empty)["available"]), currency),
            **{name: Money(held, currency) for name, held in (balances.get(currency) or empty).items()},
        }
        for currency in currencies
    ]


def _chart(months: Sequence[sales.Month]) -> dict[str, Any] | None:
    """The columns of the last months, with a list of links to the orders that each is made of."""
    if not months:
        return None
    bars = [
        charts.Bar(
            label=date_format(month.first, "M"),
            sizes=(month.parcels.amount, month.files.amount),
            text=str(month.kept),
            short=charts.short(month.kept),
        )
        for month in months
    ]
    highest = max(months, key=lambda month: month.kept.amount).kept
    currency = highest.currency
    return {
        "bars": bars,
        "ticks": charts.scale(highest if highest.amount > 0 else Money(100, currency)),
        "files": any(month.files for month in months),
        "total": Money(sum(month.kept.amount for month in months), currency),
        "orders": sum(month.orders for month in months),
        "months": [
            {
                "name": date_format(month.first, "F"),
                "kept": month.kept,
                "orders": month.orders,
                "url": f"{reverse('seller:orders')}?period={month.first:%Y-%m}&currency={currency}",
            }
            for month in reversed(months)
            if month.orders
        ],
    }
