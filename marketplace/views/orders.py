"""A buyer's orders: found again, looked at, printed, received."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from banibs.core import events
from banibs.core.db import keyset_pagination
from banibs.core.states import state_labels
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.current_user import current_user
from marketplace import policy
from marketplace.checkout import breakdown as breakdowns
from marketplace.checkout import summary
from marketplace.models import Checkout, Order
from marketplace.orders import downloads, history, order_access
from marketplace.orders import transitions as order_verbs
from marketplace.regions.visitor_request import VisitorRequest


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def listing(request: VisitorRequest) -> HttpResponse:
    """A page of the person's orders, newest first. Three statements."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[: policy.SEARCH_MOST_CHARACTERS]
    state = request.GET.get("state", "")
    state = state if state in history.FILTERS else ""
    page = keyset_pagination.page(
        history.search(history.for_buyer(current_user(request)), text=text, state=state),
        request.GET,
        size=policy.ORDER_PAGE_ROWS,
    )
    context = {
        "page": page,
        "turn": page.links(request.GET),
        "text": text,
        "state": state,
        "states": [(code, label) for code, (label, _condition) in history.FILTERS.items()],
    }
    template = "marketplace/orders/order_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


def _bought(request: VisitorRequest, number: str) -> Checkout:
    user = current_user(request)
    return order_access.get_bought_checkout(user, number, rows=history.for_buyer(user))


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def detail(request: VisitorRequest, number: str) -> HttpResponse:
    """Where an order is: each shop's part, its files, what was paid. Six statements."""
    checkout = _bought(request, number)
    parts = history.parts(checkout, current_user(request))
    files = downloads.of_checkout(checkout)
    context = {
        "checkout": checkout,
        "parts": [(part, [file for file in files if file.order == part.order.pk]) for part in parts],
        "sums": summary.totals(
            checkout, [part.order for part in parts], posted=sum(1 for part in parts if not part.digital)
        ),
        "refunded": checkout.money(sum(part.order.given_back for part in parts)),
        "waits": any(part.order.status == Order.Status.CREATED for part in parts),
        "open": any(part.order.status in (Order.Status.CREATED, Order.Status.PAID) for part in parts),
        "crumbs": _crumbs(checkout.number),
    }
    template = "marketplace/orders/order.html"
    return render(request, f"{template}#parts" if request.htmx else template, context)


@require_safe
@login_required
@never_cache
def receipt(request: VisitorRequest, number: str) -> HttpResponse:
    """The order as a sheet to print or to keep. One that was never paid has none, and shows itself instead."""
    checkout = _bought(request, number)
    if checkout.paid_at is None:
        return redirect("marketplace:order", checkout.number)
    parts = history.parts(checkout, current_user(request))
    context = {
        "checkout": checkout,
        "parts": parts,
        "paid_with": next((one["text"] for one in parts[0].timeline if one.get("kind") == "order.paid"), ""),
        "shares": _shares(checkout, parts),
        "sums": summary.totals(
            checkout, [part.order for part in parts], posted=sum(1 for part in parts if not part.digital)
        ),
        "refunded": checkout.money(sum(part.order.given_back for part in parts)),
    }
    return render(request, "marketplace/orders/receipt.html", context)


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def breakdown(request: VisitorRequest, number: str) -> HttpResponse:
    """Who got what of an order, by the figures it was bought with."""
    checkout = _bought(request, number)
    parts = history.parts(checkout, current_user(request))
    context = {
        "checkout": checkout,
        "parts": _shares(checkout, parts),
        "crumbs": _crumbs(number, _("Where the money went")),
        "paid": checkout.paid_at is not None,
        "refunded": checkout.money(sum(part.order.given_back for part in parts)),
    }
    if request.htmx:
        return render(request, "marketplace/orders/payment_breakdown_drawer.html", context)
    return render(request, "marketplace/orders/payment_breakdown.html", context)


def _shares(checkout: Checkout, parts: list[history.Part]) -> breakdowns.Breakdown:
    return breakdowns.of_orders(checkout, [part.order for part in parts])


@require_POST
@login_required
def received(request: VisitorRequest, number: str) -> HttpResponse:
    """ "I have received it": completes one shop's part, named by its own number."""
    order = order_access.get_bought_order(current_user(request), number)
    try:
        order_verbs.complete(order.pk, actor=events.Actor.person(current_user(request), role="buyer"))
        messages.success(request, _("Thank you. The shop knows that you have it."))
    except InvalidTransition as refusal:
        now = state_labels.label("order", refusal.current).text
        messages.error(request, _("Nothing was changed: this order is now “%(state)s”.") % {"state": now})
    return redirect("marketplace:order", order.checkout.number)


def _crumbs(number: str, *further: str) -> list[dict[str, str]]:
    here = reverse("marketplace:order", args=[number]) if further else ""
    return [
        {"name": _("Account"), "url": reverse("marketplace:account")},
        {"name": _("Orders"), "url": reverse("marketplace:orders")},
        {"name": number, "url": here},
        *({"name": name, "url": ""} for name in further),
    ]
