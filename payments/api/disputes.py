"""`disputes/`: those of the caller's shop, and the evidence against them; another shop's part of it is never shown."""

from __future__ import annotations

import datetime as dt

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import clock
from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    MoneySerializer,
    Refused,
    StrictSerializer,
    TextField,
    known_filters,
    money,
    page_of,
)
from banibs.core.api.parser import StrictJSONParser
from banibs.core.api.request import Request
from marketplace.models import Order, Seller
from payments.disputes import of_shop, reasons
from payments.disputes.evidence import deadline, drafts, facts, submit
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.disputes.of_shop import Stake
from payments.models import Dispute, DisputeEvidence, EvidenceFile, EvidenceSubmission

_STATUS = {"evidence_closed": 409, "evidence_changed": 409}


class EvidenceFileSerializer(serializers.Serializer[object]):
    """A file of a draft, as the PDF that goes to the bank."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    shows = serializers.ChoiceField(choices=EvidenceFile.Shows.choices)
    size = serializers.IntegerField(help_text="Bytes")
    pages = serializers.IntegerField()


class EvidenceSerializer(serializers.Serializer[object]):
    """This shop's draft, and how handing it in stands."""

    notes = serializers.CharField(allow_blank=True)
    files = EvidenceFileSerializer(many=True)
    ready = serializers.BooleanField(help_text="Nothing to add; it waits for the other shops of the payment")
    submission = serializers.ChoiceField(choices=EvidenceSubmission.State.choices, allow_null=True)


class DisputeSerializer(serializers.Serializer[object]):
    """What a buyer's bank took back, or asks about, of one sale."""

    id = serializers.IntegerField()
    order = serializers.CharField()
    state = serializers.ChoiceField(choices=Dispute.State.choices)
    reason = serializers.CharField(help_text="By Stripe's names")
    text = serializers.CharField()
    amount = MoneySerializer(help_text="Of this sale, disputed")
    seller_share = MoneySerializer(help_text="On hold while the bank decides")
    fee = MoneySerializer(help_text="What Stripe charged this shop for it")
    opened_at = serializers.DateTimeField()
    evidence_until = serializers.DateTimeField(allow_null=True)
    takes_evidence = serializers.BooleanField()


class OneDisputeSerializer(DisputeSerializer):
    """A dispute with this shop's evidence, and what goes with it by itself."""

    evidence = EvidenceSerializer()
    known = serializers.DictField(child=serializers.CharField())


class EvidenceRequest(StrictSerializer):
    """Notes, and one file with what it shows; what is not named stays as it is."""

    notes = TextField(required=False, allow_blank=True)
    file = serializers.FileField(required=False, allow_empty_file=True)
    shows = serializers.ChoiceField(
        choices=EvidenceFile.Shows.choices, required=False, default=EvidenceFile.Shows.OTHER
    )


DisputePage = page_of(DisputeSerializer, "Dispute")
STATE = OpenApiParameter("state", enum=Dispute.State.values)


class ForShop(APIView):
    """Disputes of the shop of the person who asks; whoever has none has none of these."""

    scope = "disputes"

    def shop_id(self, request: Request) -> int:
        """The caller's shop, 0 for none. One statement."""
        return Seller.objects.filter(user=request.user).values_list("pk", flat=True).first() or 0

    def found(self, request: Request, pk: int) -> tuple[Dispute, Order]:
        """The dispute, or 404 whether there is none or it is another's."""
        known_filters(request)
        return of_shop.get_dispute(self.shop_id(request), pk, user=request.user)

    def shown(self, dispute: Dispute, order: Order) -> Response:
        """One dispute with this shop's evidence, as it is now."""
        dispute.refresh_from_db(fields=["state", "due_by", "round", "closed_at"])
        stake = of_shop.stakes([dispute], order.seller_id)[dispute.pk]
        submission = deadline.submission_of(dispute)
        rows = DisputeEvidence.objects.filter(dispute=dispute, order=order).prefetch_related("files")
        part = rows.first()
        evidence = {
            "notes": part.notes if part else "",
            "files": [_file(file) for file in facts.in_order(part)] if part else [],
            "ready": bool(part and part.ready_at),
            "submission": submission.state if submission else None,
        }
        known = facts.for_shop(facts.gather(dispute, [order], []))
        return Response({**_serialized(dispute, stake, submission), "evidence": evidence, "known": known})


