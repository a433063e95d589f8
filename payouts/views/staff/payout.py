"""`/admin/desk/payouts/<id>/`: one payout, what was tried, what blocks it, and what staff may do about it."""

from __future__ import annotations

from typing import Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import events
from banibs.core import policy as core_policy
from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from banibs.users.models import User
from marketplace.regions.visitor_request import VisitorRequest
from payouts.models import Payout, PayoutHold
from payouts.sending import approval_actions, look_up, request_payout, shop_holds
from payouts.sending.can_send import available
from payouts.sending.refusals import PayoutRefused
from payouts.views.staff import treasury_desk
from payouts.views.staff.asking import ask, waiting
from payouts.views.staff.queue import ACT, SEE, PageContext, described
from wallet import approvals

S = Payout.Status
# verb → (button, the states in which it is there, whether a second person may be needed)
VERBS = {
    "hold": (gettext_lazy("Hold it"), {S.REQUESTED}, False),
    "release": (gettext_lazy("Release it"), {S.HELD}, True),
    "cancel": (gettext_lazy("Cancel it"), {S.REQUESTED, S.HELD}, False),
    "retry": (gettext_lazy("Try it again"), {S.FAILED}, False),
    "again": (gettext_lazy("Ask the provider again"), {S.STUCK}, True),
}
ASKED = {"release": approval_actions.RELEASE, "again": approval_actions.RETRY_STUCK}


class Deed(Protocol):
    """A verb that one person does, with a reason."""

    def __call__(self, payout_id: int, *, actor: events.Actor, reason: str) -> Payout: ...


DIRECT: dict[str, Deed] = {
    "hold": request_payout.hold_payout,
    "cancel": request_payout.cancel_payout,
    "retry": request_payout.try_again,
}


