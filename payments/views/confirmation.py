"""The proof: what was paid, what can be fetched now, and what happens next."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core.security import access_audit
from banibs.users.current_user import current_user
from marketplace.checkout import summary
from marketplace.models import Checkout, Order
from marketplace.orders import downloads
from payments.models import Payment


@require_safe
@login_required
@never_cache
def show(request: HttpRequest, number: str) -> HttpResponse:
    """A checkout of this person. Another's, or none, is 404. Four statements."""
    payment = (
        Payment.objects.select_related("checkout")
        .filter(checkout__number=number, checkout__user=current_user(request))
        .first()
    )
    if payment is None or payment.checkout is None:
        access_audit.record_refusal(current_user(request), Checkout.objects.filter(number=number))
        raise Http404
    checkout = payment.checkout
    orders = list(
        Order.objects.filter(checkout=checkout)
        .select_related("seller")
        .prefetch_related("lines")
        .order_by("id")
    )
    context = {
        "step": "done",
        "checkout": checkout,
        "payment": payment,
        "orders": [(order, *_arrives(checkout, order)) for order in orders],
        "files": downloads.of_checkout(checkout),
        "total": checkout.money(checkout.total),
        "sums": summary.totals(checkout, posted=sum(1 for order in orders if order.min_days is not None)),
    }
    return render(request, "payments/confirmation.html", context)


def _arrives(checkout: Checkout, order: Order) -> tuple[dt.date | None, dt.date | None]:
    """Between which days a parcel was said to arrive."""
    if order.min_days is None or order.max_days is None:
        return None, None
    placed = checkout.placed_at.date()
    return placed + dt.timedelta(days=order.min_days), placed + dt.timedelta(days=order.max_days)
