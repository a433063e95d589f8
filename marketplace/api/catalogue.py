"""`regions/`, `categories/`, `products/`, `sellers/`: what anybody may see. The same functions as the pages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import Refused, flag, known_filters
from banibs.core.api.request import Request
from marketplace.api import catalogue_serializers
from marketplace.catalogue import categories, product_detail, product_list, search, storefront
from marketplace.catalogue.filters import KINDS, Filters
from marketplace.models import Seller
from marketplace.regions import lookup as regions

ORDERINGS = ("newest", "price", "-price", "rating")
LARGEST = 2**53 - 1
REGION = OpenApiParameter("region", description="A region's code, such as US; the visitor's if not said")
CURSOR = OpenApiParameter("cursor", description="Follow `next` and `previous` instead of making one")
_PRICE = {"type": "integer", "minimum": 0, "maximum": LARGEST}


class Public(APIView):
    """Open to anybody."""

    scope = None

    def place(self, request: Request) -> regions.Place:
        """The region asked for, else the visitor's. Raises Refused for one that there is not."""
        code = request.query_params.get("region")
        if code is None:
            visitors: regions.Place = request._request.place  # type: ignore[attr-defined]  # a VisitorRequest inside
            return visitors
        if code not in regions.places():
            raise _wrong("region", _("There is no such region"), code="unknown_region")
        return regions.place(code)


class RegionsView(Public):
    """`regions/`"""

    @extend_schema(responses=catalogue_serializers.RegionPage)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(_all([catalogue_serializers.region(place) for place in regions.places().values()]))


class CategoriesView(Public):
    """`categories/`: departments, each with what stands below it."""

    @extend_schema(responses=catalogue_serializers.CategoryPage)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response(_all([catalogue_serializers.category(node) for node in categories.departments()]))


class ProductsView(Public):
    """`products/`: what is on sale in a region, 24 at a time."""

    @extend_schema(
        parameters=[
            REGION,
            OpenApiParameter("q", description="Words; the best match comes first"),
            OpenApiParameter("category", description="The path of a category, such as home or home/baskets"),
            OpenApiParameter("seller", description="A shop's slug"),
            OpenApiParameter("kind", enum=KINDS),
            OpenApiParameter("min_price", _PRICE, description="Minor units of the region's currency"),
            OpenApiParameter("max_price", _PRICE, description="Minor units of the region's currency"),
            OpenApiParameter("in_stock", OpenApiTypes.BOOL),
            OpenApiParameter(
                "ordering",
                enum=ORDERINGS,
                description="`rating`: best first, those without reviews newest first",
            ),
            CURSOR,
        ],
        responses=catalogue_serializers.ProductPage,
    )
    def get(self, request: Request) -> Response:
        names = (
            "region",
            "q",
            "category",
            "seller",
            "kind",
            "min_price",
            "max_price",
            "in_stock",
            "ordering",
        )
        known_filters(request, *names, "cursor")
        place = self.place(request)
        found = self._found(request, place)
        return Response(
            {
                "results": [catalogue_serializers.product(card, request) for card in found.cards],
                "next": _link(request, "after", found.next),
                "previous": _link(request, "before", found.previous),
            }
        )

    def _found(self, request: Request, place: regions.Place) -> product_list.Page:
        scope, chosen = _scope(request, place), _filters(request)
        words = search.cleaned(request.query_params.get("q", ""))
        ordering = request.query_params.get("ordering", "best" if words else "newest")
        if ordering not in (*ORDERINGS, "best"):
            raise _wrong("ordering", _("There is no such order"))
        sort = "newest" if ordering == "rating" else ordering  # no listing has a review yet
        cursor = _cursor(request, sort)
        if not words:
            return product_list.page(
                scope, chosen, place, sort="newest" if sort == "best" else sort, cursor=cursor
            )
        return search.products(words, chosen, place, sort=sort, cursor=cursor, scope=scope).page