class ReasonForm(NoCardNumbers, forms.Form):
    """Why staff do it."""

    reason = TextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy(
            "The seller reads it where it is held or cancelled; a second person reads it."
        ),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HoldForm(NoCardNumbers, forms.Form):
    """Why all payouts of the shop are held, and when that is looked at again."""

    hold_reason = TextField(
        label=gettext_lazy("Why the shop's payouts are held"),
        help_text=gettext_lazy("The seller reads it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    review_on = forms.DateField(
        label=gettext_lazy("Looked at again on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """The page, and its verbs. A refusal stands on it with what was typed, and nothing has moved."""
    if not request.user.has_perm(SEE if request.method in ("GET", "HEAD") else ACT):
        raise PermissionDenied
    payout = _payout(pk)
    do = request.POST.get("do", "")
    posted: QueryDict | None = request.POST if request.method == "POST" else None
    form = ReasonForm(posted if do in VERBS or do == "lift_hold" else None)
    hold_form = HoldForm(posted if do == "hold_shop" else None)
    offer = treasury_desk.OfferForm(posted if do == "offer" else None)
    settle = treasury_desk.SettleForm(payout, posted if do == "settle" else None)
    problem = ""
    if posted is not None:
        try:
            answer = _done(request, payout, do, form, hold_form, offer, settle)
            if answer is not None:
                return answer
        except PayoutRefused as refused:
            problem = refused.message
        except approvals.NotAllowed:
            problem = _("This is your own shop, or not yours to ask for. Somebody else must do it.")
        except approvals.Tampered as not_so:
            problem = str(not_so)
        except InvalidTransition:
            problem = _("It changed meanwhile. Nothing was done.")
        payout = _payout(pk)
    context = {
        **site,
        **_shown(request, payout),
        "form": form,
        "hold_form": hold_form,
        "offer_form": offer,
        "settle_form": settle,
        "problem": problem,
    }
    status = 200 if posted is None else 409 if problem else 422
    return render(request, "admin/dashboard/payouts/payout.html", context, status=status)


def _done(
    request: VisitorRequest,
    payout: Payout,
    do: str,
    form: ReasonForm,
    hold_form: HoldForm,
    offer: treasury_desk.OfferForm,
    settle: treasury_desk.SettleForm,
) -> HttpResponse | None:
    """Does what was asked for; None where a form is not filled in."""
    user = current_user(request)
    if payout.seller.user_id == user.pk:
        raise approvals.NotAllowed
    if do == "refresh":
        return _refreshed(request, payout)
    if do == "hold_shop":
        if not hold_form.is_valid():
            return None
        said = hold_form.cleaned_data
        shop_holds.place_hold(
            payout.seller_id, user=user, reason=said["hold_reason"], review_on=said["review_on"]
        )
        messages.success(request, _("The payouts of this shop are held. Its owner reads why."))
        return redirect("admin:payout", payout.pk)
    if do == "offer":
        return treasury_desk.offered(request, payout, offer)
    if do == "settle":
        return treasury_desk.settled(request, payout, settle)
    if do not in VERBS and do != "lift_hold":
        raise Http404
    if not form.is_valid():
        return None
    return _verb(request, payout, do, form.cleaned_data["reason"], user)


def _verb(request: VisitorRequest, payout: Payout, do: str, reason: str, user: User) -> HttpResponse:
    if do == "lift_hold":
        hold = PayoutHold.objects.filter(seller=payout.seller_id, lifted_at=None).first()
        if hold is None:
            raise approvals.Tampered(_("This hold is over."))
        payload: dict[str, str | int] = {
            "hold": hold.pk,
            "seller": payout.seller_id,
            "shop": payout.seller.name,
            "user": payout.seller.user_id,
        }
        return ask(request, payout, approval_actions.LIFT_HOLD, payload, reason)
    if do in ASKED:
        return ask(request, payout, ASKED[do], approval_actions.payload_of(payout), reason)
    if payout.status not in VERBS[do][1]:
        raise approvals.Tampered(_("It changed meanwhile. Nothing was done."))
    DIRECT[do](payout.pk, actor=events.Actor.person(user, role="staff"), reason=reason)
    messages.success(request, _("Done."))
    return redirect("admin:payout", payout.pk)


def _refreshed(request: VisitorRequest, payout: Payout) -> HttpResponse:
    """Asks the provider now, in this request: bounded by its time-out; what it says is booked as ever."""
    attempt = payout.attempts.filter(number=payout.attempt).first()
    if attempt is None:
        raise PayoutRefused("invalid_transition", _("No provider was asked yet."))
    look_up.look_up(attempt.pk)
    messages.success(request, _("The provider was asked. This is what is known now."))
    return redirect("admin:payout", payout.pk)


def _payout(pk: int) -> Payout:
    row = Payout.objects.select_related("seller__user", "method", "requested_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _shown(request: VisitorRequest, payout: Payout) -> PageContext:
    hold = (
        PayoutHold.objects.filter(seller=payout.seller_id, lifted_at=None).select_related("placed_by").first()
    )
    told = Event.objects.filter(subject_type="payout", subject_id=payout.pk).order_by("pk")
    attempts = list(payout.attempts.order_by("number"))
    about, about_hold = waiting(payout), waiting(payout, hold.pk) if hold else None
    act = request.user.has_perm(ACT) and payout.seller.user_id != request.user.pk
    return {
        "title": _("Payout %(number)s") % {"number": payout.number},
        "payout": payout,
        "row": described([payout])[0],
        "available": available(payout.seller_id, payout.currency),
        "attempts": [(one, Money(one.fee, payout.currency) if one.fee else None) for one in attempts],
        "returned": Money(payout.returned_amount, payout.currency) if payout.returned_amount else None,
        "lost": Money(payout.lost_in_conversion, payout.currency) if payout.lost_in_conversion else None,
        "story": [(one, _step(one)) for one in told],
        "hold": hold,
        "waiting": about,
        "asked": [one for one in (about, about_hold) if one is not None],
        "can_lift": hold is not None and about_hold is None,
        "verbs": [
            (verb, label, two)
            for verb, (label, states, two) in VERBS.items()
            if act and payout.status in states
        ],
        "act": act,
        "can_refresh": act and bool(attempts) and payout.status not in (S.FAILED, S.CANCELED, S.RETURNED),
        **treasury_desk.shown(payout, attempts),
    }


def _step(event: Event) -> str:
    """An event in a word or two: payout.in_transit → "In transit"."""
    return event.kind.partition(".")[2].replace("_", " ").capitalize()
