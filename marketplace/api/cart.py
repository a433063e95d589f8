"""`cart/` and what hangs below it: the cart of the person who calls."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import Refused, StrictSerializer, known_filters
from banibs.core.api.request import Request
from marketplace import policy
from marketplace.api import serializers as shapes
from marketplace.cart import add_item, coupon_attempts, coupons
from marketplace.cart import contents as carts
from marketplace.cart.refusals import CartRefusal
from marketplace.checkout import delivery_address
from marketplace.models import Cart, CartItem
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from wallet import accounts, ledger

METHODS = ("wallet", "card", "stripe_checkout", "wallet_and_card")


class RegionRequest(StrictSerializer):
    """A region's code."""

    region = serializers.CharField(max_length=2)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 100})
class QuantityField(serializers.Field[Any, Any, Any, Any]):
    """Passed on as it came: `marketplace.cart.contents.check_quantity` has the rule and the words."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class ItemRequest(StrictSerializer):
    """What to put into the cart."""

    variant = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    quantity = QuantityField(default=1, allow_null=True)


class QuantityRequest(StrictSerializer):
    """How many of a line."""

    quantity = QuantityField(allow_null=True)


class CouponRequest(StrictSerializer):
    """A code."""

    code = serializers.CharField(max_length=policy.COUPON_CODE_MOST_CHARACTERS)


STATUS = {"out_of_stock": 409, "coupon_exhausted": 409, "self_purchase_not_allowed": 403}


def refused(refusal: CartRefusal) -> Refused:
    """A cart's refusal as the API says it."""
    fields = {refusal.field: [refusal.message]} if refusal.field else None
    return Refused(STATUS.get(refusal.code, 400), refusal.code, refusal.message, fields=fields)


class CartBase(APIView):
    """Finds the caller's cart."""

    scope = "cart"

    def cart(self, request: Request) -> Cart:
        """The caller's cart, made on first use in the visitor's region."""
        place = request._request.place  # type: ignore[attr-defined]  # a VisitorRequest inside
        return carts.open_for(user_id=request.user.pk, place=place)

    def shown(self, request: Request, *, status: int = 200) -> Response:
        """The cart as it is now."""
        cart = carts.find(user_id=request.user.pk, token=None)
        return Response(shapes.cart(carts.contents(cart, self.place(request))), status=status)

    def place(self, request: Request) -> regions.Place:
        """The visitor's region, for a cart that does not exist yet."""
        place: regions.Place = request._request.place  # type: ignore[attr-defined]  # a VisitorRequest inside
        return place


class CartView(CartBase):
    """`cart/`"""

    @extend_schema(responses=shapes.CartSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return self.shown(request)

    @extend_schema(request=RegionRequest, responses=shapes.CartSerializer)
    def patch(self, request: Request) -> Response:
        asked = RegionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["region"] not in regions.places():
            message = _("There is no such region")
            raise Refused(400, "unknown_region", message, fields={"region": [message]})
        carts.change_region(self.cart(request), asked.validated_data["region"])
        return self.shown(request)


class ItemsView(CartBase):
    """`cart/items/`"""

    @extend_schema(request=ItemRequest, responses={201: shapes.CartSerializer})
    def post(self, request: Request) -> Response:
        asked = ItemRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            carts.check_quantity(asked.validated_data["quantity"])
            add_item.add_item(
                user_id=request.user.pk,
                token=None,
                place=self.place(request),
                variant_id=asked.validated_data["variant"],
                quantity=asked.validated_data["quantity"],
            )
        except CartRefusal as refusal:
            raise refused(refusal) from refusal
        return self.shown(request, status=201)


class ItemView(CartBase):
    """`cart/items/{id}/`"""

    @extend_schema(request=QuantityRequest, responses=shapes.CartSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        asked = QuantityRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            carts.set_quantity(self.cart(request), item_id=pk, quantity=asked.validated_data["quantity"])
        except CartRefusal as refusal:
            raise refused(refusal) from refusal
        except CartItem.DoesNotExist as missing:
            raise NotFound from missing
        return self.shown(request)

    @extend_schema(responses={200: shapes.CartSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        try:
            carts.remove(self.cart(request), item_id=pk)
        except CartItem.DoesNotExist as missing:
            raise NotFound from missing
        return self.shown(request)


class CouponView(CartBase):
    """`cart/coupon/`"""

    @extend_schema(request=CouponRequest, responses=shapes.CartSerializer)
    def put(self, request: Request) -> Response:
        asked = CouponRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            coupon_attempts.try_code(request._request, self.cart(request), asked.validated_data["code"])
        except CartRefusal as refusal:
            raise refused(refusal) from refusal
        except coupon_attempts.TooManyTries as many:
            raise Refused(
                429, "rate_limited", str(many), retry_after=int(policy.COUPON_WAIT.total_seconds())
            ) from many
        return self.shown(request)

    @extend_schema(responses={200: shapes.CartSerializer})
    def delete(self, request: Request) -> Response:
        coupons.drop_coupon(self.cart(request))
        return self.shown(request)


class QuoteView(CartBase):
    """`cart/quote/?payment_method=&address=`: with the tax of that address, else of the one the checkout begins with."""

    @extend_schema(
        parameters=[
            OpenApiParameter("payment_method", enum=METHODS, default="wallet"),
            OpenApiParameter("address", {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}),
        ],
        responses=shapes.QuoteSerializer,
    )
    def get(self, request: Request) -> Response:
        known_filters(request, "payment_method", "address")
        method = request.query_params.get("payment_method", "wallet")
        if method not in METHODS:
            message = _("There is no such payment method")
            raise Refused(400, "payment_method_unavailable", message, fields={"payment_method": [message]})
        contents = self.contents(request)
        balance = ledger.balance(accounts.wallet(request.user.pk), contents.place.currency)
        priced = contents.quote(pricing.Tender(method, wallet=balance.amount))
        return Response(shapes.quote(contents, priced, balance))

    def contents(self, request: Request) -> carts.Contents:
        """The cart with the tax of the address that was asked for. Raises NotFound for another's."""
        contents = carts.contents(carts.find(user_id=request.user.pk, token=None), self.place(request))
        wanted = request.query_params.get("address")
        if wanted is None:
            return delivery_address.taxed(request._request, contents)
        address = delivery_address.own_address(request.user, wanted)
        if address is None:
            delivery_address.record_refusal(request.user, wanted)
            raise NotFound
        return delivery_address.to(contents, address)
