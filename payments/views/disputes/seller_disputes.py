"""A seller's disputes: what the bank says, what is withheld, and the evidence against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banibs.core import clock
from banibs.core.db import keyset_pagination
from banibs.users.current_user import current_user
from marketplace.models import Order
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payments import policy
from payments.disputes import of_shop, reasons
from payments.disputes.evidence import deadline, drafts, facts, submit
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.models import Dispute, DisputeEvidence, EvidenceSubmission
from payments.views.disputes import shown
from payments.views.disputes.evidence_forms import EvidenceForm, keep


@dataclass(frozen=True)
class Seen:
    """A dispute as its seller has it open."""

    dispute: Dispute
    order: Order
    part: DisputeEvidence | None
    shops: Sequence[Order]
    submission: EvidenceSubmission | None

    @property
    def open(self) -> bool:
        """Whether evidence is taken."""
        return deadline.takes_changes(self.dispute, self.submission)

    @property
    def room(self) -> drafts.Room:
        """What this shop may add."""
        return drafts.room(len(self.shops))


@require_safe
@seller_required
def list_(request: SellerRequest) -> HttpResponseBase:
    """What must be answered first, by date; then all the others, newest first."""
    own = of_shop.disputes_of(request.shop.pk)
    waiting = list(of_shop.to_answer(request.shop.pk)[: policy.DISPUTE_ROWS])
    others = own.exclude(pk__in=[one.pk for one in waiting])
    found = keyset_pagination.page(others, request.GET, size=policy.DISPUTE_ROWS)
    now = clock.now()
    stakes = of_shop.stakes([*waiting, *found.rows], request.shop.pk)
    context = {
        "waiting": [shown.row(one, stakes[one.pk], now=now) for one in waiting],
        "rows": [shown.row(one, stakes[one.pk], now=now) for one in found.rows],
        "pages": found.links(request.GET),
    }
    return render_page(request, "seller/disputes/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def show(request: SellerRequest, pk: int) -> HttpResponseBase:
    """All about one dispute, and the draft of this shop's evidence; POST keeps the draft."""
    seen = _seen(request, pk)
    posted = request.method == "POST"
    form = EvidenceForm(seen.room, seen.part, *((request.POST, request.FILES) if posted else ()))
    if posted:
        if not seen.open:
            return _closed(request, seen)
        if form.is_valid() and keep(
            form, dispute_id=pk, order_id=seen.order.pk, user_id=current_user(request).pk
        ):
            messages.success(request, _("Your draft is kept. Nothing went to the bank yet."))
            return redirect("payments:dispute", pk)
        seen = _seen(request, pk)
    return _page(request, seen, form, status=422 if posted else 200)


@require_POST
@seller_required
def remove_file(request: SellerRequest, pk: int, file: int) -> HttpResponseBase:
    """Takes a file off the draft."""
    seen = _seen(request, pk)
    try:
        if not drafts.remove_file(pk, seen.order.pk, file):
            raise Http404
    except EvidenceRefused:
        return _closed(request, seen)
    messages.success(request, _("The file is off your draft."))
    return redirect("payments:dispute", pk)


@require_safe
@seller_required
def packet(request: SellerRequest, pk: int) -> HttpResponseBase:
    """This shop's files as the bank gets them: one PDF."""
    seen = _seen(request, pk)
    if seen.part is None or not list(seen.part.files.all()):
        raise Http404
    return pdf(
        submit.packet(seen.dispute, [seen.order], [seen.part], receipts=False).content, seen.order.number
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def preview(request: SellerRequest, pk: int) -> HttpResponseBase:
    """What would go to the bank, and sending it: once. With other shops in the payment it waits for them."""
    seen = _seen(request, pk)
    if not seen.open:
        return _closed(request, seen)
    problem = ""
    if request.method == "POST":
        try:
            return _send(request, seen)
        except EvidenceRefused as refused:
            if refused.code == "evidence_closed":
                return _closed(request, _seen(request, pk))
            problem, seen = refused.message, _seen(request, pk)
    parts = [seen.part] if seen.part else []
    context = {
        **_about(seen),
        "fields": shown.fields(facts.for_shop(facts.gather(seen.dispute, [seen.order], parts))),
        "files": facts.in_order(seen.part) if seen.part else [],
        "problem": problem,
    }
    return render_page(request, "seller/disputes/preview.html", context, status=409 if problem else 200)


def pdf(content: bytes, number: str) -> HttpResponse:
    """A PDF to keep, never shown inside a page."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{number}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _send(request: SellerRequest, seen: Seen) -> HttpResponseBase:
    if not drafts.make_ready(seen.dispute.pk, seen.order.pk):
        messages.success(
            request,
            _("Your part is ready. It goes to the bank with that of the other shops of this payment."),
        )
        return redirect("payments:dispute", seen.dispute.pk)
    row = submit.submit(seen.dispute.pk, user=current_user(request))
    shown.say(request, row)
    return redirect("payments:dispute", seen.dispute.pk)


def _seen(request: SellerRequest, pk: int) -> Seen:
    dispute, order = of_shop.get_dispute(request.shop.pk, pk, user=current_user(request))
    part = (
        DisputeEvidence.objects.filter(dispute=dispute, order=order)
        .select_related("order")
        .prefetch_related("files")
        .first()
    )
    return Seen(dispute, order, part, drafts.orders_of(dispute), deadline.submission_of(dispute))


def _about(seen: Seen) -> dict[str, object]:
    stake = of_shop.stakes([seen.dispute], seen.order.seller_id)[seen.dispute.pk]
    return {
        "dispute": seen.dispute,
        "order": seen.order,
        "row": shown.row(seen.dispute, stake),
        "stake": stake,
        "said": reasons.said(seen.dispute.reason),
        "helps": reasons.helps(seen.dispute.reason),
        "part": seen.part,
        "others": len(seen.shops) - 1,
        "open": seen.open,
        "submission": seen.submission,
        "until": deadline.answer_until(seen.dispute),
        "room": seen.room,
    }


def _page(request: SellerRequest, seen: Seen, form: EvidenceForm, *, status: int = 200) -> HttpResponseBase:
    context = {
        **_about(seen),
        "form": form,
        "files": facts.in_order(seen.part) if seen.part else [],
        "timeline": shown.timeline(seen.dispute),
        "fields": shown.fields(facts.for_shop(facts.gather(seen.dispute, [seen.order], []))),
    }
    return render_page(request, "seller/disputes/dispute.html", context, status=status)


def _closed(request: SellerRequest, seen: Seen) -> HttpResponseBase:
    """Too late: the page as it stands, which shows what was typed."""
    if request.method != "POST":
        return redirect("payments:dispute", seen.dispute.pk)
    messages.warning(request, str(drafts.OVER))
    form = EvidenceForm(seen.room, seen.part, request.POST if "notes" in request.POST else None)
    return _page(request, seen, form, status=409)
