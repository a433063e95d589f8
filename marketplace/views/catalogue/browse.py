"""The whole market, and each part of its tree."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.page_cache.cache_page import cache_page_for_all
from marketplace.catalogue import categories, filters, product_list
from marketplace.regions.lookup import Place
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.catalogue import product_list_context


@require_safe
@cache_page_for_all
def everything(request: VisitorRequest) -> HttpResponse:
    """All that is sold in the visitor's region."""
    place: Place = request.place
    shown = found(request, product_list.Scope(place.code))
    return product_list_context.respond(request, "marketplace/catalogue/browse.html", {
        **shown,
        "canonical": settings.SITE_URL + request.path,
        "branches": categories.departments(),
        "crumbs": [{"name": _("Home"), "url": reverse("marketplace:home")}, {"name": _("Everything"), "url": ""}],
    })  # fmt: skip


@require_safe
@cache_page_for_all
def category(request: VisitorRequest, path: str) -> HttpResponse:
    """A department with all its categories, or one category."""
    node = categories.tree().get(path)
    if node is None:
        lowered = categories.tree().get(path.lower())
        if lowered is None:
            raise Http404
        return redirect(lowered.url, permanent=True)
    place: Place = request.place
    top = node.parent or node
    scope = (
        product_list.Scope(place.code, department=node.id)
        if node.parent is None
        else product_list.Scope(place.code, category=node.id)
    )
    return product_list_context.respond(request, "marketplace/catalogue/category.html", {
        **found(request, scope),
        "canonical": settings.SITE_URL + request.path,
        "node": node,
        "department": top,
        "branches": top.children,
        "nothing": "marketplace/catalogue/_empty_category.html",
        "siblings": [other for other in (categories.departments() if node is top else top.children) if other is not node],
        "crumbs": _crumbs(node),
    })  # fmt: skip


def found(request: VisitorRequest, scope: product_list.Scope) -> dict[str, Any]:
    """The page of products that the address asks for, within a scope. Two statements."""
    place: Place = request.place
    asked = filters.read(request.GET, place.currency)
    cursor = product_list_context.cursor(request, asked.sort)
    page = product_list.page(scope, asked.filters, place, sort=asked.sort, cursor=cursor)
    if cursor is not None and (not page.cards or (cursor.backwards and page.previous is None)):
        page = product_list.page(
            scope, asked.filters, place, sort=asked.sort
        )  # the first page, and a full one
    return product_list_context.context(
        path=request.path,
        asked=asked,
        page=page,
        counts=product_list.counts(scope, asked.filters),
        place=place,
        sorts=product_list_context.sort_names(),
    )


def _crumbs(node: categories.Node) -> list[dict[str, str]]:
    crumbs = [{"name": node.name, "url": ""}]
    if node.parent is not None:
        crumbs.insert(0, {"name": node.parent.name, "url": node.parent.url})
    return [{"name": _("Everything"), "url": reverse("marketplace:browse")}, *crumbs]
