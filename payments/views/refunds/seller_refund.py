"""`/seller/orders/<no>/refund/`: a shop gives something of an order back. First what, then who pays what, then the deed."""

from __future__ import annotations

import uuid
from typing import TypedDict

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import events, idempotency
from banibs.users.current_user import current_user
from marketplace.orders import order_access
from marketplace.sellers import sales
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from marketplace.views.seller.orders.order_rows import Row
from payments import policy
from payments.refunds import order_refunds
from payments.refunds.plan import REFUNDABLE, not_refundable
from payments.refunds.refused import RefundRefused
from payments.views.refunds.refund_form import RefundForm


class Asked(TypedDict):
    """What `idempotency` knows a press of the button by."""

    user_id: int
    scope: str
    key: str
    request: dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
@never_cache
def refund(request: SellerRequest, number: str) -> HttpResponseBase:
    """The form, its preview, and the refund: one address, in three steps. 409 when nothing can go back any more."""
    row = _own(request, number)
    if request.method == "POST" and _done_before(request, row):
        return redirect("seller:order", number)
    if row.order.status not in REFUNDABLE:
        context = {"row": row, "order": row.order, "over": not_refundable(row.order)}
        return render_page(request, "seller/orders/refund_order.html", context, status=409)
    form = RefundForm(row.order, row.lines, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, row, form)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    if request.POST.get("step") == "back":
        return _page(request, row, form)
    if request.POST.get("step") != "sure":
        return _page(request, row, form, key=uuid.uuid4().hex)
    return _refund(request, row, form)


def _own(request: SellerRequest, number: str) -> Row:
    rows = sales.of_shop(request.shop.pk).select_related("seller", "checkout", "buyer")
    order = order_access.get_sold_order(request.shop.pk, number, user=current_user(request), rows=rows)
    return Row(order, list(order.lines.all()))


def _asked(request: SellerRequest, row: Row) -> Asked:
    """What `idempotency` knows a press of the button by."""
    said = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return {
        "user_id": current_user(request).pk,
        "scope": f"refund:{row.order.number}",
        "key": request.POST.get("key", ""),
        "request": said,
    }


def _done_before(request: SellerRequest, row: Row) -> bool:
    """Whether this very press was done: the order is no more as the form had it, and it is not asked again."""
    try:
        return idempotency.stored(**_asked(request, row)) is not None
    except (idempotency.KeyMissing, idempotency.KeyReused):
        return False


def _page(
    request: SellerRequest, row: Row, form: RefundForm, *, key: str = "", changed: str = "", status: int = 200
) -> HttpResponseBase:
    """The form, or with a key what it would do."""
    context = {
        "row": row,
        "order": row.order,
        "form": form,
        "found": form.found if key else None,
        "why": form.why if key else "",
        "kept": [(name, request.POST.get(name, "")) for name in form.fields] if key else [],
        "key": key,
        "changed": changed,
    }
    return render_page(request, "seller/orders/refund_order.html", context, status=status)


def _refund(request: SellerRequest, row: Row, form: RefundForm) -> HttpResponseBase:
    """Gives it back once per key, if it is still the amount that was shown."""
    order, said = row.order, form.cleaned_data
    if request.POST.get("shown") != str(form.found.plan.amount):
        return _page(request, row, form, key=uuid.uuid4().hex, changed=_("The order has changed meanwhile."))

    def effect() -> idempotency.Answer:
        made = order_refunds.refund_order(
            order.pk,
            form.wanted(),
            actor=events.Actor.person(request.user, role="seller"),
            reason=said["reason"],
            note=said["note"],
            user_id=request.user.pk,
            restock=said["restock"],
        )
        return idempotency.Answer(303, {"amount": made.amount})

    try:
        answer = idempotency.once(
            **_asked(request, row),
            effect=effect,
            waits=policy.SECOND_PRESS_WAITS_SECONDS,
        )
    except RefundRefused as refusal:
        return _page(request, _own(request, order.number), form, changed=refusal.message, status=409)
    except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
        changed = _("This page was open for a while. Nothing moved. Look at it again.")
        return _page(request, row, form, key=uuid.uuid4().hex, changed=changed, status=409)
    if not answer.replayed:
        amount = order.money(answer.body["amount"])
        messages.success(request, _("%(amount)s goes back to the buyer. They know.") % {"amount": amount})
    return redirect("seller:order", order.number)
