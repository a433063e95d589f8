"""The conversation about an order without a matter to settle: the buyer's page, the shop's, and the pictures in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core.security.access_audit import get_own_or_404
from banibs.users.current_user import current_user
from marketplace.messages import thread
from marketplace.models import Message, MessagePicture, Order
from marketplace.orders import order_access
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.sellers import sales
from marketplace.storage import private_files
from marketplace.views.message_form import MessageForm
from marketplace.views.seller.access import SellerRequest, render_page, seller_required


@dataclass(frozen=True)
class Line:
    """A message as its reader sees it."""

    message: Message
    who: str
    mine: bool

    @property
    def at(self) -> Any:
        """When it was written."""
        return self.message.at

    @property
    def text(self) -> str:
        """What was written."""
        return self.message.text

    @property
    def pictures(self) -> list[MessagePicture]:
        """Its pictures, loaded with it."""
        return list(self.message.pictures.all())


def _lines(order: Order, *, reader: str) -> list[Line]:
    names = {"buyer": order.buyer.get_short_name() or _("The buyer"), "seller": order.seller.name}
    return [
        Line(
            message,
            who=_("You") if message.side == reader else names.get(message.side, _("BANIBS")),
            mine=message.side == reader,
        )
        for message in thread.read(order.pk)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def of_buyer(request: VisitorRequest, number: str) -> HttpResponse:
    """ "Write to the shop": what was written about one shop's part of an order, and a form. Five statements."""
    user = current_user(request)
    found = order_access.get_bought_order(user, number)
    order = Order.objects.select_related("seller", "buyer", "checkout").get(pk=found.pk)
    form = _form(request)
    if form.is_bound and _wrote(form, order, side="buyer", request=request):
        return redirect(reverse("marketplace:order_messages", args=[number]) + "#talk")
    context = {
        "order": order,
        "form": form,
        "entries": _lines(order, reader="buyer"),
        "crumbs": [
            {"name": _("Orders"), "url": reverse("marketplace:orders")},
            {
                "name": order.checkout.number,
                "url": reverse("marketplace:order", args=[order.checkout.number]),
            },
            {"name": _("Messages"), "url": ""},
        ],
    }
    return render(
        request, "marketplace/messages/order_messages.html", context, status=400 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def of_seller(request: SellerRequest, number: str) -> HttpResponseBase:
    """The same conversation for the shop."""
    rows = sales.of_shop(request.shop.pk).select_related("seller", "buyer")
    order = order_access.get_sold_order(request.shop.pk, number, user=current_user(request), rows=rows)
    form = _form(request)
    if form.is_bound and _wrote(form, order, side="seller", request=request):
        return redirect(reverse("seller:order_messages", args=[number]) + "#talk")
    context = {"order": order, "form": form, "entries": _lines(order, reader="seller")}
    return render_page(
        request, "seller/messages/order_messages.html", context, status=400 if form.errors else 200
    )


def _form(request: VisitorRequest) -> MessageForm:
    return MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()


def _wrote(form: MessageForm, order: Order, *, side: str, request: VisitorRequest) -> bool:
    if not form.is_valid():
        return False
    said, user = form.cleaned_data, current_user(request)
    written = form.written(
        lambda: thread.write(order, side=side, author=user, text=said["text"], uploads=said["pictures"])
    )
    return written is not None


@require_safe
@login_required
@never_cache
def picture(request: VisitorRequest, pk: int) -> HttpResponseBase:
    """A picture of a conversation, for its two sides alone (staff see it on the desk)."""
    user = current_user(request)
    mine = Q(message__order__buyer=user) | Q(message__order__seller__user=user)
    found = get_own_or_404(
        MessagePicture.objects.filter(mine, pk=pk), among=MessagePicture.objects.filter(pk=pk), user=user
    )
    return picture_response(found)


def picture_response(picture: MessagePicture) -> HttpResponseBase:
    """The picture's bytes, which a browser shows and nothing else. Raises Http404 when the storage has lost it."""
    try:
        opened = private_files().open(picture.file.name or "")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type="image/webp")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
