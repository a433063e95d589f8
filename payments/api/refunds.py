"""`orders/{number}/refunds/`: what was given back of an order, and giving some of it back, after a preview."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    AmountField,
    KeysetPage,
    MoneySerializer,
    Refused,
    StrictSerializer,
    TextField,
    idempotent,
    known_filters,
    money,
    page_of,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.api.scopes import require
from banibs.core.idempotency import Answer
from banibs.core.money import Money
from marketplace.models import Order
from marketplace.orders.order_access import get_visible_order, visible_orders
from payments import policy
from payments.api.checkouts import KEY
from payments.models import Refund, RefundReason
from payments.refunds import order_refunds
from payments.refunds.decisions import staff_refund
from payments.refunds.preview import Preview, preview
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from wallet import approvals


class RefundSerializer(serializers.Serializer[object]):
    """Money on its way back to the buyer."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Refund.Status.choices)
    amount = MoneySerializer()
    to_wallet = MoneySerializer()
    to_card = MoneySerializer()
    reason = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    succeeded_at = serializers.DateTimeField(allow_null=True)
    credit_note = serializers.CharField(help_text="The address of its credit note, a PDF")


RefundPage = page_of(RefundSerializer, "Refund")


def serialize(row: Refund, number: str) -> dict[str, object]:
    """A refund of the order of this number, as the API says it."""
    return {
        "id": row.pk,
        "status": row.status,
        "amount": money(Money(row.amount, row.currency)),
        "to_wallet": money(Money(row.wallet_part, row.currency)),
        "to_card": money(Money(row.card_part, row.currency)),
        "reason": row.reason,
        "note": row.note,
        "created_at": row.created_at,
        "succeeded_at": row.succeeded_at,
        "credit_note": f"{settings.SITE_URL}{reverse('api:credit-note', args=[number, row.pk])}",
    }


class RefundLineRequest(StrictSerializer):
    """Of one line: how many go back, or how much of it. Line 0 is the delivery, which has an amount only."""

    line = serializers.IntegerField(min_value=0, max_value=2**63 - 1)
    quantity = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    amount = AmountField(required=False, min_value=1)

    def validate(self, attrs: dict[str, int]) -> dict[str, int]:
        """One of the two."""
        if ("quantity" in attrs) == ("amount" in attrs):
            raise serializers.ValidationError(_("Say a quantity or an amount of each line"))
        return attrs


