"""Checkouts, and what moves an order on: the API's doors to the same functions as the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    IDEMPOTENCY_HEADER,
    AmountField,
    MoneySerializer,
    Refused,
    StrictSerializer,
    idempotent,
    known_filters,
    money,
    plain,
)
from banibs.core.idempotency import Answer
from banibs.core.states import InvalidTransition
from banibs.users.models import Address
from marketplace import orders
from marketplace.api import shapes
from marketplace.api.orders import visible_orders
from marketplace.checkout import CheckoutRefusal
from marketplace.models import Checkout, Order
from payments import purchase, refunds
from payments.models import Method, Payment

STATUS = {"insufficient_funds": 402, "out_of_stock": 409, "price_changed": 409, "coupon_exhausted": 409}
KEY = OpenApiParameter(IDEMPOTENCY_HEADER, str, OpenApiParameter.HEADER, required=True)


class CheckoutRequest(StrictSerializer):
    """What is needed to buy the cart."""

    address = serializers.IntegerField(required=False, allow_null=True, default=None)
    payment_method = serializers.ChoiceField(choices=Method.choices, default=Method.WALLET)
    expected_total = AmountField(required=False, allow_null=True, default=None, min_value=0)


class PaymentShape(serializers.Serializer[Any]):
    """Schema of a payment."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    method = serializers.ChoiceField(choices=Method.choices)
    client_secret = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class CheckoutShape(serializers.Serializer[Any]):
    """Schema of a checkout."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    total = MoneySerializer()
    orders = shapes.OrderShape(many=True)
    payment = PaymentShape()
    cart_cleared = serializers.BooleanField()


def shown(number: str, *, user_id: int) -> dict[str, Any]:
    """A checkout of this person with its orders and payment, in three statements. Raises NotFound."""
    checkout = Checkout.objects.select_related("payment").filter(number=number, user_id=user_id).first()
    if checkout is None:
        raise NotFound
    rows = (
        Order.objects.filter(checkout=checkout).select_related("seller", "checkout").prefetch_related("lines").order_by("id")
    )
    payment = checkout.payment
    return {
        "number": checkout.number,
        "status": payment.status,
        "total": money(checkout.money(checkout.total)),
        "orders": [shapes.order(row) for row in rows],
        "payment": {
            "id": payment.pk,
            "status": payment.status,
            "method": payment.method,
            "client_secret": None,
            "url": None,
        },
        "cart_cleared": True,
    }


def refused(refusal: CheckoutRefusal) -> Refused:
    """A refusal to place as the API says it."""
    shown_data = {
        name: money(value) if hasattr(value, "currency") else value for name, value in refusal.data.items()
    }
    return Refused(STATUS.get(refusal.code, 400), refusal.code, refusal.message, **shown_data)


class CheckoutsView(APIView):
    """`checkouts/`"""

    scope = "orders"

    @extend_schema(request=CheckoutRequest, parameters=[KEY], responses={201: CheckoutShape})
    def post(self, request: Request) -> Response:
        asked = CheckoutRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        return idempotent(request, scope="checkout", effect=lambda: self._buy(request, wanted))

    def _buy(self, request: Request, wanted: dict[str, Any]) -> Answer:
        address = None
        if wanted["address"] is not None:
            row = Address.objects.filter(pk=wanted["address"], user=request.user).first()
            if row is None:
                message = _("There is no such address")
                raise Refused(400, "billing_address_required", message, fields={"address": [message]})
            address = row.snapshot()
        try:
            bought = purchase.buy(
                user=request.user,
                address=address,
                method=wanted["payment_method"],
                expected_total=wanted["expected_total"],
            )
        except CheckoutRefusal as refusal:
            raise refused(refusal) from refusal
        return Answer(201, plain(shown(bought.placed.checkout.number, user_id=request.user.pk)))


class CheckoutView(APIView):
    """`checkouts/{number}/`"""

    scope = "orders"

    @extend_schema(responses=CheckoutShape)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request)
        return Response(shown(number, user_id=request.user.pk))


class TransitionRequest(StrictSerializer):
    """Where an order should go."""

    to = serializers.ChoiceField(choices=["fulfilled", "completed", "canceled"])
    reason = serializers.CharField(required=False, max_length=500, default="")
    carrier = serializers.CharField(required=False, max_length=60, default="")
    tracking = serializers.CharField(required=False, max_length=80, default="")


class TransitionsView(APIView):
    """`orders/{number}/transitions/`: its seller posts or cancels, its buyer confirms receipt."""

    scope = "orders"

    @extend_schema(request=TransitionRequest, parameters=[KEY], responses=shapes.OrderShape)
    def post(self, request: Request, number: str) -> Response:
        asked = TransitionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = visible_orders(request.user).filter(number=number).first()
        if order is None:
            raise NotFound
        wanted = asked.validated_data
        return idempotent(request, scope=f"transition:{number}", effect=lambda: self._move(request, order, wanted))

    def _move(self, request: Request, order: Order, wanted: dict[str, str]) -> Answer:
        sells = order.seller.user_id == request.user.pk
        buys = order.buyer_id == request.user.pk
        to, reason = wanted["to"], wanted["reason"]
        if to == "completed" and buys:
            orders.complete(order.pk, actor=events.Actor.person(request.user, role="buyer"))
        elif to == "fulfilled" and sells:
            actor = events.Actor.person(request.user, role="seller")
            orders.fulfil(order.pk, actor=actor, carrier=wanted["carrier"], tracking=wanted["tracking"])
        elif to == "canceled" and sells:
            if not reason.strip():
                message = _("Say why the order is canceled")
                raise Refused(400, "reason_required", message, fields={"reason": [message]})
            actor = events.Actor.person(request.user, role="seller")
            refunds.cancel_order(order.pk, actor=actor, reason=reason, user_id=request.user.pk)
        else:
            raise InvalidTransition(order, current=order.status, to=to)
        fresh = visible_orders(request.user).get(pk=order.pk)
        return Answer(200, plain(shapes.order(fresh)))
