"""`seller/products/`: the caller's listings, written, priced, stocked, put on sale and taken down."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import PAGE_PARAMETERS, PAGING, KeysetPage, Refused, known_filters
from banibs.core.api.request import Request
from marketplace.api import listing_serializers as shapes
from marketplace.api.listing_serializers import live_variants
from marketplace.catalogue import categories
from marketplace.models import Category, Offer, Product, Seller, Variant
from marketplace.sellers import listings, rich_text

Status = Product.Status
_VARIANTS = Prefetch(
    "variants", Variant.objects.filter(active=True).order_by("position", "pk"), to_attr="live"
)
_OFFERS = Prefetch("offers", Offer.objects.filter(variant__active=True).order_by("pk"), to_attr="priced")


class OwnListings(APIView):
    """Finds the caller's shop and its listings."""

    scope = "seller"

    def shop(self, request: Request) -> Seller:
        """The caller's shop. Raises NotFound."""
        found = Seller.objects.filter(user=request.user).first()
        if found is None:
            raise NotFound
        return found

    def rows(self, request: Request) -> QuerySet[Product]:
        """The caller's listings with all that their shape needs."""
        own = Product.objects.filter(seller__user=request.user)
        return own.select_related("category", "seller").defer("search").prefetch_related(_VARIANTS, _OFFERS)

    def one(self, request: Request, pk: int) -> Product:
        """The caller's listing by this id. Raises NotFound."""
        found = self.rows(request).filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def write(self, request: Request, product: Product, wanted: dict[str, Any]) -> None:
        """Writes what is asked for, all of it or nothing; then moves it where asked."""
        to = wanted.pop("status", None)
        with transaction.atomic():
            if wanted:
                save(product, wanted)
            if to is not None and to != product.status:
                move(request, product, to=to)


class ListingsView(OwnListings):
    """`seller/products/`"""

    @extend_schema(
        parameters=[OpenApiParameter("status", enum=Status.values), *PAGE_PARAMETERS],
        responses=shapes.ListingPage,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "status", *PAGING)
        self.shop(request)
        rows = self.rows(request)
        status = request.query_params.get("status")
        if status is not None:
            if status not in Status.values:
                raise Refused(400, "invalid_filter", _("There is no such status"))
            rows = rows.filter(status=status)
        pages = KeysetPage()
        found = pages.paginate_queryset(rows.order_by("-pk"), request, view=self)
        return pages.get_paginated_response([shapes.listing(row) for row in found or []])

    @extend_schema(request=shapes.NewListingRequest, responses={201: shapes.ListingSerializer})
    def post(self, request: Request) -> Response:
        asked = shapes.NewListingRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, shop = dict(asked.validated_data), self.shop(request)
        with transaction.atomic():
            category = category_of(wanted.pop("category"))
            made = listings.draft(shop, title=wanted["title"], kind=wanted.pop("kind"), category=category)
            self.write(request, self.one(request, made.pk), wanted)
        return Response(shapes.listing(self.one(request, made.pk)), status=201)


class ListingView(OwnListings):
    """`seller/products/{id}/`: PATCH writes what it names; DELETE takes the listing down, for its orders need it."""

    @extend_schema(responses=shapes.ListingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        return Response(shapes.listing(self.one(request, pk)))

    @extend_schema(request=shapes.ListingRequest, responses=shapes.ListingSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        product = self.one(request, pk)
        asked = shapes.ListingRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        self.write(request, product, dict(asked.validated_data))
        return Response(shapes.listing(self.one(request, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        product = self.one(request, pk)
        if product.status != Status.ARCHIVED:
            move(request, product, to=Status.ARCHIVED)
        return Response(status=204)


def category_of(path: str) -> Category:
    """The category at this path. Raises Refused."""
    node = categories.tree().get(path)
    found = Category.objects.filter(pk=node.id).first() if node else None
    if found is None:
        message = _("There is no such category")
        raise Refused(400, "unknown_category", message, fields={"category": [message]})
    return found


def save(product: Product, wanted: dict[str, Any]) -> None:
    """Writes the named parts over what is stored. Raises Refused, with nothing written."""
    seen = wanted.pop("updated_at", product.updated_at)
    columns: dict[str, Any] = {
        name: wanted[name] for name in ("title", "summary", "materials", "tax_class") if name in wanted
    }
    columns.setdefault("title", product.title)
    if "category" in wanted:
        columns["category"] = category_of(wanted["category"])
    if "description" in wanted:
        columns["description_html"] = rich_text.from_text(wanted["description"])
    content = listings.Content(columns, _prices(product, wanted), _choices(product, wanted))
    try:
        listings.save(product.pk, content, seen=seen)
    except listings.Conflict as conflict:
        message = _("This listing was changed meanwhile. Read it again")
        raise Refused(409, "listing_changed", message, updated_at=conflict.product.updated_at) from conflict
    except listings.StockMoved as moved:
        left = {str(pk): stock for pk, stock in moved.left.items()}
        raise Refused(
            409, "stock_changed", _("Items were sold meanwhile. Read it again"), stock=left
        ) from moved


def _prices(product: Product, wanted: dict[str, Any]) -> dict[str, listings.Price]:
    if "prices" not in wanted:
        base = shapes.base_prices(product)
        return {code: listings.Price(offer.amount, offer.compare_at) for code, offer in base.items()}
    return {one["region"]: listings.Price(one["amount"], one["compare_at"]) for one in wanted["prices"]}


def _choices(product: Product, wanted: dict[str, Any]) -> list[listings.Choice]:
    variants: dict[int, Variant] = {variant.pk: variant for variant in live_variants(product)}
    own = shapes.own_prices(product)
    if "variants" not in wanted:
        return [
            listings.Choice(pk, one.options, one.sku, listings.Stock(one.stock, one.stock), own[pk])
            for pk, one in variants.items()
        ]
    unknown = [one["id"] for one in wanted["variants"] if one["id"] is not None and one["id"] not in variants]
    if unknown:
        message = _("This listing has no such variant: %(id)s") % {"id": unknown[0]}
        raise Refused(400, "unknown_variant", message, fields={"variants": [message]})
    return [_choice(one, variants.get(one["id"])) for one in wanted["variants"]]


def _choice(one: dict[str, Any], stored: Variant | None) -> listings.Choice:
    stock = listings.Stock(wanted=one["stock"], seen=stored.stock if stored else None)
    prices = {price["region"]: price["amount"] for price in one["prices"]}
    return listings.Choice(one["id"], one["options"], one["sku"], stock, prices)


def move(request: Request, product: Product, *, to: str) -> None:
    """Publishes, withdraws or takes down. Raises Refused for what is not ready, InvalidTransition otherwise."""
    try:
        listings.move(product.pk, to=to, actor=events.Actor.person(request.user, role="seller"))
    except listings.NotReady as lacking:
        raise Refused(
            409, "listing_not_ready", lacking.problems[0], problems=list(lacking.problems)
        ) from lacking
