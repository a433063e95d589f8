"""`orders/{number}/cases/` and `cases/{id}/`: what buyer and shop settle about an order. The same verbs as the pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import NoReturn

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request as DrfRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    AmountField,
    KeysetPage,
    LineField,
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
from banibs.core.idempotency import Answer
from marketplace.media.image_uploads import UnsupportedImage
from marketplace.messages import thread
from marketplace.models import Message
from marketplace.orders.order_access import get_visible_order, visible_orders
from payments.api.checkouts import KEY
from payments.cases import answers, case_access, opening, parcels
from payments.cases.refused import CaseRefused
from payments.models import Case, Proposal
from payments.refunds.refused import RefundRefused

ANSWERS = ("accept", "decline", "take_back", "ask_staff", "sent", "received", "close")


class ProposalSerializer(serializers.Serializer[object]):
    """What the shop offered."""

    kind = serializers.ChoiceField(choices=Proposal.Kind.choices)
    amount = MoneySerializer(allow_null=True)
    state = serializers.ChoiceField(choices=Proposal.State.choices)
    at = serializers.DateTimeField()
    carrier = serializers.CharField(allow_blank=True)
    tracking = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    refund = serializers.IntegerField(allow_null=True)


class CaseSerializer(serializers.Serializer[object]):
    """A matter about an order: whose turn it is until when, and what was offered, oldest first."""

    id = serializers.IntegerField()
    order = serializers.CharField()
    kind = serializers.ChoiceField(choices=Case.Kind.choices)
    status = serializers.ChoiceField(choices=Case.Status.choices)
    waits_for = serializers.ChoiceField(choices=Case.Side.choices)
    respond_by = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    proposals = ProposalSerializer(many=True)


class CaseMessageSerializer(serializers.Serializer[object]):
    """What was written. `pictures` are counted: they are seen on the page of the conversation."""

    id = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Message.Side.choices)
    text = serializers.CharField()
    pictures = serializers.IntegerField()
    at = serializers.DateTimeField()


CasePage = page_of(CaseSerializer, "Case")
CaseMessagePage = page_of(CaseMessageSerializer, "CaseMessage")


class MessageRequest(StrictSerializer):
    """A few words, and pictures in base64."""

    text = TextField()
    files = serializers.ListField(child=serializers.CharField(), required=False, default=list)

    def validate_files(self, value: list[str]) -> list[ContentFile[bytes]]:
        """Decoded; whether they are pictures is judged when they are kept."""
        try:
            return [ContentFile(base64.b64decode(one, validate=True), name="picture") for one in value]
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError(_("Each file is base64.")) from error


class CaseRequest(MessageRequest):
    """What is wrong with an order."""

    kind = serializers.ChoiceField(choices=Case.Kind.choices)


class ProposalRequest(StrictSerializer):
    """What the shop offers; `nothing` needs a text."""

    kind = serializers.ChoiceField(choices=[*Proposal.Kind.choices, ("nothing", "nothing")])
    amount = AmountField(required=False, default=None, allow_null=True)
    text = TextField(required=False, default="")


class AnswerRequest(StrictSerializer):
    """The next step of the caller's side."""

    answer = serializers.ChoiceField(choices=ANSWERS)
    text = TextField(required=False, default="")
    carrier = LineField(required=False, max_length=60, default="")
    tracking = LineField(required=False, max_length=80, default="")


def serialize(row: Case) -> dict[str, object]:
    """A case as the API says it. Its order and its proposals are loaded."""
    return {
        "id": row.pk,
        "order": row.order.number,
        "kind": row.kind,
        "status": row.status,
        "waits_for": row.waits_for,
        "respond_by": row.respond_by,
        "outcome": row.outcome,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "proposals": [_proposal(row, one) for one in row.proposals.all()],
    }


def _proposal(case: Case, row: Proposal) -> dict[str, object]:
    amount = row.money(case.order)
    return {
        "kind": row.kind,
        "amount": money(amount) if amount is not None else None,
        "state": row.state,
        "at": row.at,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "sent_at": row.sent_at,
        "received_at": row.received_at,
        "refund": row.refund_id,
    }


def _message(row: Message) -> dict[str, object]:
    return {
        "id": row.pk,
        "side": row.side,
        "text": row.text,
        "pictures": len(row.pictures.all()),
        "at": row.at,
    }


def _refuse(
    refusal: CaseRefused | RefundRefused | thread.MessageRefused | UnsupportedImage,
) -> NoReturn:
    field = {"text_required": "text", "text_too_long": "text", "unsupported_image": "files"}.get(refusal.code)
    fields = {field: [refusal.message]} if field else None
    raise Refused(getattr(refusal, "status", 400), refusal.code, refusal.message, fields=fields) from refusal


