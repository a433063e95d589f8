"""Staff's screens of disputes: deadlines first, every shop's draft, what is known, and handing it in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import clock
from banibs.core.db import keyset_pagination
from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.disputes import reasons
from payments.disputes.evidence import deadline, drafts, facts, submit
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.models import Dispute, EvidenceFile
from payments.views.disputes import shown
from payments.views.disputes.evidence_forms import EvidenceForm, keep
from payments.views.disputes.seller_disputes import pdf

PageContext = dict[str, object]
P = ParamSpec("P")
Screen = Callable[Concatenate[VisitorRequest, PageContext, P], HttpResponse]
SEE, ACT = "payments.view_dispute", "payments.change_dispute"


def _for(permission: str) -> Callable[[Screen[P]], Screen[P]]:
    """Lets in staff who have it; what changes something needs ACT besides."""

    def around(screen: Screen[P]) -> Screen[P]:
        @wraps(screen)
        def inside(
            request: VisitorRequest, site: PageContext, /, *args: P.args, **names: P.kwargs
        ) -> HttpResponse:
            needed = permission if request.method in ("GET", "HEAD") else ACT
            if not request.user.has_perm(needed):
                raise PermissionDenied
            return screen(request, site, *args, **names)

        return inside

    return around


@require_safe
@never_cache
@_for(SEE)
def list_(request: VisitorRequest, site: PageContext) -> HttpResponse:
    """`/admin/desk/disputes/`: what waits for an answer by its date, then a page of all others, newest first."""
    waiting = list(
        _rows(deadline.unanswered()).order_by(F("due_by").asc(nulls_last=True), "pk")[: policy.DISPUTE_ROWS]
    )
    now = clock.now()
    state = request.GET.get("state", "")
    others = _rows(Dispute.objects.exclude(pk__in=[one.pk for one in waiting]))
    if state in Dispute.State.values:
        others = others.filter(state=state)
    found = keyset_pagination.page(others, request.GET, size=policy.DISPUTE_ROWS)
    context = {
        **site,
        "title": _("Disputes"),
        "waiting": [shown.row(one, now=now) for one in waiting],
        "rows": [shown.row(one, now=now) for one in found.rows],
        "pages": found.links(request.GET),
        "states": Dispute.State.values,
        "asked": state,
    }
    return render(request, "admin/dashboard/disputes/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_for(SEE)
def show(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """One dispute with every shop's draft and all that is known; POST keeps staff's own part, or hands all in."""
    dispute = _dispute(pk)
    shops, posted = drafts.orders_of(dispute), request.method == "POST"
    parts = drafts.parts_of(dispute)
    own = next((part for part in parts if part.order_id is None), None)
    saving = posted and request.POST.get("do") != "submit"
    form = EvidenceForm(drafts.room(len(shops)), own, *((request.POST, request.FILES) if saving else ()))
    problem = ""
    if posted and not saving:
        try:
            shown.say(request, submit.submit(pk, user=current_user(request)))
            return redirect("admin:dispute", pk)
        except EvidenceRefused as refused:
            problem = refused.message
    elif saving and form.is_valid():
        if keep(form, dispute_id=pk, order_id=None, user_id=current_user(request).pk):
            messages.success(request, _("Kept. Nothing went to the bank yet."))
            return redirect("admin:dispute", pk)
        parts = drafts.parts_of(dispute)
    submission = deadline.submission_of(dispute)
    context = {
        **site,
        "title": _("Dispute %(id)s") % {"id": dispute.stripe_id},
        "dispute": dispute,
        "row": shown.row(dispute),
        "said": reasons.said(dispute.reason),
        "shops": shops,
        "shares": _shares(dispute),
        "parts": [(part, facts.in_order(part)) for part in parts],
        "fields": shown.fields(facts.gather(dispute, shops, parts)),
        "timeline": shown.timeline(dispute),
        "submission": submission,
        "submissions": list(dispute.submissions.select_related("asked_by").order_by("number")),
        "open": deadline.takes_changes(dispute, submission) and request.user.has_perm(ACT),
        "until": deadline.answer_until(dispute),
        "form": form,
        "problem": problem,
    }
    status = 409 if problem else 422 if posted else 200
    return render(request, "admin/dashboard/disputes/dispute.html", context, status=status)


@require_safe
@never_cache
@_for(SEE)
def packet(request: VisitorRequest, site: PageContext, pk: int) -> HttpResponse:
    """What the bank has, or would get now, as one PDF."""
    dispute = _dispute(pk)
    row = deadline.submission_of(dispute)
    if row is not None and row.packet:
        with row.packet.open() as file:
            return pdf(bytes(file.read()), dispute.stripe_id)
    parts = drafts.parts_of(dispute)
    if not EvidenceFile.objects.filter(part__dispute=dispute).exists():
        raise Http404
    try:
        content = submit.packet(dispute, drafts.orders_of(dispute), parts).content
    except EvidenceRefused as refused:
        messages.error(request, refused.message)
        return redirect("admin:dispute", pk)
    return pdf(content, dispute.stripe_id)


@require_http_methods(["POST"])
@never_cache
@_for(ACT)
def remove_file(request: VisitorRequest, site: PageContext, pk: int, file: int) -> HttpResponse:
    """Takes a file off staff's own part."""
    try:
        if not drafts.remove_file(_dispute(pk).pk, None, file):
            raise Http404
    except EvidenceRefused as refused:
        messages.warning(request, refused.message)
    return redirect("admin:dispute", pk)


def _rows(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    return rows.select_related("payment__checkout", "payment__user")


def _dispute(pk: int) -> Dispute:
    dispute = (
        Dispute.objects.select_related("intent", "payment__user", "payment__checkout").filter(pk=pk).first()
    )
    if dispute is None:
        raise Http404
    return dispute


def _shares(dispute: Dispute) -> list[dict[str, object]]:
    """What the last round took of whom. One statement."""
    last = dispute.rounds.order_by("-number").first()
    if last is None:
        return []
    return [
        {
            "order": share.order,
            "amount": dispute.money(share.amount + share.excess),
            "net": dispute.money(share.net + share.excess),
            "fee": dispute.money(share.dispute_fee),
        }
        for share in last.shares.select_related("order__seller").order_by("order_id")
    ]