class DisputesView(ForShop):
    """`disputes/`"""

    @extend_schema(parameters=[STATE, *PAGE_PARAMETERS], responses=DisputePage)
    def get(self, request: Request) -> Response:
        known_filters(request, "state", *PAGING)
        shop = self.shop_id(request)
        rows = of_shop.disputes_of(shop)
        if state := request.query_params.get("state"):
            if state not in Dispute.State.values:
                raise Refused(400, "unknown_filter", "There is no such state")
            rows = rows.filter(state=state)
        pages = KeysetPage()
        found = pages.paginate_queryset(rows.order_by("-pk"), request, view=self) or []
        stakes = of_shop.stakes(found, shop)
        submissions, now = _last_submissions(found), clock.now()
        return pages.get_paginated_response(
            [_serialized(row, stakes[row.pk], submissions.get(row.pk), now=now) for row in found]
        )


class DisputeView(ForShop):
    """`disputes/{id}/`"""

    @extend_schema(responses=OneDisputeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return self.shown(*self.found(request, pk))


class EvidenceView(ForShop):
    """`disputes/{id}/evidence/`: notes as JSON, or notes and a file as a form. Nothing goes to the bank yet."""

    parser_classes = [StrictJSONParser, MultiPartParser]

    @extend_schema(
        request={"application/json": EvidenceRequest, "multipart/form-data": EvidenceRequest},
        responses=OneDisputeSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        dispute, order = self.found(request, pk)
        asked = EvidenceRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        try:
            if "notes" in said:
                drafts.write(pk, order.pk, notes=said["notes"])
            if said.get("file") is not None:
                drafts.add_file(pk, order.pk, said["file"], shows=said["shows"], user_id=request.user.pk)
        except EvidenceRefused as refused:
            raise _refusal(refused) from refused
        return self.shown(dispute, order)


class SubmitView(ForShop):
    """`disputes/{id}/submit/`: hands the evidence in, once and for good. With other shops in the payment it says that this
    one is ready, and goes with the last of them.
    """

    @extend_schema(request=None, responses=OneDisputeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        dispute, order = self.found(request, pk)
        try:
            if drafts.make_ready(pk, order.pk):
                submit.submit(pk, user=request.user)
        except EvidenceRefused as refused:
            raise _refusal(refused) from refused
        return self.shown(dispute, order)


def _refusal(refused: EvidenceRefused) -> Refused:
    fields = {refused.field: [refused.message]} if refused.field else None
    return Refused(_STATUS.get(refused.code, 400), refused.code, refused.message, fields=fields)


def _file(file: EvidenceFile) -> dict[str, object]:
    return {"id": file.pk, "name": file.name, "shows": file.shows, "size": file.size, "pages": file.pages}


def _serialized(
    dispute: Dispute,
    stake: Stake,
    submission: EvidenceSubmission | None,
    *,
    now: dt.datetime | None = None,
) -> dict[str, object]:
    return {
        "id": dispute.pk,
        "order": stake.order.number,
        "state": dispute.state,
        "reason": dispute.reason,
        "text": str(reasons.said(dispute.reason)),
        "amount": money(stake.amount),
        "seller_share": money(stake.net),
        "fee": money(stake.fee),
        "opened_at": dispute.opened_at,
        "evidence_until": deadline.answer_until(dispute),
        "takes_evidence": deadline.takes_changes(dispute, submission, now=now),
    }


def _last_submissions(disputes: list[Dispute]) -> dict[int, EvidenceSubmission]:
    """dispute id → what was handed in last for what its bank asks now. One statement."""
    states = {one.pk: one.state for one in disputes}
    rows = EvidenceSubmission.objects.filter(dispute__in=list(states)).order_by("number")
    return {
        row.dispute_id: row
        for row in rows
        if states[row.dispute_id] not in deadline.ASKED
        or row.inquiry == (states[row.dispute_id] == Dispute.State.INQUIRY)
    }
