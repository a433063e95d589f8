"""`/seller/payouts/schedules/`: when a shop is paid out by itself, what came of each date, and pause, resume, end."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banibs.core import events
from banibs.core.security.access_audit import get_own_or_404
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payouts.models import PayoutSchedule
from payouts.reading import purses, runs
from payouts.schedules import changes
from payouts.sending.refusals import PayoutRefused
from payouts.views.layout import tabs
from wallet.payout_pause import payouts_paused


@require_safe
@seller_required
@never_cache
def schedules(request: SellerRequest) -> HttpResponseBase:
    """The schedules, with the last dates of each. A fixed number of statements."""
    rows = list(
        PayoutSchedule.objects.filter(seller=request.shop)
        .exclude(state=PayoutSchedule.State.ENDED)
        .select_related("method")
    )
    context = {
        "tabs": tabs("payouts:overview"),
        "rows": rows,
        "runs": runs.latest(request.shop.pk),
        "hold": purses.hold(request.shop.pk),
        "paused": payouts_paused(),
    }
    return render_page(request, "seller/payouts/schedules.html", context)


@require_POST
@seller_required
def change(request: SellerRequest, pk: int) -> HttpResponseBase:
    """Pauses, resumes or ends one."""
    among = PayoutSchedule.objects.filter(pk=pk)
    row = get_own_or_404(among.filter(seller=request.shop), among=among, user=request.user, role="seller")
    act = {
        "pause": (changes.pause_schedule, _("Paused. Its dates go by until you resume it.")),
        "resume": (changes.resume_schedule, _("It goes on with its next date.")),
        "end": (changes.end_schedule, _("Ended. What it has paid out goes on.")),
    }.get(request.POST.get("do", ""))
    if act is None:
        raise Http404(str(pk))
    verb, said = act
    try:
        verb(row.pk, actor=events.Actor.person(request.user, role="seller"))
    except PayoutRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("payouts:schedules")
