"""Search: products and shops that match, and what begins with the letters typed so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.page_cache.cache_page import cache_page_for_all
from marketplace import policy
from marketplace.catalogue import categories, filters
from marketplace.catalogue import search as searching
from marketplace.regions.lookup import Place
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.catalogue import product_list_context


@require_safe
@cache_page_for_all
def search(request: VisitorRequest) -> HttpResponse:
    """What was searched for: `show=shops` is the second tab."""
    q = searching.cleaned(request.GET.get("q", ""))
    if not q:
        return render(request, "marketplace/search/start.html", {"branches": categories.departments()})
    if request.GET.get("show") == "shops":
        return _shops(request, q)
    place: Place = request.place
    asked = replace(filters.read(request.GET, place.currency, sorts=searching.SORTS), q=q)
    cursor = product_list_context.cursor(request, asked.sort)
    found = searching.products(q, asked.filters, place, sort=asked.sort, cursor=cursor)
    if found.corrected:  # filters, pages and sort orders go on with the words that found something
        asked = replace(asked, q=found.corrected)
    shown = product_list_context.context(
        path=request.path,
        asked=asked,
        page=found.page,
        counts=found.counts,
        place=place,
        sorts={"best": _("Best match"), **product_list_context.sort_names()},
    )
    return product_list_context.respond(request, "marketplace/search/products.html", {
        **shown,
        "q": q,
        "corrected": found.corrected,
        "branches": categories.departments(),
        "tabs": _tabs(q, found.counts.total, found.shops, show="products"),
        "nothing": "marketplace/search/_empty_search.html",
        "shops_found": found.shops,
    })  # fmt: skip


def _shops(request: VisitorRequest, q: str) -> HttpResponse:
    place: Place = request.place
    text = request.GET.get("from", "")
    after = (
        min(int(text), policy.SEARCH_SHOPS_DEEPEST_ROW)
        if text.isascii() and text.isdigit() and len(text) < 6
        else 0
    )
    tiles, found, products_found = searching.shops(q, place, after=after)
    last = after + len(tiles)
    return render(request, "marketplace/search/shops.html", {
        "q": q,
        "tiles": tiles,
        "found": product_list_context.count_text(found),
        "many": 2 if found != 1 else 1,
        "first": after + 1,
        "last": last,
        "branches": categories.departments(),
        "tabs": _tabs(q, products_found, found, show="shops"),
        "previous_url": _address(q, show="shops", start=max(after - policy.SEARCH_SHOPS_ROWS, 0)) if after else None,
        "next_url": _address(q, show="shops", start=last) if last < min(found, policy.SEARCH_SHOPS_DEEPEST_ROW) else None,
    })  # fmt: skip


def _address(q: str, *, show: str, start: int = 0) -> str:
    pairs: dict[str, Any] = (
        {"q": q} | ({"show": show} if show == "shops" else {}) | ({"from": start} if start else {})
    )
    return f"{reverse('marketplace:search')}?{urlencode(pairs)}"


def _tabs(q: str, products: int, shops: int, *, show: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": _address(q, show=tab), "current": tab == show, "count": count}
        for tab, name, count in (
            (
                "products",
                _("Products"),
                f"{policy.SEARCH_MOST_RANKED:,}+"
                if products >= policy.SEARCH_MOST_RANKED
                else f"{products:,}",
            ),
            ("shops", _("Shops"), product_list_context.count_text(shops)),
        )
    ]


@require_safe
def suggestions(request: VisitorRequest) -> HttpResponse:
    """A listbox of what begins with the letters typed; empty below two letters."""
    q = searching.cleaned(request.GET.get("q", ""))
    found = searching.suggestions(q, request.place)
    return render(request, "marketplace/search/_suggestions.html", {"suggestions": found, "q": q})