class ProductView(Public):
    """`products/{slug}/`: by its slug as lists give it. The number at its end decides, so old links keep working."""

    @extend_schema(parameters=[REGION], responses=catalogue_serializers.ProductDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        known_filters(request, "region")
        number = re.fullmatch(r"[a-z0-9_-]+-([0-9]{1,18})", slug)
        found = product_detail.listing(int(number[1]), self.place(request)) if number else None
        if found is None:
            raise NotFound
        if found.gone:
            raise Refused(410, "product_gone", _("This is not sold any more"))
        return Response(catalogue_serializers.detail(found, request))


class SellersView(Public):
    """`sellers/`: open shops by name, 24 at a time."""

    @extend_schema(
        parameters=[OpenApiParameter("country", description="Two letters, such as GH"), CURSOR],
        responses=catalogue_serializers.SellerPage,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "country", "cursor")
        country = request.query_params.get("country", "")
        if country and not re.fullmatch(r"[A-Z]{2}", country, re.ASCII):
            raise _wrong("country", _("A country is two capital letters, such as GB"))
        side, _colon, name = request.query_params.get("cursor", "").partition(":")
        if side and (side not in ("after", "before") or not name):
            raise Refused(400, "invalid_cursor", "This is no cursor of ours")
        page = storefront.shops(country=country, **({side: name} if side else {}))
        return Response(
            {
                "results": [catalogue_serializers.shop(tile) for tile in page.tiles],
                "next": _link(request, "after", page.after),
                "previous": _link(request, "before", page.before),
            }
        )


class SellerView(Public):
    """`sellers/{slug}/`"""

    @extend_schema(responses=catalogue_serializers.SellerDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        known_filters(request)
        seller = storefront.find(slug)
        if seller is None or seller.status == Seller.Status.SUSPENDED:
            raise NotFound
        return Response(catalogue_serializers.shop_detail(seller, request))


def _scope(request: Request, place: regions.Place) -> product_list.Scope:
    scope = product_list.Scope(place.code)
    path, slug = request.query_params.get("category"), request.query_params.get("seller")
    if path is not None:
        node = categories.tree().get(path)
        if node is None:
            raise _wrong("category", _("There is no such category"))
        scope = replace(scope, category=node.id) if node.parent else replace(scope, department=node.id)
    if slug is not None:
        seller = Seller.objects.only("id").filter(slug=slug, status=Seller.Status.ACTIVE).first()
        if seller is None:
            raise _wrong("seller", _("There is no such shop"))
        scope = replace(scope, seller=seller.pk)
    return scope


def _filters(request: Request) -> Filters:
    kind = request.query_params.get("kind", "")
    if kind and kind not in KINDS:
        raise _wrong("kind", _("A kind is physical or digital"))
    return Filters(
        kind=kind,
        least=_price(request, "min_price"),
        most=_price(request, "max_price"),
        in_stock=bool(flag(request, "in_stock")),
    )


def _price(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,16}", text, re.ASCII) or int(text) > LARGEST:
        raise _wrong(name, _("A price is a whole number of minor units"), code="invalid_amount")
    return int(text)


def _cursor(request: Request, sort: str) -> product_list.Cursor | None:
    side, _colon, place = request.query_params.get("cursor", "").partition(":")
    if not side:
        return None
    cursor = (
        product_list.cursor_of(place, sort=sort, backwards=side == "before")
        if side in ("after", "before")
        else None
    )
    if cursor is None:
        raise Refused(400, "invalid_cursor", "This is no cursor of ours")
    return cursor


def _link(request: Request, side: str, place: object | None) -> str | None:
    if place is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = f"{side}:{place}"
    return request.build_absolute_uri(f"?{query.urlencode()}")


def _all(results: list[dict[str, Any]]) -> dict[str, Any]:
    """A list that is short enough to be one page."""
    return {"results": results, "next": None, "previous": None}


def _wrong(name: str, message: str, *, code: str = "invalid_filter") -> Refused:
    return Refused(400, code, message, fields={name: [message]})
