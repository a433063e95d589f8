"""`orders/{number}/transitions/`: its seller posts or cancels, its buyer confirms receipt."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import LineField, Refused, StrictSerializer, TextField, idempotent, plain
from banibs.core.api.request import Request
from banibs.core.api.scopes import require
from banibs.core.idempotency import Answer
from banibs.core.states.state_machine import InvalidTransition
from marketplace.api import serializers as shapes
from marketplace.models import Order
from marketplace.orders import transitions
from marketplace.orders.order_access import get_visible_order, visible_orders
from payments.api.checkouts import KEY
from payments.refunds import order_refunds
from payments.refunds.in_dispute import OrderInDispute


class TransitionRequest(StrictSerializer):
    """Where an order should go."""

    to = serializers.ChoiceField(choices=["fulfilled", "completed", "canceled"])
    reason = TextField(required=False, max_length=500, default="")
    carrier = LineField(required=False, max_length=60, default="")
    tracking = LineField(required=False, max_length=80, default="")


class TransitionsView(APIView):
    """`orders/{number}/transitions/`: its seller posts or cancels, its buyer confirms receipt.

    To cancel gives the buyer's money back, so a key needs `refunds:write` for it too.
    """

    scope = "orders"

    @extend_schema(request=TransitionRequest, parameters=[KEY], responses=shapes.OrderSerializer)
    def post(self, request: Request, number: str) -> Response:
        asked = TransitionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = get_visible_order(request.user, number)
        wanted = asked.validated_data
        if wanted["to"] == Order.Status.CANCELED:  # only what is paid is cancelled, and all of it goes back
            require(request, "refunds:write")
        return idempotent(
            request, scope=f"transition:{number}", effect=lambda: self._move(request, order, wanted)
        )

    def _move(self, request: Request, order: Order, wanted: dict[str, str]) -> Answer:
        sells = order.seller.user_id == request.user.pk
        buys = order.buyer_id == request.user.pk
        to, reason = wanted["to"], wanted["reason"]
        if to == "completed" and buys:
            transitions.complete(order.pk, actor=events.Actor.person(request.user, role="buyer"))
        elif to == "fulfilled" and sells:
            actor = events.Actor.person(request.user, role="seller")
            transitions.fulfil(order.pk, actor=actor, carrier=wanted["carrier"], tracking=wanted["tracking"])
        elif to == "canceled" and sells:
            if not reason.strip():
                message = _("Say why the order is canceled")
                raise Refused(400, "reason_required", message, fields={"reason": [message]})
            actor = events.Actor.person(request.user, role="seller")
            try:
                order_refunds.cancel_order(order.pk, actor=actor, reason=reason, user_id=request.user.pk)
            except OrderInDispute as disputed:
                raise Refused(409, "order_in_dispute", disputed.message) from disputed
        else:
            raise InvalidTransition(order, current=order.status, to=to)
        fresh = visible_orders(request.user).get(pk=order.pk)
        return Answer(200, plain(shapes.order(fresh)))
