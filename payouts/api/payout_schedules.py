"""`payout-schedules/`: when a shop is paid out by itself."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from banibs.core import events
from banibs.core.api import (
    PAGE_PARAMETERS,
    PAGING,
    AmountField,
    KeysetPage,
    LineField,
    StrictSerializer,
    idempotent,
    known_filters,
    page_of,
    plain,
)
from banibs.core.api.request import Request
from banibs.core.idempotency import Answer
from banibs.core.money import Money
from banibs.core.security.access_audit import get_own_or_404
from payments.api.checkouts import KEY
from payouts.api.payout_shapes import CADENCES, WEEKDAYS, ScheduleSerializer, schedule
from payouts.api.payouts import ForShop, refusal
from payouts.models import PayoutSchedule
from payouts.reading.words import LAST_DAY
from payouts.schedules import changes
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import rule_of
from payouts.sending.refusals import PayoutRefused

SchedulePage = page_of(ScheduleSerializer, "Schedule")


class WhenRequest(StrictSerializer):
    """`{"every": "weekly", "weekday": "friday"}`, `{"every": "monthly", "day": 31}` or `{"every": "date", "date": …}`."""

    every = serializers.ChoiceField(choices=CADENCES)
    date = serializers.DateField(required=False)
    weekday = serializers.ChoiceField(choices=WEEKDAYS, required=False)
    day = serializers.IntegerField(
        min_value=1, max_value=LAST_DAY, required=False, help_text="31 is the last day"
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """What belongs to the choice, and nothing else."""
        needed = {"date": "date", "weekly": "weekday", "monthly": "day"}[str(attrs["every"])]
        if set(attrs) != {"every", needed}:
            raise serializers.ValidationError(
                {needed: [_("Say %(needed)s, and nothing else beside every") % {"needed": needed}]}
            )
        return attrs


class ScheduleRequest(StrictSerializer):
    """What is paid out when: an `amount`, or `all` that is available on the day."""

    currency = LineField(max_length=3, min_length=3)
    amount = AmountField(required=False, help_text="Minor units")
    all = serializers.BooleanField(required=False)
    minimum = AmountField(required=False, min_value=0, help_text="Less than this is carried to the next date")
    method = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    when = WhenRequest()

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """One of the two, unless neither changes."""
        both = bool(attrs.get("all")) and "amount" in attrs
        if both or not (self.partial or attrs.get("all") or "amount" in attrs):
            raise serializers.ValidationError({"amount": [_("Say an amount, or all: one of them")]})
        return attrs


class ScheduleChange(ScheduleRequest):
    """What is to be otherwise. `state` pauses it, or lets it go on."""

    state = serializers.ChoiceField(choices=["active", "paused"], required=False)


class SchedulesView(ForShop):
    """`payout-schedules/`"""

    @extend_schema(parameters=[*PAGE_PARAMETERS], responses=SchedulePage)
    def get(self, request: Request) -> Response:
        known_filters(request, *PAGING)
        rows = PayoutSchedule.objects.filter(seller__user=request.user).select_related("method")
        pages = KeysetPage()
        found = pages.paginate_queryset(rows.order_by("-pk"), request, view=self)
        return pages.get_paginated_response([schedule(row) for row in found or []])

    @extend_schema(request=ScheduleRequest, parameters=[KEY], responses={201: ScheduleSerializer})
    def post(self, request: Request) -> Response:
        """Sets one. Its first date is after today, where the shop is."""
        shop = self.shop(request)
        asked = ScheduleRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = _wanted(asked.validated_data, None)

        def effect() -> Answer:
            try:
                made = changes.create_schedule(
                    seller_id=shop.pk, wanted=wanted, user_id=request.user.pk, actor=_who(request)
                )
            except PayoutRefused as refused:
                raise refusal(refused) from refused
            return Answer(201, plain(schedule(made)))

        return idempotent(request, scope="payout-schedule", effect=effect)


def _who(request: Request) -> events.Actor:
    return events.Actor.person(request.user, role="seller")


def _wanted(said: dict[str, object], now: PayoutSchedule | None) -> changes.Wanted:
    """What a request wants; what it does not say stays as it is."""
    currency = str(said["currency"]).upper() if "currency" in said else now.currency if now else ""
    amount = said.get("amount", now.amount if now and not said.get("all") else None)
    minimum = said.get("minimum", now.minimum if now else 0)
    method = said.get("method", now.method_id if now else 0)
    when = said.get("when")
    assert isinstance(minimum, int)
    assert isinstance(method, int)
    assert now is not None or isinstance(when, dict)
    return changes.Wanted(
        method_id=method,
        currency=currency,
        rule=_rule(when) if isinstance(when, dict) else rule_of(now) if now else Rule("once"),
        amount=Money(amount, currency) if isinstance(amount, int) else None,
        minimum=minimum,
    )


def _rule(when: dict[str, object]) -> Rule:
    every, date, day = when["every"], when.get("date"), when.get("day")
    if every == "weekly":
        return Rule("weekly", weekday=WEEKDAYS.index(str(when["weekday"])))
    if every == "monthly":
        return Rule("monthly", month_day=day if isinstance(day, int) else LAST_DAY)
    return Rule("once", on=date if isinstance(date, dt.date) else None)


class ScheduleView(ForShop):
    """`payout-schedules/{id}/`"""

    def row(self, request: Request, pk: int) -> PayoutSchedule:
        """The caller's schedule. Raises Http404 for another's, and records that it was asked for."""
        among = PayoutSchedule.objects.filter(pk=pk)
        own = among.filter(seller__user=request.user).select_related("method")
        return get_own_or_404(own, among=among, user=request.user, role="seller")

    @extend_schema(responses=ScheduleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        known_filters(request)
        return Response(schedule(self.row(request, pk)))

    @extend_schema(request=ScheduleChange, responses=ScheduleSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Changes it, pauses it, or lets it go on. 409 `invalid_transition` when it has ended."""
        row = self.row(request, pk)
        asked = ScheduleChange(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        said = dict(asked.validated_data)
        state = said.pop("state", None)
        try:
            if said:
                row = changes.change_schedule(row.pk, wanted=_wanted(said, row), actor=_who(request))
            if state == "paused":
                changes.pause_schedule(row.pk, actor=_who(request))
            elif state == "active":
                changes.resume_schedule(row.pk, actor=_who(request))
        except PayoutRefused as refused:
            raise refusal(refused) from refused
        return Response(schedule(self.row(request, pk)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Ends it for good; payouts that it has made go on."""
        changes.end_schedule(self.row(request, pk).pk, actor=_who(request))
        return Response(status=204)
