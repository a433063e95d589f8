"""`/seller/payouts/PO-…/accept/`: the seller takes the rate that the treasury named, or does not."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banibs.users.current_user import current_user
from marketplace.views.seller.access import SellerRequest, seller_required
from payouts.sending import treasury
from payouts.sending.refusals import PayoutRefused
from payouts.views.payout import own


@require_POST
@seller_required
def answer(request: SellerRequest, number: str) -> HttpResponseBase:
    """Takes or declines the offer that was shown, named by its id: another one since is not taken by this press."""
    row = own(request, number)
    offer = request.POST.get("offer", "")
    if not offer.isdecimal() or len(offer) > 18:
        raise Http404(number)
    user = current_user(request)
    try:
        if request.POST.get("do") == "decline":
            treasury.decline(row.pk, user=user, offer_id=int(offer))
            said = _("Declined. %(amount)s is in your available balance again.") % {"amount": row.money}
        else:
            taken = treasury.accept(row.pk, user=user, offer_id=int(offer))
            said = _("Accepted. We send %(quantity)s now; it takes up to three working days.")
            said %= {"quantity": taken}
    except PayoutRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("payouts:payout", number)
