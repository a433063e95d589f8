"""`/seller/payouts/history/`: every payout, and every movement of the available balance; looked for, by page, as a file.

Beside it, as the provider has it: asked for when the page is there, so that a slow provider holds up nothing of ours.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core.db import keyset_pagination
from banibs.core.db.keyset_pagination import turned_query
from banibs.core.money import Money
from banibs.core.states import state_labels
from banibs.core.ui import csv_files
from marketplace import policy as marketplace_policy
from marketplace.sellers import time_zones
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from payouts.models import Payout
from payouts.reading import history as reading
from payouts.reading import purses
from payouts.reading.provider_lists import as_providers_have_it
from payouts.reading.words import arrival, goes_to
from payouts.views.history_form import Looking
from payouts.views.layout import methods_url, tabs
from wallet import accounts, statement

MOVEMENTS = "movements"


@require_safe
@seller_required
@never_cache
def history(request: SellerRequest) -> HttpResponseBase:
    """The list: payouts, or with `?show=movements` every line of the available balance of one currency."""
    shop, movements = request.shop, request.GET.get("show") == MOVEMENTS
    form = Looking(request.GET, reading.methods_of(shop.pk), movements=movements)
    wrong = not form.is_valid()
    currency = _currency(request)
    context: dict[str, object] = {
        "form": form,
        "movements": movements,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "currency": currency,
        "methods_url": methods_url(),
    }
    context |= _lines(request, form, currency) if movements else _payouts(request, form, currency)
    status = 422 if wrong else 200
    if is_fragment(request):
        return render_page(request, "seller/payouts/history.html#results", context, status=status)
    context |= {
        "tabs": tabs("payouts:history"),
        "purses": purses.purses(shop.pk, own_currency=request.place.currency),
        "show_url": f"{reverse('payouts:history')}?currency={currency}",
    }
    return render_page(request, "seller/payouts/history.html", context, status=status)


def _currency(request: SellerRequest) -> str:
    """The currency asked for; without one, all payouts, and of movements those of the first purse."""
    asked = request.GET.get("currency", "")
    if len(asked) == len("USD") and asked.isascii() and asked.isalpha():
        return asked.upper()
    if request.GET.get("show") != MOVEMENTS:
        return ""
    return purses.purses(request.shop.pk, own_currency=request.place.currency)[0].currency


def _payouts(request: SellerRequest, form: Looking, currency: str) -> dict[str, object]:
    rows = reading.filtered(reading.of_shop(request.shop.pk), form.looked(currency))
    found = keyset_pagination.page(rows, request.GET)
    return {"payouts": found.rows, "pages": found.links(request.GET)}


def _lines(request: SellerRequest, form: Looking, currency: str) -> dict[str, object]:
    code = accounts.available(request.shop.pk)
    turned = {name: _place(request.GET.get(name, "")) for name in ("older", "newer")}
    page = statement.page(
        code, currency, span=form.span(), older_than=turned["older"], newer_than=turned["newer"]
    )
    sides = ("older", "newer")
    return {
        "lines": page.lines,
        "pages": {
            "previous": turned_query(request.GET, sides, "newer", page.newer) if page.newer else None,
            "next": turned_query(request.GET, sides, "older", page.older) if page.older else None,
        },
    }


def _place(text: str) -> statement.Place | None:
    try:
        return statement.Place.parse(text) if text else None
    except (ValueError, OverflowError):
        return None


@require_safe
@seller_required
@never_cache
def export(request: SellerRequest) -> HttpResponseBase:
    """The same list as CSV: payouts newest first, movements oldest first, streamed, at most 10,000 rows."""
    shop, movements = request.shop, request.GET.get("show") == MOVEMENTS
    form = Looking(request.GET, reading.methods_of(shop.pk), movements=movements)
    currency = _currency(request)
    zone = time_zones.zone(shop)
    if movements:
        lines = statement.oldest_first(accounts.available(shop.pk), currency, span=form.span())
        table = _lines_table(lines, zone)
    else:
        table = _payouts_table(reading.filtered(reading.of_shop(shop.pk), form.looked(currency)), zone)
    name = f"{'movements' if movements else 'payouts'}-{shop.slug}.csv"
    return StreamingHttpResponse(
        _file(table),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _file(table: Iterator[list[csv_files.Cell]]) -> Iterator[str]:
    yield csv_files.MARK
    yield from csv_files.lines(table)


def _payouts_table(rows: QuerySet[Payout], zone: zoneinfo.ZoneInfo) -> Iterator[list[csv_files.Cell]]:
    heads = (
        _("Payout"),
        _("Asked for"),
        _("Sent to"),
        _("Way"),
        _("Status"),
        _("Arrival"),
        _("Currency"),
        _("Amount"),
    )
    yield [f"{head} ({zone.key})" if n == 1 else head for n, head in enumerate(heads)]
    written, last = 0, None
    most, at_once = marketplace_policy.SELLER_EXPORT_MOST_ROWS, marketplace_policy.SELLER_EXPORT_ROWS_AT_ONCE
    while written < most:
        part = list((rows if last is None else rows.filter(pk__lt=last))[: min(at_once, most - written)])
        for row in part:
            yield [
                row.number,
                f"{row.requested_at.astimezone(zone):%Y-%m-%d %H:%M}",
                goes_to(row.method),
                str(row.method.get_kind_display()),
                state_labels.label("payout", row.status).say(),
                arrival(row),
                row.currency,
                Decimal(row.money.plain),
            ]
        if len(part) < at_once:
            return
        written, last = written + len(part), part[-1].pk


def _lines_table(lines: Iterator[statement.Line], zone: zoneinfo.ZoneInfo) -> Iterator[list[csv_files.Cell]]:
    heads = (_("Date"), _("What"), _("Reference"), _("Currency"), _("Amount"), _("Available after"))
    yield [f"{head} ({zone.key})" if n == 0 else head for n, head in enumerate(heads)]
    for n, line in enumerate(lines):
        if n == marketplace_policy.SELLER_EXPORT_MOST_ROWS:
            return
        moment = f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}"
        texts = [moment, str(line.text), line.reference, line.amount.currency]
        yield [
            *texts,
            Decimal(line.amount.plain),
            Decimal(Money(line.balance.amount, line.balance.currency).plain),
        ]


@require_safe
@seller_required
@never_cache
def listed(request: SellerRequest) -> HttpResponseBase:
    """Upcoming and past payouts as each provider of the shop's destinations has them. A plain page without script."""
    context = {"providers": as_providers_have_it(request.shop.pk)}
    if is_fragment(request):
        return render_page(request, "seller/payouts/provider_lists.html#lists", context)
    return render_page(
        request, "seller/payouts/provider_lists.html", context | {"tabs": tabs("payouts:history")}
    )