class RefundPreviewRequest(StrictSerializer):
    """What goes back: one `amount` spread over the order, or `lines`, or `everything` that is left."""

    amount = AmountField(required=False, min_value=1)
    lines = serializers.ListField(child=RefundLineRequest(), required=False, min_length=1)
    everything = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Exactly one of them."""
        if sum(map(bool, (attrs.get("amount"), attrs.get("lines"), attrs.get("everything")))) != 1:
            raise serializers.ValidationError(_("Say an amount, or lines, or everything: one of them"))
        return attrs


def short_note(value: str) -> str:
    """What a person writes to the other with a refund or a cancellation. Raises ValidationError where it is too long."""
    most = policy.REFUND_NOTE_MOST_CHARACTERS
    if len(value) > most:
        raise serializers.ValidationError(
            _("Write at most %(most)s characters") % {"most": most}, "max_length"
        )
    return value


class RefundRequest(RefundPreviewRequest):
    """What goes back, and why. The buyer reads the note."""

    reason = serializers.ChoiceField(choices=RefundReason.chosen())
    note = TextField(required=False, allow_blank=True, default="")
    restock = serializers.BooleanField(required=False, default=False)

    def validate_note(self, value: str) -> str:
        """A few sentences."""
        return short_note(value)


class SellerPartSerializer(serializers.Serializer[object]):
    """What a refund takes from the shop, where it comes from, and what is available before and after."""

    gives = MoneySerializer()
    from_held = MoneySerializer()
    from_reserve = MoneySerializer()
    from_available = MoneySerializer()
    available_before = MoneySerializer()
    available_after = MoneySerializer(help_text="Below 0: payouts wait, and new sales fill it")


class RefundPreviewSerializer(serializers.Serializer[object]):
    """Who pays what: amount + promotion = seller.gives + fee + tax + processing."""

    amount = MoneySerializer(help_text="What the buyer gets")
    to_card = MoneySerializer()
    to_wallet = MoneySerializer()
    seller = SellerPartSerializer()
    fee = MoneySerializer(help_text="What BANIBS gives back of its fee")
    tax = MoneySerializer(help_text="Tax that is no longer due")
    promotion = MoneySerializer(help_text="What the shop returns of BANIBS's discount; in seller.gives")
    processing = MoneySerializer(help_text="What BANIBS bears of the card's fee")
    order_status = serializers.ChoiceField(choices=Order.Status.choices)


class WaitingSerializer(serializers.Serializer[object]):
    """A refund by staff that waits for a second person."""

    approval = serializers.IntegerField()


def wanted_of(said: dict[str, object]) -> Wanted:
    """A RefundPreviewRequest that was found valid, as the verb takes it. Raises Refused for a line that is named twice."""
    lines = cast("list[dict[str, int]]", said.get("lines") or [])
    if len({one["line"] for one in lines}) < len(lines):
        message = _("Name each line once")
        raise Refused(400, "invalid_request", message, fields={"lines": [message]})
    amount = said.get("amount")
    return Wanted(
        amount=amount if isinstance(amount, int) else None,
        lines={one["line"]: one["quantity"] for one in lines if "quantity" in one},
        amounts={one["line"]: one["amount"] for one in lines if "amount" in one},
        everything=bool(said.get("everything")),
    )


def refused(refusal: RefundRefused, order: Order) -> Refused:
    """A refusal of the verb as the API says it, with what remains."""
    answer = Refused(refusal.status, refusal.code, refusal.message)
    if refusal.remaining is not None:
        answer.extra["remaining"] = money(order.money(refusal.remaining))
    if refusal.line is not None:
        answer.extra["line"] = refusal.line
    if refusal.code == "invalid_transition":
        answer.extra["current"] = order.status
    return answer


def shown(found: Preview) -> dict[str, object]:
    """A preview as the API says it."""
    return {
        "amount": money(found.amount),
        "to_card": money(found.to_card),
        "to_wallet": money(found.to_wallet),
        "seller": {
            "gives": money(found.seller_gives),
            "from_held": money(found.from_held),
            "from_reserve": money(found.from_reserve),
            "from_available": money(found.from_available),
            "available_before": money(found.before),
            "available_after": money(found.after),
        },
        "fee": money(found.fee),
        "tax": money(found.tax),
        "promotion": money(found.promotion),
        "processing": money(found.processing),
        "order_status": found.status,
    }


def refundable_order(request: Request, number: str) -> Order:
    """The order of this number, for its seller or staff. Raises Http404 for another's, Refused 403 for its buyer.

    Staff who did not sell it act as staff: a key of theirs needs `staff:write` too.
    """
    orders = visible_orders(request.user).prefetch_related(None)
    if request.user.is_staff and not orders.filter(number=number, seller__user=request.user).exists():
        require(request, "staff:write")
        return get_visible_order(
            request.user, number, rows=Order.objects.select_related("seller", "checkout")
        )
    order = get_visible_order(request.user, number, rows=orders)
    if order.seller.user_id != request.user.pk:
        raise Refused(403, "forbidden", _("The shop gives money back. Ask it, or cancel the order"))
    return order


class RefundsView(APIView):
    """`orders/{number}/refunds/`"""

    scope = "refunds"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=RefundPage)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request, *PAGING)
        orders = visible_orders(request.user).prefetch_related(None)
        order = get_visible_order(request.user, number, rows=orders)
        pages = KeysetPage()
        rows = pages.paginate_queryset(Refund.objects.filter(order=order).order_by("-pk"), request, view=self)
        return pages.get_paginated_response([serialize(row, order.number) for row in rows or []])

    @extend_schema(
        request=RefundRequest, parameters=[KEY], responses={201: RefundSerializer, 202: WaitingSerializer}
    )
    def post(self, request: Request, number: str) -> Response:
        order = refundable_order(request, number)
        asked = RefundRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        wanted = wanted_of(said)
        sells = order.seller.user_id == request.user.pk
        make = _by_seller if sells else _by_staff
        return idempotent(
            request, scope=f"refund:{number}", effect=lambda: make(request, order, wanted, said)
        )


def _by_seller(request: Request, order: Order, wanted: Wanted, said: dict[str, object]) -> Answer:
    actor = events.Actor.person(request.user, role="seller")
    try:
        made = order_refunds.refund_order(
            order.pk,
            wanted,
            actor=actor,
            reason=str(said["reason"]),
            note=str(said["note"]),
            user_id=request.user.pk,
            restock=bool(said["restock"]),
        )
    except RefundRefused as refusal:
        raise refused(refusal, order) from refusal
    made.refresh_from_db()
    return Answer(201, plain(serialize(made, order.number)))


def _by_staff(request: Request, order: Order, wanted: Wanted, said: dict[str, object]) -> Answer:
    why, note = str(said["reason"]), str(said["note"])
    try:
        approval = staff_refund.ask(
            order,
            wanted,
            requester=request.user,
            why=why,
            note=note,
            comment=note or str(RefundReason(why).label),
            restock=bool(said["restock"]),
        )
    except RefundRefused as refusal:
        raise refused(refusal, order) from refusal
    except approvals.NotAllowed as not_theirs:
        raise Refused(403, "forbidden", _("Somebody else must give this back")) from not_theirs
    except approvals.Tampered as changed:
        raise Refused(409, "refund_exceeds_remaining", str(changed)) from changed
    if approval.status != approvals.Status.APPROVED:
        return Answer(202, {"approval": approval.pk})
    made = Refund.objects.filter(order=order).order_by("-pk")[0]
    return Answer(201, plain(serialize(made, order.number)))


class RefundPreviewView(APIView):
    """`orders/{number}/refunds/preview/`: who would pay what. Nothing moves."""

    scope = "refunds"

    @extend_schema(request=RefundPreviewRequest, responses=RefundPreviewSerializer)
    def post(self, request: Request, number: str) -> Response:
        order = refundable_order(request, number)
        asked = RefundPreviewRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            found = preview(order, wanted_of(asked.validated_data))
        except RefundRefused as refusal:
            raise refused(refusal, order) from refusal
        return Response(shown(found))
