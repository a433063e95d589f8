"""`payout-methods/`: where the caller's shop is paid. The page's own rules, masks and step-up.

A key reads, and has a provider asked. Whatever decides where money goes (adding, naming, the default, confirming, removing)
is for a browser session that showed who it is a short while ago: a key that was stolen must not lead money away.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from banibs.core import events
from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    KeysetPage,
    LineField,
    Refused,
    StrictSerializer,
    known_filters,
    page_of,
)
from banibs.core.api.request import Request
from banibs.users.accounts import step_up
from marketplace.models import Seller
from payouts.methods import add_method, change_method, of_shop, verify_method
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.models.methods import NAME_LENGTH

Kind = PayoutMethod.Kind


class MethodSerializer(serializers.Serializer[object]):
    """A destination, masked. Money goes there when `state` is `verified` and `usable_from` is over."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    name = serializers.CharField(allow_blank=True)
    shown = serializers.CharField(help_text="Masked: what people read")
    country = serializers.CharField(allow_blank=True)
    currency = serializers.CharField(allow_blank=True, help_text="What arrives there; empty: any")
    asset = serializers.CharField(allow_blank=True)
    network = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=PayoutMethod.State.choices)
    problem = serializers.CharField(allow_blank=True)
    is_default = serializers.BooleanField()
    usable_from = serializers.DateTimeField()
    needs_confirming = serializers.BooleanField(
        help_text="Crypto: whether its small first payout has still to be confirmed"
    )
    created_at = serializers.DateTimeField()


class MethodRequest(StrictSerializer):
    """A new destination. Fields of `destination` by kind: PayPal `email`; crypto `asset`, `network`, `address`, and
    `last_signs` where the address has no capital letters; Wise `currency`, `holder`, `legal_type` and what Wise asks for
    that currency.
    """

    digits_allowed = frozenset({"destination"})
    kind = serializers.ChoiceField(choices=Kind.choices)
    name = LineField(max_length=NAME_LENGTH, required=False, allow_blank=True, default="")
    destination = serializers.DictField(child=serializers.CharField(max_length=300, allow_blank=True))


class NameRequest(StrictSerializer):
    """The seller's own word for it."""

    name = LineField(max_length=NAME_LENGTH, allow_blank=True)


MethodPage = page_of(MethodSerializer, "PayoutMethod")


class ForMethods(APIView):
    """Destinations of the caller's shop; whoever has none has none of these."""

    scope = "payouts"

    def shop(self, request: Request) -> Seller:
        """The caller's shop. Raises NotFound."""
        found = Seller.objects.filter(user=request.user).first()
        if found is None:
            raise NotFound
        return found

    def found(self, request: Request, pk: int) -> PayoutMethod:
        """One of the caller's. Raises NotFound."""
        known_filters(request)
        row = of_shop.living(self.shop(request).pk).filter(pk=pk).first()
        if row is None:
            raise NotFound
        return row

    def in_person(self, request: Request) -> None:
        """Raises Refused for a key, and for a session that has not shown lately who it is."""
        if request.auth is not None or not step_up.is_fresh(request._request):
            raise Refused(
                403,
                "reauthentication_required",
                _("Show who you are first, at /accounts/reauthenticate/, in the same browser"),
            )

    def actor(self, request: Request) -> events.Actor:
        """The caller, as a seller."""
        return events.Actor.person(request.user, role="seller")

    def changed(self, verb: Callable[[], PayoutMethod]) -> Response:
        """What a verb has made of it. Raises Refused."""
        try:
            return Response(serialize(verb()))
        except MethodRefused as refused:
            raise refusal(refused) from refused


class MethodsView(ForMethods):
    """`payout-methods/`"""

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=MethodPage)
    def get(self, request: Request) -> Response:
        known_filters(request, *PAGING)
        page = KeysetPage()
        rows = page.paginate_queryset(of_shop.living(self.shop(request).pk).order_by("-pk"), request, self)
        return page.get_paginated_response([serialize(row) for row in rows or []])

    @extend_schema(request=MethodRequest, responses={201: MethodSerializer})
    def post(self, request: Request) -> Response:
        shop = self.shop(request)
        self.in_person(request)
        asked = MethodRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        if told["kind"] == Kind.CRYPTO and not step_up.is_fresh_by_second_step(request._request):
            raise Refused(
                403,
                "reauthentication_required",
                _(
                    "A crypto address needs your second step, at /accounts/2fa/reauthenticate/, in the same browser"
                ),
            )
        try:
            row = add_method.add_method(
                shop,
                told["kind"],
                told["destination"],
                user_id=request.user.pk,
                actor=self.actor(request),
                name=told["name"],
            )
        except MethodRefused as refused:
            raise refusal(refused) from refused
        return Response(serialize(row), status=201)


class MethodView(ForMethods):
    """`payout-methods/{id}/`"""

    @extend_schema(responses=MethodSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(serialize(self.found(request, pk)))

    @extend_schema(request=NameRequest, responses=MethodSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        row = self.found(request, pk)
        self.in_person(request)
        asked = NameRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.changed(
            lambda: change_method.rename(
                row.seller_id, pk, asked.validated_data["name"], actor=self.actor(request)
            )
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        row = self.found(request, pk)
        self.in_person(request)
        try:
            change_method.remove(row.seller_id, pk, actor=self.actor(request))
        except MethodRefused as refused:
            raise refusal(refused) from refused
        return Response(status=204)


class DefaultView(ForMethods):
    """`payout-methods/{id}/default/`"""

    @extend_schema(request=None, responses=MethodSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = self.found(request, pk)
        self.in_person(request)
        return self.changed(lambda: change_method.make_default(row.seller_id, pk, actor=self.actor(request)))


class VerifyView(ForMethods):
    """`payout-methods/{id}/verify/`: has its provider asked now."""

    @extend_schema(request=None, responses=MethodSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = self.found(request, pk)
        return self.changed(lambda: verify_method.verify(row.seller_id, pk, actor=self.actor(request)))


class ConfirmView(ForMethods):
    """`payout-methods/{id}/confirm/`: the small first payout to a crypto address has arrived."""

    @extend_schema(request=None, responses=MethodSerializer)
    def post(self, request: Request, pk: int) -> Response:
        row = self.found(request, pk)
        self.in_person(request)
        return self.changed(lambda: change_method.confirm_first(row.seller_id, pk, actor=self.actor(request)))


def refusal(refused: MethodRefused) -> Refused:
    """A refusal of the rules as the API says it."""
    return Refused(refused.status, refused.code, refused.message, fields=refused.fields or None)


def serialize(row: PayoutMethod) -> dict[str, object]:
    """A destination as its shop sees it. No statement."""
    names = ("kind", "name", "country", "currency", "asset", "network", "state", "problem", "is_default")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "shown": str(row),
        "usable_from": row.usable_from,
        "needs_confirming": row.kind == Kind.CRYPTO and row.confirmed_at is None,
        "created_at": row.created_at,
    }
