"""`/account/orders/<no>/cancel/`: a buyer cancels what is not sent. First what goes back and where, then the deed."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import events
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.core.text import clean_text
from banibs.users.current_user import current_user
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Order
from marketplace.orders import order_access
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.cases.opening import asked_to_cancel, request_cancellation
from payments.cases.refused import CaseRefused
from payments.gateways import outcomes
from payments.refunds.buyer_cancellation import Cancellation, How, cancel_as_buyer, cancellations
from payments.refunds.in_dispute import OrderInDispute
from payments.stripe_answers import explain

ALL = "all"  # instead of an order's number: every part that is cancelled at once


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def cancel(request: VisitorRequest, number: str) -> HttpResponse:
    """Each shop's part with what would go back of it; one button for each, and one for all that goes at once."""
    user = current_user(request)
    checkout = order_access.get_bought_checkout(user, number, rows=Checkout.objects.all())
    parts = _parts(checkout)
    if request.method == "POST":
        chosen = [one for one in parts if request.POST.get("part") in (one.order.number, ALL)]
        return _cancel(request, checkout, chosen)
    waiting = asked_to_cancel(one.order.pk for one in parts if one.how == How.BY_REQUEST)
    at_once = [one for one in parts if one.how == How.AT_ONCE]
    context = {
        "checkout": checkout,
        "unpaid": next((one for one in parts if one.how == How.UNPAID), None),
        "parts": [(one, waiting.get(one.order.pk)) for one in parts],
        "any": any(one.allowed for one in parts),
        "together": checkout.money(sum(one.amount.amount for one in at_once)) if len(at_once) > 1 else None,
        "all": ALL,
        "most": policy.REFUND_NOTE_MOST_CHARACTERS,
        "crumbs": [
            {"name": _("Orders"), "url": reverse("marketplace:orders")},
            {"name": number, "url": reverse("marketplace:order", args=[number])},
            {"name": _("Cancel"), "url": ""},
        ],
    }
    return render(request, "payments/cancel_order.html", context)


def _parts(checkout: Checkout) -> list[Cancellation]:
    orders = Order.objects.filter(checkout=checkout).select_related("seller", "checkout").order_by("pk")
    return cancellations(list(orders))


def _cancel(request: VisitorRequest, checkout: Checkout, chosen: Sequence[Cancellation]) -> HttpResponse:
    actor = events.Actor.person(request.user, role="buyer")
    reason = clean_text(request.POST.get("reason", "").replace("\x00", ""))[
        : policy.REFUND_NOTE_MOST_CHARACTERS
    ]
    back: list[Money] = []
    for one in chosen:
        if one.how == How.BY_REQUEST and request.POST.get("part") != ALL:
            return _ask_shop(request, one, reason)
        problem = _problem(one, actor, reason)
        if problem is None:
            back.append(one.amount)
        elif request.POST.get("part") != ALL or one.how == How.AT_ONCE:
            messages.error(request, f"{one.order.number}: {problem}")
        if one.how == How.UNPAID:  # the whole of it ended with the first
            break
    if back:
        given = checkout.money(sum(one.amount for one in back))
        words = (
            _("Cancelled. %(amount)s goes back to you.") if given else _("Cancelled. Nothing was charged.")
        )
        messages.success(request, words % {"amount": given})
    return redirect("marketplace:order", checkout.number)


def _ask_shop(request: VisitorRequest, one: Cancellation, reason: str) -> HttpResponse:
    """Opens the case in which the shop decides, or leads to the one that is open."""
    try:
        case = request_cancellation(one.order, user=current_user(request), text=reason)
    except CaseRefused as refusal:
        messages.error(request, f"{one.order.number}: {refusal.message}")
        return redirect("marketplace:order", one.order.checkout.number)
    messages.success(request, _("%(shop)s is asked. You hear by email.") % {"shop": one.order.seller.name})
    return redirect("payments:case", case.pk)


def _problem(one: Cancellation, actor: events.Actor, reason: str) -> str | None:
    """Cancels it; why not, where it could not be. Nothing has moved then."""
    try:
        return None if cancel_as_buyer(one, actor=actor, reason=reason) else one.why
    except InvalidTransition:
        return _("It changed meanwhile. Nothing was done.")
    except (OrderInDispute, CheckoutRefusal) as refusal:
        return refusal.message
    except outcomes.Unknown as silent:
        return f"{explain(silent).message} {_('Nothing was done.')}"
