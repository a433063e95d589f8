"""Shops: all of them, one of them, and its cloth."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.page_cache.cache_page import cache_page_for_guests
from banibs.core.templatetags.ui import country as country_name
from marketplace.catalogue import product_list, search, storefront
from marketplace.media.shop_patterns import band
from marketplace.media.shop_patterns import square as woven
from marketplace.models import Seller
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.catalogue import product_list_context
from marketplace.views.catalogue.browse import found
from marketplace.views.catalogue.view_counting import counts_shop_views, seen_by_owner

_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@require_safe
@cache_page_for_guests
def shops(request: VisitorRequest) -> HttpResponse:
    """Every open shop, by name."""
    return _shops(request, "")


@require_safe
@cache_page_for_guests
def country(request: VisitorRequest, country: str) -> HttpResponse:
    """The shops of one country; an invitation where there is none yet."""
    code = country.upper()
    if not _COUNTRY.fullmatch(code) or country_name(code) == code:
        raise Http404
    return _shops(request, code)


def _shops(request: VisitorRequest, code: str) -> HttpResponse:
    counted = storefront.countries()
    page = storefront.shops(
        country=code,
        after=search.cleaned(request.GET.get("after", "")),
        before=search.cleaned(request.GET.get("before", "")),
    )
    total = counted.get(code, 0) if code else sum(counted.values())
    here = [{"name": _("Home"), "url": reverse("marketplace:home")}]
    if code:
        here.append({"name": _("All shops"), "url": reverse("marketplace:shops")})
    return render(request, "marketplace/shops/shop_list.html", {
        "canonical": settings.SITE_URL + request.path,
        "code": code,
        "tiles": page.tiles,
        "total": total,
        "countries": sorted((country_name(one), one, count) for one, count in counted.items()),
        "previous_url": _turn(request, "before", page.before),
        "next_url": _turn(request, "after", page.after),
        "crumbs": [*here, {"name": country_name(code) if code else _("All shops"), "url": ""}],
    })  # fmt: skip


def _turn(request: VisitorRequest, name: str, value: str | None) -> str | None:
    return None if value is None else f"{request.path}?{urlencode({name: value})}"


@require_safe
@counts_shop_views
@cache_page_for_guests
def shop(request: VisitorRequest, slug: str) -> HttpResponse:
    """What a shop sells in the visitor's region."""
    seller = storefront.find(slug)
    if seller is None or seller.status == Seller.Status.SUSPENDED:
        return _closed(request, seller)
    place = request.place
    shown = found(request, product_list.Scope(place.code, seller=seller.pk))
    if not shown["asked"].filters and request.variant.part is None:
        shown["pieces"] = shown["counts"].total
    page = product_list_context.respond(request, "marketplace/shops/shop.html", {
        **shown, **_around(seller, "shop"), "nothing": "marketplace/shops/_empty_shop.html"
    })  # fmt: skip
    return seen_by_owner(request, page, owner=seller.user_id)


@require_safe
@cache_page_for_guests
def about(request: VisitorRequest, slug: str) -> HttpResponse:
    """Who makes it, in their own words."""
    seller = storefront.find(slug)
    if seller is None or seller.status == Seller.Status.SUSPENDED:
        return _closed(request, seller)
    return render(request, "marketplace/shops/about.html", _around(seller, "shop_about"))


@require_safe
@cache_page_for_guests
def delivery(request: VisitorRequest, slug: str) -> HttpResponse:
    """Where the shop sends, what it asks, and what it does when something comes back."""
    seller = storefront.find(slug)
    if seller is None or seller.status == Seller.Status.SUSPENDED:
        return _closed(request, seller)
    shown = _around(seller, "shop_delivery") | {"destinations": storefront.destinations(seller)}
    return render(request, "marketplace/shops/delivery.html", shown)


def _closed(request: VisitorRequest, seller: Seller | None) -> HttpResponse:
    if seller is None:
        raise Http404
    return render(request, "marketplace/shops/closed.html", {"seller": seller}, status=410)


def _around(seller: Seller, current: str) -> dict[str, Any]:
    tabs = (("shop", _("Products")), ("shop_about", _("About")), ("shop_delivery", _("Delivery and returns")))
    return {
        "seller": seller,
        "canonical": settings.SITE_URL + reverse(f"marketplace:{current}", args=[seller.slug]),
        "back_on": storefront.back_on(seller),
        "tabs": [
            {
                "name": name,
                "url": reverse(f"marketplace:{tab}", args=[seller.slug]),
                "current": tab == current,
                "count": None,
            }
            for tab, name in tabs
        ],
        "crumbs": [
            {"name": _("Home"), "url": reverse("marketplace:home")},
            {"name": _("All shops"), "url": reverse("marketplace:shops")},
            {"name": seller.name, "url": ""},
        ],
    }


@require_safe
def cloth(request: VisitorRequest, slug: str) -> HttpResponse:
    """A shop's cloth; `?shape=band` is the long strip. The same for a slug for ever, so kept for ever."""
    if not _SLUG.fullmatch(slug):
        raise Http404
    svg = band(slug) if request.GET.get("shape") == "band" else woven(slug)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
