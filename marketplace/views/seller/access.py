"""Access to the seller's pages: whose shop this is, and what every page there shows around itself."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField, Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from marketplace.models import Order, Seller
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.sellers import time_zones

View = Callable[..., HttpResponseBase]


class SellerRequest(VisitorRequest):
    """A request of somebody who has a shop: `shop` is the shop of the person who asks."""

    shop: Seller


def own_shop(user_id: int | None) -> Seller | None:
    """The person's shop with `to_send_count` and `case_count` (problems that wait for it), in one statement."""
    counts = {
        "to_send_count": _orders(status=Order.Status.PAID),
        "case_count": _orders(
            case_open=True, cases__waits_for="seller"
        ),  # a case that is over waits for nobody
    }
    return Seller.objects.annotate(**counts).filter(user_id=user_id or 0).first()


def _orders(**which: object) -> Coalesce:
    """How many orders of a shop are like this."""
    found = Order.objects.filter(seller=OuterRef("pk"), **which).order_by().values("seller")
    counted = found.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=BigIntegerField()), 0)


def seller_required(view: View) -> View:
    """Lets in who is signed in and has a shop (`request.shop`); who has none is shown how to open one."""

    @login_required
    @functools.wraps(view)
    def inside(request: SellerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shop = own_shop(request.user.pk)
        if shop is None:
            return redirect("seller:start")
        request.shop = shop
        with timezone.override(time_zones.zone(shop)):  # a seller reads the shop's clock, wherever they are
            return view(request, *args, **kwargs)

    return inside


def render_page(
    request: VisitorRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponseBase:
    """A page of the desk, or with "#name" a part of it for htmx, with what its layout needs."""
    shop: Seller | None = getattr(request, "shop", None)
    around = {"shop": shop, **{name: getattr(shop, name, 0) for name in ("to_send_count", "case_count")}}
    response = render(request, template, {**around, **(context or {})}, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def is_fragment(request: VisitorRequest) -> bool:
    """Whether htmx asks for a part of the page rather than for the page."""
    return bool(request.htmx) and not request.htmx.boosted
