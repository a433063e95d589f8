"""When a shop is paid out by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace.models import Seller
from payouts.models.methods import PayoutMethod


class PayoutSchedule(models.Model):
    """A fixed amount, or everything (`amount` empty), on a date or every week or month, in the seller's time zone."""

    class Cadence(models.TextChoices):
        ONCE = "once", _("Once")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payout_schedules")
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="schedules")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(null=True)
    minimum = models.BigIntegerField(default=0)  # less than this is carried to the next date
    cadence = models.CharField(max_length=7, choices=Cadence)
    weekday = models.PositiveSmallIntegerField(null=True)  # 0 is Monday
    month_day = models.PositiveSmallIntegerField(null=True)  # 31 is the last day of any month
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    next_on = models.DateField(null=True)  # the next due date; empty when ended
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="payout_schedule_of_something"
            ),
            models.CheckConstraint(
                condition=Q(cadence="once", weekday__isnull=True, month_day__isnull=True)
                | Q(cadence="weekly", weekday__range=(0, 6), month_day__isnull=True)
                | Q(cadence="monthly", weekday__isnull=True, month_day__range=(1, 31)),
                name="payout_schedule_day",
            ),
            models.CheckConstraint(
                condition=Q(state="ended") | Q(next_on__isnull=False), name="payout_schedule_has_next"
            ),
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], condition=Q(state="active"), name="payout_schedule_due"),
        ]

    def __str__(self) -> str:
        return f"schedule {self.pk}"


class ScheduleRun(models.Model):
    """A due date of a schedule that came: what was made of it, or why nothing was."""

    schedule = models.ForeignKey(PayoutSchedule, on_delete=models.PROTECT, related_name="runs")
    due_date = models.DateField()
    available = models.BigIntegerField()  # when it ran
    skipped = models.CharField(max_length=40, blank=True)  # a code; empty: a payout was made
    ran_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_date"], name="payout_schedule_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} on {self.due_date}"
