"""A buyer's pages of a case: saying what is wrong, and the conversation with its end."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HTMX_STOP_POLLING

from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.users.current_user import current_user
from banibs.users.models import User
from marketplace.messages import thread
from marketplace.models import Order
from marketplace.orders import order_access
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.message_form import MessageForm
from payments import policy
from payments.cases import answers, case_access, opening, parcels
from payments.cases.refused import CaseRefused
from payments.models import Case, Proposal
from payments.refunds.refused import RefundRefused
from payments.views.cases import conversation


class ProblemForm(MessageForm):
    """What is wrong, in the buyer's words, with pictures."""

    def __init__(
        self,
        kinds: list[str],
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
    ) -> None:
        super().__init__(data, files)
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is wrong?"),
            choices=[(kind, Case.Kind(kind).label) for kind in kinds],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what fits best.")},
        )
        self.fields["text"].label = _("What happened, and what would you like?")
        self.order_fields(["kind", "text", "pictures"])


class ParcelForm(NoCardNumbers, forms.Form):
    """How a parcel travels. Both may be left empty."""

    carrier = LineField(label=gettext_lazy("Carrier"), max_length=60, required=False)
    tracking = LineField(label=gettext_lazy("Tracking number"), max_length=80, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def problem(request: VisitorRequest, number: str) -> HttpResponse:
    """ "Something is wrong": what, and a few words. 409 with the reason where nothing can be said of the order now."""
    user = current_user(request)
    order = order_access.get_bought_order(user, number)
    if order.case_open and (case := _open_case(order)) is not None:
        return redirect("payments:case", case.pk)
    kinds = opening.kinds_for(order)
    form = ProblemForm(kinds, request.POST or None, request.FILES or None)
    refusal = None if kinds else opening.reason_against(order, Case.Kind.NOT_AS_DESCRIBED)
    if request.method == "POST" and kinds and form.is_valid():
        said = form.cleaned_data
        try:
            case = form.written(
                lambda: opening.open_case(
                    order.pk, kind=said["kind"], text=said["text"], user=user, uploads=said["pictures"]
                )
            )
        except CaseRefused as late:
            refusal, case = late, None
        if case is not None:
            messages.success(request, _("The shop knows. You see its answer here, and by email."))
            return redirect("payments:case", case.pk)
    context = {
        "order": order,
        "form": form,
        "refusal": refusal,
        "crumbs": _crumbs(order, _("Something is wrong")),
    }
    status = 409 if refusal else 400 if form.errors else 200
    return render(request, "payments/cases/problem.html", context, status=status)


def _open_case(order: Order) -> Case | None:
    """None where it ended since the order was read."""
    return order.cases.exclude(status=Case.Status.CLOSED).first()


Verb = Callable[[Case, User, ParcelForm], object]
_VERBS: dict[str, Verb] = {
    "accept": lambda case, user, _form: answers.accept(case.pk, user=user),
    "decline": lambda case, user, _form: answers.decline_offer(case.pk, user=user),
    "staff": lambda case, user, _form: answers.ask_staff(case.pk, user=user),
    "close": lambda case, user, _form: answers.withdraw(case.pk, user=user),
    "sent": lambda case, user, form: parcels.parcel_sent(
        case.pk, side="buyer", user=user, **form.cleaned_data
    ),
    "received": lambda case, user, _form: parcels.parcel_received(case.pk, side="buyer", user=user),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@vary_on_headers("HX-Request")
def show(request: VisitorRequest, pk: int) -> HttpResponse:
    """The conversation, what was offered, whose turn it is, and what can be done. Seven statements."""
    user = current_user(request)
    case = case_access.get_bought_case(user, pk)
    if request.method != "POST":
        return _page(request, case, MessageForm(), ParcelForm())
    verb = request.POST.get("do", "")
    if verb == "say":
        return _say(request, case, user)
    parcel = ParcelForm(request.POST if verb == "sent" else {})
    if verb not in _VERBS or not parcel.is_valid():
        return _page(request, case, MessageForm(), parcel, status=400)
    try:
        _VERBS[verb](case, user, parcel)
    except (CaseRefused, RefundRefused) as refusal:
        case = case_access.get_bought_case(user, pk)
        return _page(request, case, MessageForm(), ParcelForm(), status=409, refusal=refusal.message)
    return redirect("payments:case", pk)


def _say(request: VisitorRequest, case: Case, user: User) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        about = case.pk if case.is_open else None
        wrote = form.written(
            lambda: thread.write(
                case.order, side="buyer", author=user, text=said["text"], uploads=said["pictures"], case=about
            )
        )
        if wrote is not None:
            return redirect(reverse("payments:case", args=[case.pk]) + "#talk")
    return _page(request, case, form, ParcelForm(), status=400)


def _page(
    request: VisitorRequest,
    case: Case,
    form: MessageForm,
    parcel: ParcelForm,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    offer = case.proposals.filter(state__in=[Proposal.State.OFFERED, Proposal.State.ACCEPTED]).first()
    context = {
        "case": case,
        "order": case.order,
        "reader": "buyer",
        "offer": offer,
        "offer_amount": offer.money(case.order) if offer else None,
        "turn": conversation.turn(case, reader="buyer"),
        "entries": conversation.entries(case, reader="buyer"),
        "may_ask_staff": answers.may_ask_staff(case),
        "form": form,
        "parcel": parcel,
        "refusal": refusal,
        "asks": policy.CASE_PAGE_ASKS_AFTER_SECONDS,
        "crumbs": _crumbs(case.order, str(case.get_kind_display())),
    }
    template = "payments/cases/case.html"
    if request.htmx and request.method != "POST":
        stop = HTMX_STOP_POLLING if not case.is_open else 200
        return render(request, f"{template}#live", context, status=stop)
    return render(request, template, context, status=status)


def _crumbs(order: Order, last: str) -> list[dict[str, str]]:
    number = order.checkout.number
    return [
        {"name": _("Orders"), "url": reverse("marketplace:orders")},
        {"name": number, "url": reverse("marketplace:order", args=[number])},
        {"name": last, "url": ""},
    ]
