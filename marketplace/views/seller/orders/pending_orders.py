"""Orders to send, longest waiting first."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from marketplace import policy
from marketplace.sellers import sales
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from marketplace.views.seller.orders.order_detail import CARRIERS
from marketplace.views.seller.orders.order_rows import rows


@require_safe
@seller_required
def pending(request: SellerRequest) -> HttpResponseBase:
    """Each parcel with its label, its pieces, and a form that says it is posted."""
    waiting = sales.waiting(request.shop.pk)
    return render_page(
        request,
        "seller/orders/pending_orders.html",
        {"rows": rows(waiting), "most": policy.SELLER_WAITING_ROWS, "carriers": CARRIERS},
    )
