"""`/seller/payouts/`: what a shop can have, when the rest comes, and what is on its way; one currency at a time."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payouts import analytics, policy
from payouts.clearing.schedule import Clearing, clearing_of
from payouts.models import Payout, PayoutMethod
from payouts.reading import purses
from payouts.views.layout import methods_url, tabs
from wallet.payout_pause import payouts_paused


@require_safe
@seller_required
@never_cache
def overview(request: SellerRequest) -> HttpResponseBase:
    """The money in one currency, and the latest payouts. A fixed number of statements, however many sales."""
    shop = request.shop
    everything = purses.purses(shop.pk, own_currency=request.place.currency)
    purse = purses.chosen(everything, request.GET.get("currency", ""))
    clearing = clearing_of(shop).get(purse.currency)
    latest = Payout.objects.filter(seller=shop, currency=purse.currency).select_related("method")
    context = {
        "tabs": tabs("payouts:overview"),
        "purse": purse,
        "purses": everything,
        "clearing": clearing,
        "clearing_orders": _orders(clearing) if clearing else 0,
        "earnings": analytics.overview(shop, purse.currency, request.GET.get("month", "")),
        "moving": list(purses.on_its_way(shop.pk, purse.currency, most=policy.PAYOUTS_ON_THEIR_WAY_SHOWN)),
        "payouts": list(latest.order_by("-pk")[: policy.PAYOUTS_ON_OVERVIEW]),
        "next": purses.next_due(shop.pk, purse.currency),
        "hold": purses.hold(shop.pk),
        "paused": payouts_paused(),
        "methods_url": methods_url(),
        "has_method": PayoutMethod.objects.filter(seller=shop, removed_at=None).exists(),
    }
    return render_page(request, "seller/payouts/overview.html", context)


def _orders(clearing: Clearing) -> int:
    return sum(day.orders for day in clearing.days) + sum(reason.orders for reason in clearing.waits)
