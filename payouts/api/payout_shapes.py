"""Payouts and schedules as the API says them, and what is asked of it."""

from __future__ import annotations

from rest_framework import serializers

from banibs.core.api import MoneySerializer, money
from banibs.core.money import Money
from payouts.models import Payout, PayoutSchedule
from payouts.reading.words import goes_to
from payouts.sending.refusals import waits_text
from payouts.sending.request_payout import CANCELABLE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CADENCES = ("date", "weekly", "monthly")


class GoesToSerializer(serializers.Serializer[object]):
    """Where it goes, masked."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    text = serializers.CharField(help_text="As its owner reads it")


class PayoutSerializer(serializers.Serializer[object]):
    """Money of a shop on its way out."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Payout.Status.choices)
    amount = MoneySerializer()
    method = GoesToSerializer()
    schedule = serializers.IntegerField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    requested_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    arrives_on = serializers.DateField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    waits_for = serializers.CharField(allow_null=True, help_text="A code: why it was not sent yet")
    failure = serializers.CharField(allow_null=True, help_text="A code: why it was not sent, or came back")
    message = serializers.CharField(allow_blank=True, help_text="The same in words")
    returned = MoneySerializer(allow_null=True, help_text="What came back after it was paid")
    can_cancel = serializers.BooleanField()


def payout(row: Payout) -> dict[str, object]:
    """A payout; its method is selected with it."""
    waits = row.waits_for if row.status == Payout.Status.REQUESTED else ""
    return {
        "id": row.pk,
        "number": row.number,
        "status": row.status,
        "amount": money(row.money),
        "method": {"id": row.method_id, "kind": row.method.kind, "text": goes_to(row.method)},
        "schedule": row.schedule_id,
        "due_date": row.due_date,
        "requested_at": row.requested_at,
        "sent_at": row.sent_at,
        "arrives_on": row.arrives_on,
        "paid_at": row.paid_at,
        "waits_for": waits or None,
        "failure": row.failure or None,
        "message": waits_text(waits) or row.held_reason or row.failure_text,
        "returned": money(Money(row.returned_amount, row.currency)) if row.returned_amount else None,
        "can_cancel": row.status in CANCELABLE,
    }


class WhenSerializer(serializers.Serializer[object]):
    """On a date, or every week or month."""

    every = serializers.ChoiceField(choices=CADENCES)
    date = serializers.DateField(allow_null=True)
    weekday = serializers.ChoiceField(choices=WEEKDAYS, allow_null=True)
    day = serializers.IntegerField(allow_null=True, help_text="Of the month; 31 is its last day")


class ScheduleSerializer(serializers.Serializer[object]):
    """When a shop is paid out by itself. Days are of the shop's own time zone."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PayoutSchedule.State.choices)
    currency = serializers.CharField()
    amount = MoneySerializer(allow_null=True, help_text="null: all that is available on the day")
    all = serializers.BooleanField()
    minimum = MoneySerializer(help_text="Less than this is carried to the next date")
    method = GoesToSerializer()
    when = WhenSerializer()
    next_on = serializers.DateField(allow_null=True)


def schedule(row: PayoutSchedule) -> dict[str, object]:
    """A schedule; its method is selected with it."""
    once = row.cadence == PayoutSchedule.Cadence.ONCE
    return {
        "id": row.pk,
        "state": row.state,
        "currency": row.currency,
        "amount": money(Money(row.amount, row.currency)) if row.amount is not None else None,
        "all": row.amount is None,
        "minimum": money(Money(row.minimum, row.currency)),
        "method": {"id": row.method_id, "kind": row.method.kind, "text": goes_to(row.method)},
        "when": {
            "every": "date" if once else row.cadence,
            "date": row.next_on if once else None,
            "weekday": WEEKDAYS[row.weekday] if row.weekday is not None else None,
            "day": row.month_day,
        },
        "next_on": row.next_on,
    }
