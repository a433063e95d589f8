"""Staff's screens of early fraud warnings: one decision each, to refund in time or to leave it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import policy as core_policy
from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.disputes import fraud_warnings
from payments.models import EarlyFraudWarning

PageContext = dict[str, object]
SEE, ACT = "payments.view_earlyfraudwarning", "payments.change_earlyfraudwarning"


class DecisionForm(NoCardNumbers, forms.Form):
    """Why."""

    note = TextField(
        label=gettext_lazy("Why"),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Other staff read this later."),
    )


@require_safe
@never_cache
def list_(request: VisitorRequest, site: PageContext) -> HttpResponse:
    """`/admin/desk/fraud-warnings/`: what waits, the oldest first, and what was decided lately."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    rows = EarlyFraudWarning.objects.select_related("intent", "payment__checkout")
    state = EarlyFraudWarning.State
    context = {
        **site,
        "title": _("Warnings of fraud"),
        "rows": rows.filter(state=state.OPEN).order_by("opened_at", "pk")[: policy.DISPUTE_ROWS],
        "decided": rows.exclude(state=state.OPEN).order_by("-pk")[: policy.DISPUTE_ROWS],
    }
    return render(request, "admin/dashboard/disputes/fraud_warnings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """One warning; POST decides it."""
    posted = request.method == "POST"
    if not request.user.has_perm(ACT if posted else SEE):
        raise PermissionDenied
    rows = EarlyFraudWarning.objects.select_related(
        "intent", "payment__checkout", "payment__user", "decided_by"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    form = DecisionForm(request.POST if posted else None)
    problem = ""
    if posted and form.is_valid():
        problem = _decide(request, row, form.cleaned_data["note"])
        if not problem:
            return redirect("admin:fraud_warnings")
        row = rows.get(pk=pk)
    context = {
        **site,
        "title": _("Warning of fraud"),
        "row": row,
        "orders": fraud_warnings.orders_of(row),
        "form": form,
        "problem": problem,
    }
    status = 409 if problem else 422 if posted else 200
    return render(request, "admin/dashboard/disputes/fraud_warning.html", context, status=status)


def _decide(request: VisitorRequest, row: EarlyFraudWarning, note: str) -> str:
    """What went wrong, in words; nothing when it is decided."""
    user = current_user(request)
    try:
        if request.POST.get("do") == "refund":
            fraud_warnings.refund(row.pk, user=user, note=note)
            messages.success(request, _("Refunded. Stripe has been asked to send the money back."))
        else:
            fraud_warnings.leave(row.pk, user=user, note=note)
            messages.success(request, _("Left as it is."))
    except fraud_warnings.WarningOver:
        return _("This was decided already, or there is nothing to decide any more.")
    except fraud_warnings.NotRefunded as refused:
        return str(refused)
    return ""
