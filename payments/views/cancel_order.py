"""A seller cancels an order before it is sent: first what goes back to whom, then the deed.

The page belongs to the seller's desk; it stands here because only payments knows how money goes back.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from banibs.core import events
from banibs.core.states import state_machine
from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from marketplace.models import Order
from marketplace.orders import order_access
from marketplace.sellers import sales
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from marketplace.views.seller.orders.order_rows import Row
from payments.refunds import order_refunds
from payments.refunds.in_dispute import OrderInDispute
from payments.refunds.preview import preview

REASONS = (
    ("sold_out", gettext_lazy("It is sold out after all")),
    ("damaged", gettext_lazy("The item is damaged")),
    ("cannot_send", gettext_lazy("I cannot send it there")),
    ("asked", gettext_lazy("The buyer asked for it")),
    ("other", gettext_lazy("Another reason")),
)


class CancelForm(NoCardNumbers, forms.Form):
    """Why. The buyer reads it, so none is chosen for the seller."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason. The buyer reads it.")},
    )
    note = TextField(
        label=gettext_lazy("Message to the buyer"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is in their email, below the reason."),
    )

    def words(self) -> str:
        """The reason and the word, as the event, the ledger and the letter keep them."""
        reason = str(dict(REASONS)[self.cleaned_data["reason"]])
        note = self.cleaned_data["note"].strip()
        return f"{reason}. {note}" if note else reason


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def cancel(request: SellerRequest, number: str) -> HttpResponseBase:
    """Shows what a cancellation gives back, and does it. 409 when the order can no longer be cancelled."""
    order = _own(request, number)
    if order.status != Order.Status.PAID or order.dispute == Order.Dispute.OPEN:
        return _too_late(request, order)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, order, form)
    actor = events.Actor.person(request.user, role="seller")
    try:
        order_refunds.cancel_order(order.pk, actor=actor, reason=form.words(), user_id=request.user.pk)
    except (state_machine.InvalidTransition, OrderInDispute):
        return _too_late(request, _own(request, number))
    gone = order.money(order.total)
    messages.success(
        request, _("%(number)s is cancelled. %(amount)s went back.") % {"number": number, "amount": gone}
    )
    return redirect("seller:order", number)


def _own(request: SellerRequest, number: str) -> Order:
    return order_access.get_sold_order(
        request.shop.pk, number, user=current_user(request), rows=sales.of_shop(request.shop.pk)
    )


def _ask(request: SellerRequest, order: Order, form: CancelForm) -> HttpResponseBase:
    found = preview(order, order_refunds.EVERYTHING)
    context = {
        "order": order,
        "row": Row(order, list(order.lines.all())),
        "form": form,
        "found": found,
        "amount": found.amount,
    }
    return render_page(
        request, "seller/orders/cancel_order.html", context, status=400 if form.errors else 200
    )


def _too_late(request: SellerRequest, order: Order) -> HttpResponseBase:
    row = Row(order, list(order.lines.all()))
    return render_page(
        request, "seller/orders/cancel_order.html", {"order": order, "row": row, "too_late": True}, status=409
    )
