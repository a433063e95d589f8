"""The proof: what was paid, what can be fetched now, and what happens next."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.users.current_user import current_user
from marketplace.checkout import summary
from marketplace.models import Checkout, Order
from marketplace.orders import downloads, order_access
from marketplace.orders.expected_days import expected_days


@require_safe
@login_required
@never_cache
def show(request: HttpRequest, number: str) -> HttpResponse:
    """A checkout of this person. Another's, or none, is 404. Four statements."""
    checkout = order_access.get_bought_checkout(
        current_user(request),
        number,
        rows=Checkout.objects.select_related("payment").filter(payment__isnull=False),
    )
    orders = list(
        Order.objects.filter(checkout=checkout)
        .select_related("seller")
        .prefetch_related("lines")
        .order_by("id")
    )
    context = {
        "step": "done",
        "checkout": checkout,
        "payment": checkout.payment,
        "orders": [
            (order, *expected_days(checkout.placed_at.date(), order.min_days, order.max_days))
            for order in orders
        ],
        "files": downloads.of_checkout(checkout),
        "total": checkout.money(checkout.total),
        "sums": summary.totals(
            checkout, orders, posted=sum(1 for order in orders if order.min_days is not None)
        ),
    }
    return render(request, "payments/confirmation.html", context)
