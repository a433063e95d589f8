"""Filling the wallet: an amount, then a card."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core.money import InvalidAmount, Money, parse
from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.charges import limits, top_ups
from payments.gateways.stripe import csp
from payments.models import Payment
from payments.views.card_payment import own, pay_with_saved, show


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def amount(request: VisitorRequest) -> HttpResponse:
    """`/account/wallet/top-up/`: how much, within limits that are said before."""
    currency = request.place.currency
    problem = ""
    if request.method == "POST":
        try:
            wanted = parse(request.POST.get("other", "").strip() or request.POST.get("amount", ""), currency)
            payment = top_ups.create(user=current_user(request), amount=wanted, return_to=_next(request))
            return redirect("payments:top_up_card", payment.pk)
        except InvalidAmount:
            problem = _("Enter an amount such as 25 or 25.50")
        except top_ups.TopUpRefused as refused:
            problem = refused.message
    least, most = limits.top_up_range(currency)
    context = {
        "taken": limits.cards_taken(currency),
        "choices": [Money(choice, currency) for choice in policy.TOP_UP_CHOICES],
        "least": least,
        "most": most,
        "problem": problem,
        "chosen": request.POST.get("amount") or request.GET.get("amount", ""),
        "other": request.POST.get("other") or request.GET.get("other", ""),
        "next": _next(request),
    }
    return render(request, "payments/top_up.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@csp.takes_cards
def card(request: VisitorRequest, payment: int) -> HttpResponse:
    """`/account/wallet/top-up/<payment>/`: the card of a top-up."""
    row = own(request, pk=payment, checkout=None)
    if row.status in (Payment.Status.SUCCEEDED, Payment.Status.PROCESSING, Payment.Status.CANCELED):
        return redirect("payments:return", row.pk)
    if request.method == "POST":
        return pay_with_saved(request, row, request.POST.get("card", ""))
    return show(request, row)


def _next(request: VisitorRequest) -> str:
    """The page of ours that the top-up was begun from, and returns to."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""
