"""`payouts/`: what goes out, asked for and cancelled; and what the providers say of it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    AmountField,
    KeysetPage,
    LineField,
    MoneySerializer,
    Refused,
    StrictSerializer,
    idempotent,
    known_filters,
    money,
    page_of,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.idempotency import Answer
from banibs.core.money import Money
from marketplace.models import Seller
from marketplace.sellers import time_zones
from payments.api.checkouts import KEY
from payouts.api.payout_shapes import PayoutSerializer, payout
from payouts.models import Payout
from payouts.reading import history
from payouts.reading.provider_lists import Listed, as_providers_have_it
from payouts.sending.refusals import PayoutRefused
from payouts.sending.request_payout import cancel_payout, request_payout

PayoutPage = page_of(PayoutSerializer, "Payout")
FILTERS = ("number", "status", "method", "currency", "since", "until")
PARAMETERS = [
    OpenApiParameter("number", str, description="Such as PO-20417"),
    OpenApiParameter("status", str, enum=Payout.Status.values),
    OpenApiParameter("method", int, description="The id of a payout method"),
    OpenApiParameter("currency", str, description="ISO 4217"),
    OpenApiParameter("since", dt.date, description="Asked for on this day or later, by the shop's own clock"),
    OpenApiParameter("until", dt.date, description="Asked for on this day or earlier"),
    *PAGE_PARAMETERS,
]


class PayoutRequest(StrictSerializer):
    """What is paid out now, and where to."""

    amount = AmountField(help_text="Minor units")
    currency = LineField(
        max_length=3, min_length=3, help_text="Of the balance: money is never converted by us"
    )
    method = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ForShop(APIView):
    """Something of the caller's shop."""

    scope = "payouts"

    def shop(self, request: Request) -> Seller:
        """The caller's shop. Raises NotFound."""
        found = Seller.objects.filter(user=request.user).first()
        if found is None:
            raise NotFound
        return found


def refusal(refused: PayoutRefused) -> Refused:
    """The same as the API says it."""
    fields = {refused.field: [refused.message]} if refused.field else None
    return Refused(refused.status, refused.code, refused.message, fields=fields)


class PayoutsView(ForShop):
    """`payouts/`"""

    @extend_schema(parameters=PARAMETERS, responses=PayoutPage)
    def get(self, request: Request) -> Response:
        known_filters(request, *FILTERS, *PAGING)
        shop = Seller.objects.filter(user=request.user).first()
        rows = history.filtered(history.of_shop(shop.pk if shop else 0), looked(request, shop))
        pages = KeysetPage()
        found = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([payout(row) for row in found or []])

    @extend_schema(request=PayoutRequest, parameters=[KEY], responses={201: PayoutSerializer})
    def post(self, request: Request) -> Response:
        """Asks for a payout. It is sent within minutes; until then it reserves nothing and can be cancelled."""
        shop = self.shop(request)
        asked = PayoutRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data

        def effect() -> Answer:
            try:
                made = request_payout(
                    seller_id=shop.pk,
                    method_id=said["method"],
                    amount=Money(said["amount"], said["currency"].upper()),
                    user_id=request.user.pk,
                    actor=events.Actor.person(request.user, role="seller"),
                )
            except PayoutRefused as refused:
                raise refusal(refused) from refused
            made.refresh_from_db()
            return Answer(201, plain(payout(made)))

        return idempotent(request, scope="payout", effect=effect)


def looked(request: Request, shop: Seller | None) -> history.Looked:
    """What the filters look for. Raises Refused for a value that none can have."""
    query = request.query_params
    status = query.get("status", "")
    if status and status not in Payout.Status.values:
        raise _wrong("status", _("There is no such status"))
    method = query.get("method", "")
    if method and not (method.isascii() and method.isdigit() and len(method) < len(str(2**63))):
        raise _wrong("method", _("A method is the number of one"))
    number = query.get("number", "")
    if number and history.id_of(number) is None:
        raise _wrong("number", _("A number is like PO-20417"))
    since, until = _day(request, "since"), _day(request, "until")
    zone = time_zones.zone(shop) if shop else timezone.get_current_timezone()
    return history.Looked(
        number=number,
        states=(status,) if status else (),
        method=int(method) if method else None,
        currency=query.get("currency", ""),
        since=dt.datetime.combine(since, dt.time(), tzinfo=zone) if since else None,
        until=dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), tzinfo=zone) if until else None,
    )


def _day(request: Request, name: str) -> dt.date | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not dt.date.min < day < dt.date.max:
        raise _wrong(name, _("A day is like 2026-11-27"))
    return day


def _wrong(name: str, message: object) -> Refused:
    return Refused(400, "invalid_filter", str(message), fields={name: [str(message)]})


def own_payout(request: Request, pk: int) -> Payout:
    """The caller's payout. Raises Http404 for another's, and records that it was asked for."""
    return history.own_payout(request.user, pk)


class PayoutView(ForShop):
    """`payouts/{id}/`"""

    @extend_schema(responses=PayoutSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        return Response(payout(own_payout(request, pk)))


class CancelView(ForShop):
    """`payouts/{id}/cancel/`: while it was not sent. 409 `payout_not_cancelable` afterwards."""

    @extend_schema(request=None, responses=PayoutSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = own_payout(request, pk)
        try:
            cancel_payout(row.pk, actor=events.Actor.person(request.user, role="seller"))
        except PayoutRefused as refused:
            raise refusal(refused) from refused
        return Response(payout(own_payout(request, pk)))


class SeenSerializer(serializers.Serializer[object]):
    """A payout as its provider lists it."""

    external_id = serializers.CharField()
    number = serializers.CharField(allow_null=True, help_text="Ours, where it is one of ours")
    amount = MoneySerializer()
    state = serializers.CharField(help_text="The provider's own word")
    made_at = serializers.DateTimeField(allow_null=True)
    arrives_on = serializers.DateField(allow_null=True)


class ListedSerializer(serializers.Serializer[object]):
    """What one provider says, or why it says nothing."""

    provider = serializers.CharField()
    results = SeenSerializer(many=True)
    problem = serializers.CharField(allow_null=True)


class UpcomingSerializer(serializers.Serializer[object]):
    """Each provider of the caller's payout methods."""

    results = ListedSerializer(many=True)


class UpcomingView(ForShop):
    """`payouts/upcoming/`: upcoming and past payouts, read from the providers just now."""

    @extend_schema(responses=UpcomingSerializer)
    def get(self, request: Request) -> Response:
        known_filters(request)
        return Response({"results": [_listed(one) for one in as_providers_have_it(self.shop(request).pk)]})


def _listed(one: Listed) -> dict[str, object]:
    return {
        "provider": one.provider,
        "results": [
            {
                "external_id": row.external_id,
                "number": row.ours or None,
                "amount": money(row.amount),
                "state": row.state,
                "made_at": row.made_at,
                "arrives_on": row.arrives_on,
            }
            for row in one.rows
        ],
        "problem": one.problem or None,
    }
