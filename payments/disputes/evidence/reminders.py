"""Sellers who have not answered are reminded, a few days before their time is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from banibs.core import clock, events
from payments import policy
from payments.disputes.evidence import deadline, drafts
from payments.models import Dispute, DisputeEvidence


def due_reminders() -> list[int]:
    """Disputes of which somebody should hear again: the sweeper's list. The nearest date first."""
    now, soon = clock.now(), Q()
    for days in policy.EVIDENCE_REMINDER_DAYS:
        until = now + policy.EVIDENCE_LEAD + dt.timedelta(days=days)
        soon |= Q(due_by__lte=until) & (Q(reminded_days=None) | Q(reminded_days__gt=days))
    rows = deadline.unanswered().filter(soon, due_by__gt=now + policy.EVIDENCE_LEAD)
    return list(rows.order_by("due_by", "pk").values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE])


def remind(dispute_id: int) -> int:
    """Tells each shop that has not said that it is ready; returns how many. Once for each of the policy's days."""
    with transaction.atomic():
        dispute = Dispute.objects.select_for_update(of=("self",)).select_related("intent").get(pk=dispute_id)
        until = deadline.answer_until(dispute)
        if until is None or not deadline.takes_changes(dispute, deadline.submission_of(dispute)):
            return 0
        left = until - clock.now()
        days = min(day for day in policy.EVIDENCE_REMINDER_DAYS if left <= dt.timedelta(days=day))
        if dispute.reminded_days is not None and dispute.reminded_days <= days:
            return 0
        Dispute.objects.filter(pk=dispute.pk).update(reminded_days=days)
        ready = DisputeEvidence.objects.filter(dispute=dispute, ready_at__isnull=False)
        done = set(ready.values_list("order_id", flat=True))
        waited_for = [order for order in drafts.orders_of(dispute) if order.pk not in done]
        events.record(
            *(
                events.New(
                    "order.evidence_due",
                    order,
                    from_state=order.status,
                    to_state=order.status,
                    data={"dispute": dispute.pk, "until": until.isoformat(), "days": days},
                )
                for order in waited_for
            )
        )
    return len(waited_for)
