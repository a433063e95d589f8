"""A shop's pages of cases: those that wait for it first, and each with its conversation and its answers."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HTMX_STOP_POLLING

from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from banibs.users.models import User
from marketplace.messages import thread
from marketplace.messages.thread import MessageRefused
from marketplace.views.message_form import MessageForm
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from payments import policy
from payments.cases import answers, case_access, parcels
from payments.cases.refused import CaseRefused
from payments.models import Case, Proposal
from payments.refunds.refused import RefundRefused
from payments.views.cases import conversation
from payments.views.cases.buyer import ParcelForm
from payments.views.cases.part_field import part_field

NOTHING = "nothing"


class OfferForm(NoCardNumbers, forms.Form):
    """What the shop offers, or why it offers nothing."""

    words = TextField(
        label=gettext_lazy("Message to the buyer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For a return: where to send it, and whether a label comes with it."),
    )

    def __init__(self, case: Case, data: QueryDict | None = None) -> None:
        super().__init__(data)
        order, offered = case.order, answers.kinds_offered(case)
        choices = [(kind, Proposal.Kind(kind).label) for kind in offered]
        self.fields["kind"] = forms.ChoiceField(
            label=_("What do you offer?"),
            choices=[*choices, (NOTHING, _("Nothing, and I say why"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what you offer.")},
        )
        if Proposal.Kind.PART in offered:
            self.fields["amount"] = part_field(order)
        self.order_fields(["kind", "amount", "words"])

    def clean(self) -> None:
        """A part needs its amount, a refusal its reason."""
        super().clean()
        data = self.cleaned_data
        if (
            data.get("kind") == Proposal.Kind.PART
            and data.get("amount") is None
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("Say how much."))
        if data.get("kind") == NOTHING and not data.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say why. The buyer reads it."))


@require_safe
@seller_required
def listing(request: SellerRequest) -> HttpResponseBase:
    """The shop's cases, those that wait for it by their deadline first. Two statements."""
    context = {"cases": list(case_access.cases_of_shop(request.shop.pk))}
    return render_page(request, "seller/cases/case_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def show(request: SellerRequest, pk: int) -> HttpResponseBase:
    """The conversation, and what the shop can do about it now."""
    user = current_user(request)
    case = case_access.get_sold_case(request.shop.pk, pk, user=user)
    if request.method != "POST":
        return _page(request, case)
    verb = request.POST.get("do", "")
    if verb == "say":
        return _say(request, case, user)
    if verb == "offer":
        return _offer(request, case, user)
    parcel = ParcelForm(request.POST if verb == "sent" else {})
    if verb not in ("take_back", "sent", "received") or not parcel.is_valid():
        return _page(request, case, parcel=parcel, status=400)
    try:
        if verb == "take_back":
            answers.take_back(case.pk, user=user)
        elif verb == "sent":
            parcels.parcel_sent(case.pk, side="seller", user=user, **parcel.cleaned_data)
        else:
            parcels.parcel_received(case.pk, side="seller", user=user)
    except (CaseRefused, RefundRefused) as refusal:
        return _as_it_is_now(request, pk, refusal.message)
    return redirect("payments:seller_case", pk)


def _offer(request: SellerRequest, case: Case, user: User) -> HttpResponseBase:
    form = OfferForm(case, request.POST)
    if not form.is_valid():
        return _page(request, case, offer_form=form, status=400)
    said = form.cleaned_data
    amount = said.get("amount") if said["kind"] == Proposal.Kind.PART else None
    try:
        if said["kind"] == NOTHING:
            answers.decline_request(case.pk, user=user, text=said["words"])
        else:
            answers.propose(
                case.pk,
                kind=said["kind"],
                user=user,
                amount=amount.amount if amount else None,
                text=said["words"],
            )
    except MessageRefused as refusal:
        form.add_error("words", refusal.message)
        return _page(request, case, offer_form=form, status=400)
    except (CaseRefused, RefundRefused) as refusal:
        return _as_it_is_now(request, case.pk, refusal.message)
    messages.success(request, _("The buyer knows."))
    return redirect("payments:seller_case", case.pk)


def _say(request: SellerRequest, case: Case, user: User) -> HttpResponseBase:
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        about = case.pk if case.is_open else None
        wrote = form.written(
            lambda: thread.write(
                case.order,
                side="seller",
                author=user,
                text=said["text"],
                uploads=said["pictures"],
                case=about,
            )
        )
        if wrote is not None:
            return redirect(reverse("payments:seller_case", args=[case.pk]) + "#talk")
    return _page(request, case, form=form, status=400)


def _as_it_is_now(request: SellerRequest, pk: int, refusal: str) -> HttpResponseBase:
    case = case_access.get_sold_case(request.shop.pk, pk, user=current_user(request))
    return _page(request, case, status=409, refusal=refusal)


def _page(
    request: SellerRequest,
    case: Case,
    *,
    form: MessageForm | None = None,
    offer_form: OfferForm | None = None,
    parcel: ParcelForm | None = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponseBase:
    offer = case.proposals.filter(state__in=[Proposal.State.OFFERED, Proposal.State.ACCEPTED]).first()
    answers_now = case.waits_for == Case.Side.SELLER and case.status in (
        Case.Status.OPEN,
        Case.Status.DECLINED,
    )
    context = {
        "case": case,
        "order": case.order,
        "reader": "seller",
        "offer": offer,
        "offer_amount": offer.money(case.order) if offer else None,
        "turn": conversation.turn(case, reader="seller"),
        "entries": conversation.entries(case, reader="seller"),
        "offer_form": (offer_form or OfferForm(case)) if answers_now else None,
        "form": form or MessageForm(),
        "parcel": parcel or ParcelForm(),
        "refusal": refusal,
        "asks": policy.CASE_PAGE_ASKS_AFTER_SECONDS,
        "total": case.order.money(case.order.total),
        "refunded": case.order.money(case.order.refunded),
    }
    template = "seller/cases/case.html"
    if is_fragment(request) and request.method != "POST":
        stop = HTMX_STOP_POLLING if not case.is_open else 200
        return render_page(request, f"{template}#live", context, status=stop)
    return render_page(request, template, context, status=status)
