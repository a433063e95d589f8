"""Asking for what one person may not do alone, once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payouts.models import Payout
from wallet import approvals
from wallet.models import Approval


def ask(
    request: VisitorRequest, payout: Payout, name: str, payload: dict[str, str | int], reason: str
) -> HttpResponse:
    """Asks for it; within what one person may do alone it is done. Raises NotAllowed, Tampered."""
    if waiting(payout, payload.get("hold")) is not None:
        raise approvals.Tampered(_("This was asked for already. Somebody else decides."))
    approval = approvals.request(name, payload=payload, requester=current_user(request), reason=reason)
    if approval.status == approvals.Status.APPROVED:
        messages.success(request, _("Done."))
        return redirect("admin:payout", payout.pk)
    messages.success(request, _("Asked for. Somebody else must agree before anything moves."))
    return redirect("admin:wallet_approval_change", approval.pk)


def waiting(payout: Payout, hold: object = None) -> Approval | None:
    """What was asked for about it, or about the hold of its shop, and is not decided. One statement."""
    subject = f"payout_hold:{hold}" if hold else f"payout:{payout.pk}"
    asked = Approval.objects.filter(status=Approval.Status.REQUESTED, subject=subject)
    return asked.select_related("requester").order_by("pk").first()
