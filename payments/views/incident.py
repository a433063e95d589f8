"""An incident's own page: what it is about, what was tried, what Stripe has, and the decisions that people can make.

A decision is asked for here and agreed to by a second person on the page of its approval. Staff only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import events
from banibs.core import policy as core_policy
from banibs.core.money import Money
from banibs.core.ui.forms import LineField, NoCardNumbers, TextField
from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payments import incidents
from payments.gateways import outcomes
from payments.gateways.stripe import stripe_refunds
from payments.models import Incident, Intent, Refund
from payments.refunds import send_refund
from payments.refunds.decisions import ask, matters
from payments.refunds.decisions.matters import Matter, Verb
from payments.stripe_answers import explain
from wallet import approvals
from wallet.models import Approval

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PageContext = dict[str, object]
HEADLINES: dict[str, StrOrPromise] = {
    "refund_refused": gettext_lazy("A refund that does not get through"),
    "unapplied_refund_failed": gettext_lazy("A late payment that does not go back"),
    "foreign_refund": gettext_lazy("A refund made by hand at Stripe"),
    "refund_mismatch": gettext_lazy("Stripe has another refund than we asked for"),
    "refund_currency": gettext_lazy("A refund settled in another currency"),
    "payout_stuck": gettext_lazy("A payout that cannot be taken back"),
    "payout_paid_after_failed": gettext_lazy("A payout that was paid after its money was given back"),
    "payout_handed_after_failed": gettext_lazy("A payout that left us after its money was given back"),
    "payout_return_mismatch": gettext_lazy("A payout that came back as another amount or currency"),
    "refund_paid_twice": gettext_lazy("A refund that may have reached the buyer twice"),
}


@dataclass(frozen=True)
class Try:
    """One attempt to bring money to a card, as staff read it: its ids at Stripe and what became of it."""

    number: int
    stripe_id: str
    left: str
    returned: str
    outcome: StrOrPromise


class AskForm(NoCardNumbers, forms.Form):
    """Why, and what the decision needs to know."""

    hand_made = LineField(
        label=gettext_lazy("The refund at Stripe"),
        help_text=gettext_lazy("Its id: re_…"),
        max_length=80,
    )
    which = forms.ChoiceField(label=gettext_lazy("What it is"), widget=forms.RadioSelect)
    reason = TextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Whoever agrees reads it, and it closes the incident."),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, matter: Matter, verb: Verb, data: QueryDict | None = None) -> None:
        super().__init__(data)
        if verb.asks != matters.HAND_MADE:
            del self.fields["hand_made"]
        if verb.asks != matters.WHICH:
            del self.fields["which"]
        else:
            choices = matters.whichever(matter)
            self.fields["which"] = forms.ChoiceField(
                label=gettext_lazy("What it is"), widget=forms.RadioSelect, choices=choices,
                initial=choices[0][0] if len(choices) == 1 else None,
            )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """What did not match, and closing it (or opening it again) with a note. Money that waits is decided, not noted."""
    row = _incident(pk)
    matter = matters.matter_of(row)
    note, problem = request.POST.get("note", "").replace("\x00", "").strip()[:2000], ""
    if request.method == "POST":
        if matter.stuck and row.closed_at is None:
            problem = _("Money waits for a decision: it closes by itself with that.")
        elif note:
            move = incidents.reopen_incident if row.closed_at else incidents.close_incident
            move(row.pk, actor=events.Actor.person(request.user, role="staff"), note=note)
            messages.success(request, _("Noted."))
            return redirect("admin:webhooks")
        else:
            problem = _("Say what you found or did. Others read this later.")
    waiting = _waiting(row)
    context = {
        **site,
        **_about(matter),
        "title": HEADLINES.get(row.kind, _("Incident: %(kind)s") % {"kind": row.kind.replace("_", " ")}),
        "over": True,
        "row": row,
        "matter": matter,
        "verbs": [] if waiting or not _may_ask(request) else matters.verbs_of(matter),
        "waiting": waiting,
        "problem": problem,
    }
    return render(request, "admin/dashboard/incident.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def decide(request: VisitorRequest, site: PageContext, pk: int, action: str) -> HttpResponse:
    """One decision: what it would change, and asking a second person for it. Nothing moves here."""
    row, verb = _incident(pk), matters.VERBS.get(action)
    if verb is None:
        raise Http404
    if not _may_ask(request):
        raise PermissionDenied
    matter = matters.matter_of(row)
    if _waiting(row) or verb not in matters.verbs_of(matter):
        messages.warning(request, _("This has changed meanwhile, or waits for a second person already."))
        return redirect("admin:incident", pk)
    form = AskForm(matter, verb, request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            approval = _ask(request, matter, verb, form)
            messages.success(request, _("Asked for. Somebody else must agree before anything moves."))
            return redirect("admin:wallet_approval_change", approval.pk)
        except approvals.Tampered as not_so:
            problem = str(not_so)
        except approvals.NotAllowed:
            problem = _("This is your own money. Somebody else must ask for it.")
        except outcomes.Unknown as silent:
            problem = f"{_('Nothing was asked for.')} {explain(silent).message}"
    context = {
        **site,
        **_about(matter),
        "title": verb.label,
        "over": True,
        "row": row,
        "verb": verb,
        "form": form,
        "problem": problem,
        "changes": _changes(matter, verb),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "admin/dashboard/decide.html", context, status=status)


@require_safe
@never_cache
def at_stripe(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """What Stripe has given back of the payment, asked for now: those that no row of ours stands for are marked."""
    matter = matters.matter_of(_incident(pk))
    context: PageContext = {**site, "title": _("Given back at Stripe"), "over": True, "row": matter.incident}
    if matter.intent is None or not matter.intent.stripe_id:
        raise Http404
    try:
        made = stripe_refunds.refunds_of(matter.intent.stripe_id)
        foreign = {one.id for one in send_refund.made_by_hand(made)}
        context["made"] = [(one, Money(one.amount, one.currency), one.id in foreign) for one in made]
    except (outcomes.Unknown, outcomes.Refused) as silent:
        context["refused"] = isinstance(silent, (outcomes.Refused, outcomes.KeyRefused))
        context["silent"] = str(silent)[:300]
    template = "admin/dashboard/given_back.html"
    return render(request, f"{template}#given" if request.htmx else template, context)


def _incident(pk: int) -> Incident:
    row = Incident.objects.select_related("payment__checkout", "payment__user").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _may_ask(request: VisitorRequest) -> bool:
    return request.user.has_perm("wallet.add_approval")


def _waiting(row: Incident) -> Approval | None:
    """What was asked for about it and is not decided yet."""
    asked = Approval.objects.filter(status=Approval.Status.REQUESTED, payload__incident=row.pk)
    return asked.select_related("requester").order_by("pk").first()


def _ask(request: VisitorRequest, matter: Matter, verb: Verb, form: AskForm) -> Approval:
    said = form.cleaned_data
    chosen, payload = ask.asked_for(
        matter, verb, hand_made=said.get("hand_made", ""), which=said.get("which", "")
    )
    return approvals.request(
        chosen.action, payload=payload, requester=current_user(request), reason=said["reason"]
    )


def _changes(matter: Matter, verb: Verb) -> Sequence[approvals.Change]:
    """What it would change, where that is known before a refund is named."""
    if verb.asks:
        return []
    _verb, payload = ask.asked_for(matter, verb)
    return approvals.action_of(verb.action).preview(payload)


def _about(matter: Matter) -> PageContext:
    """The money and what was tried, for the head of both pages."""
    refund, row = matter.refund, matter.unapplied
    if refund is not None:
        return {
            "amount": Money(refund.card_part, refund.currency),
            "person": refund.order.buyer,
            "order": refund.order,
            "tries": _tries_of(refund),
            "disputes": list(refund.payment.disputes.order_by("pk")[:5]),
        }
    if row is not None:
        return {
            "amount": Money(row.amount, row.currency),
            "person": row.payment.user,
            "tries": [_try_of(row)],
        }
    return {"person": matter.payment.user if matter.payment else None}


def _tries_of(refund: Refund) -> list[Try]:
    past = [
        Try(number, stripe_id, left, returned, _("Given up"))
        for number, (stripe_id, left, returned) in enumerate(refund.earlier, start=1)
    ]
    now = Try(
        refund.attempt,
        refund.stripe_id or "",
        refund.balance_transaction,
        refund.failure_balance_transaction,
        refund.failure,
    )
    return [*past, now]


def _try_of(row: Intent) -> Try:
    why = _("It came back") if row.refund_returned_at else _("Stripe did not send it")
    return Try(
        row.refund_attempt,
        row.refund_id,
        row.refund_balance_transaction,
        row.refund_failure_balance_transaction,
        why,
    )
