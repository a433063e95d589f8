"""The seller's onboarding page: the way to Stripe's own form, and what is still missing."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.users.accounts import step_up
from marketplace.models import Order, Seller
from payments.gateways import outcomes
from payments.gateways.stripe import csp
from payments.stripe_answers import explain
from payouts import countries, onboarding
from payouts.methods import bank


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@csp.leads_to_stripe
def show(request: HttpRequest) -> HttpResponse:
    """`/seller/bank/`: where a shop stands with Stripe; the button goes on at Stripe."""
    seller = Seller.objects.select_related("user").filter(user=request.user.pk).first()
    if seller is None:
        return redirect("seller:start")
    if request.method == "POST":
        return _go(request, seller)
    return _render(request, seller)


def _go(request: HttpRequest, seller: Seller) -> HttpResponse:
    """Where money goes already, it is changed there: that asks once more who it is. The first time there is none."""
    if bank.has_bank(seller.pk) and not step_up.is_fresh(request):
        messages.info(request, _("Confirm that it is you, then do it again."))
        return redirect(step_up.address(request, back=reverse("payouts:onboarding")))
    site = settings.SITE_URL.rstrip("/")
    try:
        return redirect(
            onboarding.link(
                seller,
                url=site + reverse("marketplace:shop", args=[seller.slug]),
                return_url=site + reverse("payouts:onboarding_return"),
                refresh_url=site + reverse("payouts:onboarding"),
            )
        )
    except onboarding.NotOffered as there:
        messages.error(request, there.message)
    except (outcomes.Refused, outcomes.Unknown) as problem:
        messages.error(request, explain(problem).message)
    return redirect("payouts:onboarding")


@require_safe
@login_required
@never_cache
@csp.leads_to_stripe
def back(request: HttpRequest) -> HttpResponse:
    """`/seller/bank/return/`: reads the account once, so that the page tells the truth before any webhook."""
    seller = Seller.objects.select_related("user").filter(user=request.user.pk).first()
    if seller is None:
        return redirect("seller:start")
    try:
        onboarding.refresh(seller)
    except (outcomes.Unknown, outcomes.Refused) as problem:
        said = explain(problem).message
        messages.warning(request, f"{said} {_('This page shows what we knew before.')}")
    return redirect("payouts:onboarding")


def _render(request: HttpRequest, seller: Seller) -> HttpResponse:
    place = countries.destination(seller.country)
    context = {
        "shop": seller,
        "to_send_count": Order.objects.filter(seller=seller, status=Order.Status.PAID).count(),
        "state": onboarding.readiness(seller),
        "abroad": place if place and place.recipient else None,
        "write_to": settings.SUPPORT_EMAIL,
    }
    return render(request, "payments/onboarding.html", context)
