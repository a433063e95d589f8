"""`/admin/desk/orders/<no>/refund/`: staff give something of an order back: the shop's form, the same preview.

Within what one person may do alone it is done at once; above it a second person agrees on the page of its approval.
"""

from __future__ import annotations

import uuid
from typing import TypedDict

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import idempotency
from banibs.core import policy as core_policy
from banibs.core.ui.forms import TextField
from banibs.users.current_user import current_user
from marketplace.models import Order
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.refunds.decisions import staff_refund
from payments.refunds.plan import REFUNDABLE, not_refundable
from payments.refunds.refused import RefundRefused
from payments.views.refunds.refund_form import RefundForm
from wallet import approvals
from wallet.models import Approval

PageContext = dict[str, object]


class Press(TypedDict):
    """What `idempotency` knows a press of the button by."""

    user_id: int
    scope: str
    key: str
    request: dict[str, str]


class StaffRefundForm(RefundForm):
    """The shop's form, and what the other members of staff read of it."""

    comment = TextField(
        label=gettext_lazy("Why, for the other members of staff"),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: VisitorRequest, site: PageContext, number: str) -> HttpResponse:
    """The form, what it would do, and asking for it. Nothing moves before the last."""
    if not request.user.has_perm("wallet.add_approval"):
        raise PermissionDenied
    order = Order.objects.select_related("seller", "checkout", "buyer").filter(number=number).first()
    if order is None:
        raise Http404
    form = StaffRefundForm(order, list(order.lines.all()), request.POST if request.method == "POST" else None)
    waiting = _waiting(order)
    context: PageContext = {
        **site,
        "title": _("Refund %(number)s") % {"number": number},
        "order": order,
        "form": form,
        "waiting": waiting,
        "over": "" if order.status in REFUNDABLE else not_refundable(order),
    }
    problem = ""
    if request.method == "POST" and _done_before(request, order):
        return redirect("admin:marketplace_order_change", order.pk)
    if request.method == "POST" and not waiting and not context["over"] and form.is_valid():
        try:
            if request.POST.get("step") == "sure" and request.POST.get("shown") == str(
                form.found.plan.amount
            ):
                return _asked(request, order, form)
            if request.POST.get("step") != "back":
                context |= _preview(request, form)
        except (RefundRefused, approvals.Tampered) as not_so:
            problem = str(not_so)
        except approvals.NotAllowed:
            problem = _("This is your own purchase. Somebody else must give it back.")
        except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
            problem = _("This page was open for a while. Nothing moved. Look at it again.")
    context["problem"] = problem
    status = 422 if problem or form.errors else 200
    return render(request, "admin/dashboard/refund_order.html", context, status=status)


def _preview(request: VisitorRequest, form: StaffRefundForm) -> PageContext:
    payload = staff_refund.payload_of(
        form.order, form.found.plan, form.wanted(), why="", note="", restock=False
    )
    return {
        "found": form.found,
        "key": uuid.uuid4().hex,
        "why": form.why,
        "alone": approvals.allowance(
            staff_refund.NAME, payload=payload, requester=current_user(request)
        ).enough,
        "kept": [(name, request.POST.get(name, "")) for name in form.fields],
    }


def _waiting(order: Order) -> Approval | None:
    """A refund of it that waits for a second person."""
    asked = Approval.objects.filter(status=Approval.Status.REQUESTED, action=staff_refund.NAME)
    return asked.filter(payload__order=order.pk).select_related("requester").order_by("pk").first()


def _press(request: VisitorRequest, order: Order) -> Press:
    said = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return {
        "user_id": current_user(request).pk,
        "scope": f"staff_refund:{order.number}",
        "key": request.POST.get("key", ""),
        "request": said,
    }


def _done_before(request: VisitorRequest, order: Order) -> bool:
    """Whether this very press was done: the order is no more as the form had it, and it is not asked again."""
    try:
        return idempotency.stored(**_press(request, order)) is not None
    except (idempotency.KeyMissing, idempotency.KeyReused):
        return False


def _asked(request: VisitorRequest, order: Order, form: StaffRefundForm) -> HttpResponse:
    said = form.cleaned_data

    def effect() -> idempotency.Answer:
        made = staff_refund.ask(
            order,
            form.wanted(),
            requester=current_user(request),
            why=said["reason"],
            note=said["note"],
            comment=said["comment"],
            restock=said["restock"],
        )
        return idempotency.Answer(303, {"approval": made.pk})

    answer = idempotency.once(
        **_press(request, order), effect=effect, waits=policy.SECOND_PRESS_WAITS_SECONDS
    )
    approval = Approval.objects.get(pk=answer.body["approval"])
    if approval.status == approvals.Status.APPROVED:
        messages.success(request, _("%(amount)s goes back to the buyer.") % {"amount": form.found.amount})
        return redirect("admin:marketplace_order_change", order.pk)
    messages.success(request, _("Asked for. Somebody else must agree before anything moves."))
    return redirect("admin:wallet_approval_change", approval.pk)
