"""The staff's screens of cases: those that wait for a decision, and each with its conversation and the decision."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import policy as core_policy
from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from marketplace.models import MessagePicture
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.order_messages import picture_response
from payments import policy
from payments.cases import staff_decision
from payments.cases.refused import CaseRefused
from payments.models import Case
from payments.refunds.refused import RefundRefused
from payments.views.cases import conversation
from payments.views.cases.part_field import part_field

VERDICTS = (
    ("refund", gettext_lazy("All of the money goes back")),
    ("part", gettext_lazy("A part of the money goes back")),
    ("nothing", gettext_lazy("Nothing goes back")),
)


class DecisionForm(NoCardNumbers, forms.Form):
    """What goes back, and why."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What goes back"), choices=VERDICTS, widget=forms.RadioSelect
    )
    reason = TextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Buyer and shop read it."),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, case: Case, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["amount"] = part_field(case.order)
        self.order_fields(["verdict", "amount", "reason"])

    def clean(self) -> None:
        """A part needs its amount."""
        super().clean()
        data = self.cleaned_data
        if data.get("verdict") == "part" and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Say how much."))


@require_safe
@never_cache
def listing(request: VisitorRequest, site: dict[str, object]) -> HttpResponse:
    """Those that wait for staff, the longest first. Two statements."""
    _allow(request)
    waiting = Case.objects.filter(status=Case.Status.STAFF).select_related("order__seller", "order__buyer")
    context = {
        **site,
        "title": _("Problems that wait for a decision"),
        "cases": list(waiting.order_by("opened_at", "pk")[: policy.CASES_SHOWN]),
    }
    return render(request, "admin/dashboard/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: VisitorRequest, site: dict[str, object], pk: int) -> HttpResponse:
    """One case: what was written, and the decision where it waits for one."""
    _allow(request)
    case = _case(pk)
    form = DecisionForm(case, request.POST if request.method == "POST" else None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _decide(request, case, form)
                messages.success(request, _("Decided. Both sides know."))
                return redirect("admin:cases")
            except (CaseRefused, RefundRefused) as refusal:
                problem, status = refusal.message, refusal.status
                case = _case(pk)
    order = case.order
    context = {
        **site,
        "title": case.get_kind_display(),
        "case": case,
        "order": order,
        "total": order.money(order.total),
        "refunded": order.money(order.refunded),
        "turn": conversation.turn(case, reader="staff"),
        "entries": conversation.entries(case, reader="staff"),
        "form": form if case.status == Case.Status.STAFF else None,
        "problem": problem,
    }
    return render(request, "admin/dashboard/case.html", context, status=status)


def _decide(request: VisitorRequest, case: Case, form: DecisionForm) -> None:
    said = form.cleaned_data
    amount = said["amount"].amount if said["verdict"] == "part" else None
    staff_decision.decide(
        case.pk, verdict=said["verdict"], user=current_user(request), reason=said["reason"], amount=amount
    )


@require_safe
@never_cache
def picture(request: VisitorRequest, site: dict[str, object], pk: int) -> HttpResponseBase:
    """A picture of a conversation that has become a case."""
    _allow(request)
    found = MessagePicture.objects.filter(pk=pk, message__order__cases__isnull=False).first()
    if found is None:
        raise Http404
    return picture_response(found)


def _allow(request: VisitorRequest) -> None:
    if not request.user.has_perm("payments.change_case"):
        raise PermissionDenied


def _case(pk: int) -> Case:
    found = (
        Case.objects.select_related("order__seller", "order__checkout", "order__buyer").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found