def _refusals(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except (CaseRefused, RefundRefused, thread.MessageRefused, UnsupportedImage) as refusal:
        _refuse(refusal)


def _fresh(pk: int) -> dict[str, object]:
    return serialize(Case.objects.select_related("order").prefetch_related("proposals").get(pk=pk))


class OrderCasesView(APIView):
    """`orders/{number}/cases/`: those of an order; its buyer opens one."""

    scope = "orders"

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=CasePage)
    def get(self, request: Request, number: str) -> Response:
        known_filters(request, *PAGING)
        orders = visible_orders(request.user).prefetch_related(None)
        order = get_visible_order(request.user, number, rows=orders)
        pages = KeysetPage()
        found = Case.objects.filter(order=order).select_related("order").prefetch_related("proposals")
        rows = pages.paginate_queryset(found.order_by("-pk"), request, view=self)
        return pages.get_paginated_response([serialize(row) for row in rows or []])

    @extend_schema(request=CaseRequest, parameters=[KEY], responses={201: CaseSerializer})
    def post(self, request: Request, number: str) -> Response:
        asked = CaseRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = get_visible_order(request.user, number)
        if order.buyer_id != request.user.pk:
            raise Refused(403, "not_the_buyer", _("Its buyer says what is wrong."))
        said = asked.validated_data

        def work() -> Answer:
            case = opening.open_case(
                order.pk, kind=said["kind"], text=said["text"], user=request.user, uploads=said["files"]
            )
            return Answer(201, plain(_fresh(case.pk)))

        return idempotent(request, scope=f"case:{number}", effect=lambda: _refusals(work))


class OneCase(APIView):
    """Finds a case that is the caller's to see. A key of its buyer needs the scope `orders`, of its shop `seller`."""

    scope = "orders"

    def initial(self, request: DrfRequest, *args: object, **kwargs: int) -> None:
        """Asks a shop's key for the shop's scope."""
        if request.user.is_authenticated:
            sells = Case.objects.filter(pk=kwargs["pk"], order__seller__user=request.user)
            self.scope = "seller" if sells.exists() else "orders"
        super().initial(request, *args, **kwargs)

    def case(self, request: Request, pk: int) -> tuple[Case, str]:
        """The case and the caller's side; 404 whether it does not exist or is somebody else's."""
        case = case_access.get_visible_case(request.user, pk)
        return case, "buyer" if case.order.buyer_id == request.user.pk else "seller"


class CaseView(OneCase):
    """`cases/{id}/`"""

    @extend_schema(responses=CaseSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        case, _side = self.case(request, pk)
        return Response(serialize(case))


class CaseMessagesView(OneCase):
    """`cases/{id}/messages/`: the conversation about the order, oldest first."""

    @extend_schema(responses=CaseMessagePage)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        case, _side = self.case(request, pk)
        rows: Sequence[Message] = thread.read(case.order_id)
        return Response({"results": [_message(row) for row in rows], "next": None, "previous": None})

    @extend_schema(request=MessageRequest, parameters=[KEY], responses={201: CaseMessageSerializer})
    def post(self, request: Request, pk: int) -> Response:
        asked = MessageRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        case, side = self.case(request, pk)
        said = asked.validated_data

        def work() -> Answer:
            about = case.pk if case.is_open else None
            wrote = thread.write(
                case.order,
                side=side,
                author=request.user,
                text=said["text"],
                uploads=said["files"],
                case=about,
            )
            return Answer(201, plain(_message(wrote)))

        return idempotent(request, scope=f"case_message:{pk}", effect=lambda: _refusals(work))


class ProposeView(OneCase):
    """`cases/{id}/propose/`: its shop offers something, or says why it offers nothing."""

    @extend_schema(request=ProposalRequest, parameters=[KEY], responses=CaseSerializer)
    def post(self, request: Request, pk: int) -> Response:
        asked = ProposalRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        case, side = self.case(request, pk)
        if side != "seller":
            raise Refused(403, "not_the_seller", _("Its shop makes the offers."))
        said = asked.validated_data

        def work() -> Answer:
            if said["kind"] == "nothing":
                answers.decline_request(case.pk, user=request.user, text=said["text"])
            else:
                answers.propose(case.pk, user=request.user, **said)
            return Answer(200, plain(_fresh(case.pk)))

        return idempotent(request, scope=f"case_proposal:{pk}", effect=lambda: _refusals(work))


class AnswerView(OneCase):
    """`cases/{id}/answer/`: the caller's side takes the next step."""

    @extend_schema(request=AnswerRequest, parameters=[KEY], responses=CaseSerializer)
    def post(self, request: Request, pk: int) -> Response:
        asked = AnswerRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        case, side = self.case(request, pk)
        said = asked.validated_data

        def work() -> Answer:
            _answer(case, side, request, said)
            return Answer(200, plain(_fresh(case.pk)))

        return idempotent(request, scope=f"case_answer:{pk}", effect=lambda: _refusals(work))


def _answer(case: Case, side: str, request: Request, said: dict[str, str]) -> None:
    user, text = request.user, said["text"]
    parcel = {"carrier": said["carrier"], "tracking": said["tracking"]}
    steps: dict[tuple[str, str], Callable[[], Case]] = {
        ("buyer", "accept"): lambda: answers.accept(case.pk, user=user),
        ("buyer", "decline"): lambda: answers.decline_offer(case.pk, user=user, text=text),
        ("buyer", "ask_staff"): lambda: answers.ask_staff(case.pk, user=user, text=text),
        ("buyer", "close"): lambda: answers.withdraw(case.pk, user=user),
        ("seller", "take_back"): lambda: answers.take_back(case.pk, user=user),
    }
    step = said["answer"]
    if step == "sent":
        parcels.parcel_sent(case.pk, side=side, user=user, **parcel)
    elif step == "received":
        parcels.parcel_received(case.pk, side=side, user=user)
    elif (side, step) in steps:
        steps[side, step]()
    else:
        raise CaseRefused("invalid_transition", _("This is the other side's to do."))
