"""`/seller/payouts/statements/`: the months of a shop, each as a document and as a file; any period as a file."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payments.receipts import months, stored
from payments.views.documents import serve
from payouts.statements.months import statement_months
from payouts.statements.period import BadPeriod, read
from payouts.statements.serving import csv_answer
from payouts.views.layout import tabs


@require_safe
@seller_required
@never_cache
def listing(request: SellerRequest) -> HttpResponseBase:
    """The list of months, and a form for a file of any period."""
    return _page(request)


def _page(request: SellerRequest, problem: BadPeriod | None = None) -> HttpResponseBase:
    by_currency = statement_months(request.shop.pk)
    asked = request.GET.get("currency", "")
    currency = asked if asked in by_currency else next(iter(by_currency), "")
    context = {
        "tabs": tabs("payouts:statements"),
        "currencies": list(by_currency),
        "currency": currency,
        "months": by_currency.get(currency, []),
        "problem": problem,
        "from": request.GET.get("from", ""),
        "to": request.GET.get("to", ""),
    }
    status = 422 if problem else 200
    return render_page(request, "seller/payouts/statements.html", context, status=status)


@require_safe
@seller_required
@never_cache
@vary_on_headers("HX-Request")
def document(request: SellerRequest, currency: str, month: str) -> HttpResponse:
    """A month that is over, as PDF; while it is made, the page that waits for it."""
    over = months.over(month)
    if over is None or not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise Http404
    back = f"{reverse('payouts:statements')}?currency={currency}"
    try:
        found = stored.of_shop(request.shop.pk, currency, over)
    except stored.NothingToSay as nothing:
        messages.info(request, nothing.message)
        return redirect(back)
    name = _("BANIBS statement %(currency)s %(month)s") % {"currency": currency, "month": over.name}
    return serve(request, [found], name=name, back=(back, _("Back to the statements")))


@require_safe
@seller_required
@never_cache
def file(request: SellerRequest) -> HttpResponseBase:
    """The movements of a period as CSV: ?currency=GBP&from=2026-11-01&to=2026-11-30, or &month=2026-11."""
    try:
        period = read(request.GET)
    except BadPeriod as problem:
        return _page(request, problem)
    return csv_answer(request.shop.pk, request.shop.slug, period)
