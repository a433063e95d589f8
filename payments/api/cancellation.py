"""`orders/{number}/cancellation/`: may its buyer cancel it, what happens then, and doing it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    MoneySerializer,
    Refused,
    StrictSerializer,
    TextField,
    idempotent_outside,
    known_filters,
    money,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.api.scopes import require
from banibs.core.idempotency import Answer
from banibs.core.security.access_audit import get_own_or_404
from marketplace.api import serializers as shapes
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Order
from marketplace.orders.order_access import visible_orders
from payments.api import checkouts
from payments.api.checkouts import KEY
from payments.api.refunds import refused, short_note
from payments.cases.opening import request_cancellation
from payments.cases.refused import CaseRefused
from payments.gateways import outcomes
from payments.refunds.buyer_cancellation import Cancellation, How, cancel_as_buyer, cancellations
from payments.refunds.in_dispute import OrderInDispute


class CancellationSerializer(serializers.Serializer[object]):
    """How an order can be cancelled by its buyer now. Unpaid, the whole checkout ends."""

    allowed = serializers.BooleanField()
    how = serializers.ChoiceField(choices=[how.value for how in How])
    text = serializers.CharField(help_text="What happens, or why it cannot be")
    amount = MoneySerializer(help_text="What goes back")
    to_wallet = MoneySerializer()
    to_card = MoneySerializer()


class CancellationRequest(StrictSerializer):
    """Why, for the shop to read."""

    reason = TextField(required=False, allow_blank=True, default="")

    def validate_reason(self, value: str) -> str:
        """A few sentences."""
        return short_note(value)


class AskedSerializer(serializers.Serializer[object]):
    """The shop was asked, and decides."""

    how = serializers.ChoiceField(choices=[How.BY_REQUEST.value])
    text = serializers.CharField()
    case = serializers.IntegerField(help_text="Where buyer and shop write to each other: cases/{id}/")


def _bought(request: Request, number: str) -> Order:
    return get_own_or_404(
        visible_orders(request.user).filter(number=number, buyer=request.user),
        among=Order.objects.filter(number=number),
        user=request.user,
    )


def _standing(order: Order) -> Cancellation:
    return cancellations([order])[0]


class CancellationView(APIView):
    """`orders/{number}/cancellation/`: its buyer's.

    To cancel gives the buyer's money back, so a key needs `refunds:write` for it too.
    """

    scope = "orders"

    @extend_schema(responses=CancellationSerializer)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request)
        found = _standing(_bought(request, number))
        return Response(
            {
                "allowed": found.allowed,
                "how": found.how.value,
                "text": found.why,
                "amount": money(found.amount),
                "to_wallet": money(found.to_wallet),
                "to_card": money(found.to_card),
            }
        )

    @extend_schema(
        request=CancellationRequest,
        parameters=[KEY],
        responses={200: shapes.OrderSerializer, 202: AskedSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        require(request, "refunds:write")
        order = _bought(request, number)
        asked = CancellationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        reason = asked.validated_data["reason"]
        return idempotent_outside(
            request, scope=f"cancellation:{number}", work=lambda: _cancel(request, order, reason)
        )


def _cancel(request: Request, order: Order, reason: str) -> Answer:
    found = _standing(order)
    actor = events.Actor.person(request.user, role="buyer")
    if found.how == How.BY_REQUEST:
        return _ask_shop(request, found, reason)
    if not found.allowed or not _done(found, actor, reason):
        raise _not_now(order)
    fresh = visible_orders(request.user).get(pk=order.pk)
    return Answer(200, plain(shapes.order(fresh)))


def _ask_shop(request: Request, found: Cancellation, reason: str) -> Answer:
    try:
        case = request_cancellation(found.order, user=request.user, text=reason)
    except CaseRefused as refusal:
        raise Refused(refusal.status, refusal.code, refusal.message) from refusal
    return Answer(202, {"how": found.how.value, "text": found.why, "case": case.pk})


def _done(found: Cancellation, actor: events.Actor, reason: str) -> bool:
    try:
        return cancel_as_buyer(found, actor=actor, reason=reason)
    except OrderInDispute as disputed:
        raise refused(disputed, found.order) from disputed
    except CheckoutRefusal as refusal:
        raise checkouts.refused(refusal) from refusal
    except outcomes.Unknown as silent:
        raise checkouts.refused_by_stripe(silent) from silent


def _not_now(order: Order) -> Refused:
    now = Order.objects.select_related("seller").get(pk=order.pk)
    code = "order_in_dispute" if now.dispute == Order.Dispute.OPEN else "invalid_transition"
    why = _standing(now).why or _("It changed meanwhile.")
    return Refused(409, code, why, current=now.status)
