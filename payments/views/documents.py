"""Documents over HTTP: the file that was kept, or, while it is made, a page that waits for it.

Whose a document is, its order, refund, shop or wallet says: what is another's is 404.
"""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from banibs.core.db import keyset_pagination
from banibs.core.money import Money
from banibs.core.security.access_audit import get_own_or_404
from banibs.core.ui.htmx import HtmxRequest
from banibs.users.current_user import current_user
from marketplace.models import Checkout, Order
from marketplace.orders import order_access
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.sellers import sales
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payments import policy
from payments.models import Document, DocumentKind, Refund
from payments.receipts import months, serving, stored
from wallet import filters


def serve(
    request: HtmxRequest, documents: list[Document | None], *, name: str, back: tuple[str, str]
) -> HttpResponse:
    """The file; while it is made, the page that asks again by itself and opens it: 202 with Retry-After.

    `back`: the address and the words of where the person came from.
    """
    found = serving.answer(documents, name=name)
    if found is not None:
        if request.htmx and not request.htmx.boosted:  # the waiting page asked: now it goes there
            return HttpResponse(headers={"HX-Redirect": request.path + _query(request)})
        return found
    seen = request.GET.get("seen", "0")
    times = int(seen) + 1 if seen.isascii() and seen.isdigit() and len(seen) < 4 else 1
    soon = times <= policy.DOCUMENT_ASKED_SOON_TIMES
    seconds = policy.DOCUMENT_ASKED_AGAIN_SECONDS if soon else policy.DOCUMENT_ASKED_LATER_SECONDS
    failed = any(one is not None and one.state == Document.State.FAILED for one in documents)
    context = {
        "failed": failed,
        "later": not soon,
        "seconds": seconds,
        "seen": times,
        "name": name,
        "kept": _query(request, mark="&"),
        "here": request.path + _query(request),
        "back": back,
    }
    template = "payments/document_waiting.html"
    part = f"{template}#state" if request.htmx and not request.htmx.boosted else template
    waiting = render(request, part, context, status=202)
    waiting.headers["Retry-After"] = str(seconds)
    return waiting


def _query(request: HttpRequest, mark: str = "?") -> str:
    """What the address asks for besides how often it was asked."""
    query = request.GET.copy()
    query.pop("seen", None)
    return f"{mark}{query.urlencode()}" if query else ""


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def receipt(request: VisitorRequest, number: str) -> HttpResponse:
    """The receipt of an order (B-71840-1), or the receipts of all orders of a checkout (B-71840) bound together."""
    user = current_user(request)
    if number.count("-") > 1:
        order = order_access.get_bought_order(user, number)
        checkout, orders = order.checkout, [order]
    else:
        checkout = order_access.get_bought_checkout(user, number, rows=Checkout.objects.all())
        orders = list(checkout.orders.order_by("pk"))
    paid = [order for order in orders if order.paid_at is not None]
    if not paid:
        raise Http404
    name = _("BANIBS receipt %(number)s") % {"number": number}
    back = (reverse("marketplace:order", args=[checkout.number]), _("Back to the order"))
    return serve(request, stored.of_orders(paid), name=name, back=back)


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def credit_note(request: VisitorRequest, number: str, refund: int) -> HttpResponse:
    """The credit note of a refund, for the buyer and the shop of its order."""
    user = current_user(request)
    rows = order_access.visible_orders(user).prefetch_related(None)
    order = order_access.get_visible_order(user, number, rows=rows)
    found = Refund.objects.filter(order=order, pk=refund).select_related("order").first()
    if found is None:
        raise Http404
    document = stored.of_refund(found)
    name = _("BANIBS credit note %(number)s") % {"number": document.name if document else number}
    if order.buyer_id == user.pk:
        back = reverse("marketplace:order", args=[order.checkout.number])
    else:
        back = reverse("seller:order", args=[order.number])
    return serve(request, [document], name=name, back=(back, _("Back to the order")))


@require_safe
@seller_required
@never_cache
@vary_on_headers("HX-Request")
def sales_receipt(request: SellerRequest, number: str) -> HttpResponse:
    """The shop's receipt of a sale."""
    order: Order = order_access.get_sold_order(
        request.shop.pk, number, user=current_user(request), rows=sales.of_shop(request.shop.pk)
    )
    document = stored.of_order(order, DocumentKind.SALES_RECEIPT)
    name = _("BANIBS sale %(number)s") % {"number": order.number}
    back = (reverse("seller:order", args=[order.number]), _("Back to the order"))
    return serve(request, [document], name=name, back=back)


@require_safe
@seller_required
@never_cache
def invoices(request: SellerRequest) -> HttpResponseBase:
    """The shop's fee invoices, newest first. Two statements."""
    page = keyset_pagination.page(
        stored.invoices_of(request.shop.pk), request.GET, size=policy.INVOICES_SHOWN
    )
    rows = [
        {
            "document": one,
            "month": filters.first_day(one.snapshot["month"]),
            "amount": Money(one.snapshot["total"], one.snapshot["currency"]),
        }
        for one in page.rows
    ]
    context = {"rows": rows, "turn": page.links(request.GET)}
    return render_page(request, "seller/invoices.html", context)


@require_safe
@seller_required
@never_cache
@vary_on_headers("HX-Request")
def invoice(request: SellerRequest, name: str) -> HttpResponse:
    """A fee invoice, by its number."""
    document = get_own_or_404(
        stored.invoices_of(request.shop.pk).filter(name=name),
        among=Document.objects.filter(kind=DocumentKind.FEE_INVOICE, name=name),
        user=current_user(request),
        role="seller",
    )
    words = _("BANIBS fees %(number)s") % {"number": document.name}
    return serve(
        request, [document], name=words, back=(reverse("payments:invoices"), _("Back to the invoices"))
    )


@require_safe
@login_required
@never_cache
@vary_on_headers("HX-Request")
def statement(request: VisitorRequest) -> HttpResponse:
    """The statement of the person's own wallet: ?currency=USD&month=2026-11, a month that is over."""
    currency = request.GET.get("currency", "")
    month = months.over(request.GET.get("month", ""))
    if month is None or not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        raise Http404
    wallet = f"{reverse('wallet:wallet')}?currency={currency}"
    try:
        document = stored.of_wallet(current_user(request).pk, currency, month)
    except stored.NothingToSay as nothing:
        messages.info(request, nothing.message)
        return redirect(f"{wallet}&month={month.name}")
    name = _("BANIBS wallet %(currency)s %(month)s") % {"currency": currency, "month": month.name}
    return serve(request, [document], name=name, back=(wallet, _("Back to the wallet")))


@require_safe
@permission_required("payments.view_document", raise_exception=True)
@never_cache
def staff(request: HtmxRequest, site: dict[str, object], pk: int) -> HttpResponse:
    """Any document, for staff who may read them."""
    document = Document.objects.filter(pk=pk).first()
    if document is None:
        raise Http404
    back = (reverse("admin:payments_document_changelist"), _("Back to the documents"))
    return serve(request, [document], name=document.name, back=back)
