"""One sale: what was sold, to whom, what is kept of it, and posting it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from banibs.core import events
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.users.current_user import current_user
from marketplace.checkout import tax_label
from marketplace.media import image_urls
from marketplace.models import Order, OrderLine
from marketplace.orders import order_access, transitions
from marketplace.sellers import sales
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.orders import timeline
from marketplace.views.seller.orders.order_rows import Row
from wallet import accounts, ledger

CARRIERS = ("Ghana Post", "Posta Kenya", "NIPOST", "Royal Mail", "USPS", "UPS", "DHL", "FedEx", "Aramex")


class PostForm(NoCardNumbers, forms.Form):
    """How a parcel travels. Both may be left empty: not every post office gives a number."""

    carrier = LineField(label=gettext_lazy("Carrier"), max_length=60, required=False)
    tracking = LineField(label=gettext_lazy("Tracking number"), max_length=80, required=False)


def own(request: SellerRequest, number: str) -> Row:
    """The sale of this number, if it is this shop's and was ever paid; else 404, whoever asks."""
    order = order_access.get_sold_order(
        request.shop.pk,
        number,
        user=current_user(request),
        rows=sales.of_shop(request.shop.pk).select_related("seller"),
    )
    return Row(order, list(order.lines.all()))


@require_safe
@seller_required
def order(request: SellerRequest, number: str) -> HttpResponseBase:
    """The whole of a sale."""
    return _show(request, own(request, number), PostForm())


def _show(request: SellerRequest, row: Row, form: PostForm, *, status: int = 200) -> HttpResponseBase:
    happened = timeline.entries(row.order)
    context = {
        "row": row,
        "order": row.order,
        "form": form,
        "carriers": CARRIERS,
        "lines": [_line(row.order, line) for line in row.lines],
        "sums": _sums(row.order),
        "refunded": row.order.money(row.order.given_back),
        "timeline": happened,
        "changed": status == 409,
        "can_refund": row.order.status in (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED),
        "owed": _owed(row.order),
    }
    return render_page(request, "seller/orders/order.html", context, status=status)


def _owed(order: Order) -> Money | None:
    """What the shop owes in the order's currency, if its balance is below nothing. One statement."""
    available = ledger.balance(accounts.available(order.seller_id), order.currency)
    return -available if available.amount < 0 else None


def _line(order: Order, line: OrderLine) -> dict[str, object]:
    """A line with its figures as Money: what was paid, the tax in it, BANIBS's fee, what is left of it."""
    paid, tax, fee, promotion = map(order.money, (line.total, line.tax, line.fee, line.promotion))
    return {
        "line": line,
        "picture": image_urls.address(line.cover, 240),
        "paid": paid,
        "tax": tax,
        "fee": fee,
        "rate": line.fee_rate_bps / 100,
        "net": paid - tax - fee + promotion,
    }


def _sums(order: Order) -> list[dict[str, object]]:
    """From what the buyer paid to what the seller keeps, a step a row; steps of nothing are left out."""
    steps = [
        (_("Goods"), order.subtotal),
        (_("Discount"), -order.discount),
        (_("Delivery"), order.shipping),
        (
            _("%(tax)s, passed on by BANIBS") % {"tax": tax_label.for_orders(order.checkout, [order])},
            -order.tax,
        ),
        (_("BANIBS pays of the discount"), order.promotion),
        (_("BANIBS fee"), -order.marketplace_fee),
        (_("Card processing fee"), -order.processing_fee),
    ]
    if not order.checkout.tax_inclusive:  # the goods' price is without tax, and so is what is passed on
        steps[3] = (steps[3][0], 0)
    return [{"label": label, "amount": order.money(amount)} for label, amount in steps if amount]


@require_safe
@seller_required
def slip(request: SellerRequest, number: str) -> HttpResponseBase:
    """The packing slip: what goes into the parcel and where it goes, for paper. No prices."""
    row = own(request, number)
    parcels = [line for line in row.lines if line.kind == "physical"]
    return render_page(
        request, "seller/orders/packing_slip.html", {"row": row, "order": row.order, "lines": parcels}
    )


@require_POST
@seller_required
def post(request: SellerRequest, number: str) -> HttpResponseBase:
    """Marks a parcel as posted. 409 with the order as it is now when its state changed meanwhile."""
    row = own(request, number)
    form = PostForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422 if is_fragment(request) else 400)
    actor = events.Actor.person(request.user, role="seller")
    try:
        transitions.fulfil(row.order.pk, actor=actor, **form.cleaned_data)
    except state_machine.InvalidTransition:
        return _show(request, own(request, number), form, status=409)
    messages.success(request, _("%(number)s is posted. The buyer knows.") % {"number": number})
    pending = request.POST.get("from") == "pending"
    return redirect(reverse("seller:pending") if pending else reverse("seller:order", args=[number]))
