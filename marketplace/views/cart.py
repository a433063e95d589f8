"""The cart: what is in it today, and the small forms that change it.

Every form works as a plain POST that leads back to the cart; htmx gets the cart's body instead.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace import policy
from marketplace.cart import add_item, coupon_attempts, coupons, guest_carts
from marketplace.cart import contents as carts
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart, CartItem
from marketplace.regions import lookup as regions
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views import cart_context
from marketplace.views.catalogue.product import with_refusal
from marketplace.views.region import next_page

SESSION_REMOVED = "cart_removed"  # what was just taken out, for "Undo"
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


@require_safe
def cart(request: VisitorRequest) -> HttpResponse:
    """The cart's page."""
    removed = request.session.pop(SESSION_REMOVED, None) if SESSION_REMOVED in request.session else None
    return render(request, "marketplace/cart/cart.html", cart_context.cart_context(request, removed=removed))


@require_POST
def add(request: VisitorRequest) -> HttpResponse:
    """Puts a variant into the cart. A cart of another region follows the visitor to this one."""
    place: regions.Place = request.place
    variant = _number(request.POST.get("variant", ""))
    try:
        quantity = _quantity(request)
        if variant is None:
            raise CartRefusal("not_sold_here", _("This is not sold in your region"), field="variant")
        added = add_item.add_item(
            user_id=request.user.pk if request.user.is_authenticated else None,
            token=request.session.get(carts.SESSION_TOKEN),
            place=place,
            variant_id=variant,
            quantity=quantity,
            follows=True,
        )
    except CartRefusal as refusal:
        return _not_added(request, refusal, variant)
    guest_carts.remember(request, added.token, added.pieces)
    return _added(request, added)


def _added(request: VisitorRequest, added: add_item.AddedItem) -> HttpResponse:
    count = added.pieces
    said = ngettext("Added. Cart, %(n)d item.", "Added. Cart, %(n)d items.", count) % {"n": count}
    if added.leaving:
        titles = ", ".join(row.title for row in added.leaving[:3])
        names = {"titles": titles, "region": request.place.name}
        said += " " + _("Not sold in %(region)s: %(titles)s.") % names
    if not _is_htmx(request):
        messages.success(request, said)
        return redirect("marketplace:cart")
    if request.htmx.target == "cart":
        return _body(request)
    body = render_to_string("components/cart_count.html", {"oob": True, "cart_count": count}, request=request)
    if request.htmx.target == "buy-error":
        body += render_to_string("marketplace/product/_in_cart.html")
    response = HttpResponse(body)
    toast = {
        "text": said,
        "tone": "warn" if added.leaving else "ok",
        "href": reverse("marketplace:cart"),
        "label": _("View cart"),
    }
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def _not_added(request: VisitorRequest, refusal: CartRefusal, variant: int | None) -> HttpResponse:
    if _is_htmx(request):
        if request.htmx.target == "cart":
            return _body(request, notice=refusal.message, status=422)
        return render(
            request, "marketplace/product/_buy_error.html", {"buy_error": refusal.message}, status=422
        )
    page = (
        with_refusal(request, variant, refusal.message, typed=request.POST.get("quantity", "1"))
        if variant
        else None
    )
    if page is not None:
        return page
    messages.error(request, refusal.message)
    return redirect(next_page(request))


@require_POST
def item(request: VisitorRequest, pk: int) -> HttpResponse:
    """Changes how many of a line, or takes it out."""
    mine = _mine(request)
    line = (
        CartItem.objects.select_related("variant__product").filter(pk=pk, cart=mine).first()
        if pk < 2**63
        else None
    )
    if line is None:
        raise Http404
    try:
        if "remove" in request.POST:
            return _remove(request, mine, line)
        carts.set_quantity(mine, item_id=pk, quantity=_quantity(request))
    except CartRefusal as refusal:
        wrong = cart_context.RefusedLine(pk, refusal.message, request.POST.get("quantity", "")[:12])
        return _answer(request, mine, wrong=wrong)
    return _answer(request, mine)


def _remove(request: VisitorRequest, mine: Cart, line: CartItem) -> HttpResponse:
    removed = {"variant": line.variant_id, "quantity": line.quantity, "title": line.variant.product.title}
    carts.remove(mine, item_id=line.pk)
    if not _is_htmx(request):
        request.session[SESSION_REMOVED] = removed
        return _answer(request, mine)
    return _answer(request, mine, removed=removed)


@require_POST
def coupon(request: VisitorRequest) -> HttpResponse:
    """Types a code into the cart, or takes it out again."""
    mine = _mine(request)
    if "remove" in request.POST:
        coupons.drop_coupon(mine)
        return _answer(request, mine)
    typed = request.POST.get("code", "").replace("\x00", "")[: policy.COUPON_CODE_MOST_CHARACTERS]
    try:
        coupon_attempts.try_code(request, mine, typed)
    except coupon_attempts.TooManyTries as refusal:
        answer = _answer(request, mine, code=typed, code_error=str(refusal), status=429)
        answer.headers["Retry-After"] = str(int(policy.COUPON_WAIT.total_seconds()))
        return answer
    except CartRefusal as refusal:
        return _answer(request, mine, code=typed, code_error=refusal.message)
    return _answer(request, mine)


@require_POST
def seen(request: VisitorRequest) -> HttpResponse:
    """The person has read which prices changed and goes on with the new ones."""
    mine = _mine(request)
    carts.acknowledge(mine, carts.contents(mine, request.place))
    return _answer(request, mine)


@require_POST
def move(request: VisitorRequest) -> HttpResponse:
    """Brings a cart that was filled in another region to the visitor's."""
    mine = _mine(request)
    carts.change_region(mine, request.place.code)
    return _answer(request, mine)


def _mine(request: VisitorRequest) -> Cart:
    mine = carts.for_request(request)
    if mine is None:
        raise Http404
    return mine


def _answer(request: VisitorRequest, mine: Cart, *, status: int = 200, **shown: Any) -> HttpResponse:
    """After a change: back to the cart. With something to put right: the cart with it, and what was typed."""
    guest_carts.update_count(request, mine)
    wrong = bool(shown.get("wrong") or shown.get("code_error"))
    if _is_htmx(request):
        return _body(request, status=422 if wrong and status == 200 else status, **shown)
    if not wrong:
        return redirect("marketplace:cart")
    return render(
        request,
        "marketplace/cart/cart.html",
        cart_context.cart_context(request, **shown),
        status=400 if status == 200 else status,
    )


def _body(request: VisitorRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    context = cart_context.cart_context(request, **shown) | {"oob": True}
    return render(request, "marketplace/cart/_cart_contents.html", context, status=status)


def _is_htmx(request: VisitorRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted


def _quantity(request: VisitorRequest) -> int:
    """The number typed. Raises CartRefusal `invalid_quantity` for anything but one from 1 to 100 in plain digits."""
    typed = request.POST.get("quantity", "1").strip()
    number: object = int(typed) if _WHOLE.fullmatch(typed) else typed
    carts.check_quantity(number)
    return int(typed)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
