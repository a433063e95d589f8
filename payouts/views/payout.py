"""`/seller/payouts/PO-…/`: one payout, why it is where it is, and what can be done about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banibs.core import events
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from payouts.models import Payout
from payouts.reading import details, history, purses
from payouts.sending import request_payout
from payouts.sending.refusals import PayoutRefused
from payouts.views import signed_quotes
from payouts.views.layout import methods_url, tabs
from wallet.payout_pause import payouts_paused


def own(request: SellerRequest, number: str) -> Payout:
    """The payout of this number, where it is the shop's. Raises Http404."""
    return history.own_payout(request.user, history.id_of(number) or 0)


@require_safe
@seller_required
@never_cache
def payout(request: SellerRequest, number: str) -> HttpResponseBase:
    """The page; while something is under way its part is asked for again every minute."""
    row = own(request, number)
    context = {
        "payout": row,
        "facts": details.of(row),
        "methods_url": methods_url(),
        "crumbs": [
            {"name": _("Payouts"), "url": reverse("payouts:overview")},
            {"name": _("History"), "url": reverse("payouts:history")},
            {"name": row.number, "url": ""},
        ],
    }
    if is_fragment(request):
        return render_page(request, "seller/payouts/payout.html#state", context)
    context |= {
        "tabs": tabs(""),
        "hold": purses.hold(request.shop.pk),
        "paused": payouts_paused(),
        "entries": details.entries(row),
    }
    return render_page(request, "seller/payouts/payout.html", context)


@require_POST
@seller_required
def cancel(request: SellerRequest, number: str) -> HttpResponseBase:
    """Cancels what was not sent yet."""
    row = own(request, number)
    try:
        request_payout.cancel_payout(row.pk, actor=events.Actor.person(request.user, role="seller"))
    except PayoutRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Cancelled. %(amount)s stays in your balance.") % {"amount": row.money})
    return redirect("payouts:payout", number)


@require_POST
@seller_required
def again(request: SellerRequest, number: str) -> HttpResponseBase:
    """Tries a payout again that was not sent."""
    row = own(request, number)
    try:
        request_payout.try_again(row.pk, actor=events.Actor.person(request.user, role="seller"))
    except PayoutRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It is tried again within minutes."))
    return redirect("payouts:payout", number)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
@never_cache
def rate(request: SellerRequest, number: str) -> HttpResponseBase:
    """A payout waits because its rate has become worse: the new one is shown, and taken or not."""
    row = own(request, number)
    if row.status != Payout.Status.REQUESTED or row.waits_for != "quote_worse":
        messages.info(request, _("It does not wait for you any more."))
        return redirect("payouts:payout", number)
    if request.method == "POST":
        quote = signed_quotes.confirmed(request.POST.get("quote", ""), row.money)
        try:
            request_payout.confirm_quote(
                row.pk, quote, actor=events.Actor.person(request.user, role="seller")
            )
        except PayoutRefused as refused:
            messages.error(request, refused.message)
            return redirect("payouts:rate", number)
        messages.success(request, _("Taken. It is sent within minutes."))
        return redirect("payouts:payout", number)
    found, unknown = signed_quotes.asked_quote(row.method, row.money)
    context = {
        "payout": row,
        "quote": found,
        "unknown": unknown,
        "signed": signed_quotes.sign(found) if found else "",
    }
    return render_page(request, "seller/payouts/rate.html", context)
