"""What was sent out, and every try of it. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Seller
from payouts.models.methods import PayoutMethod
from payouts.models.schedules import PayoutSchedule

FIRST_NUMBER = 20_000


class Payout(models.Model):
    """Money of a shop on its way out. Requested and held ones reserve nothing; what is under way stands in
    seller:in_transit.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting to be sent")
        HELD = "held", _("Being checked")
        SENDING = "sending", _("Being sent")
        UNKNOWN = "unknown", _("Being looked up")
        IN_TRANSIT = "in_transit", _("In transit")
        PAID = "paid", _("Paid")
        RETURNING = "returning", _("Coming back")
        RETURNED = "returned", _("Returned to your balance")
        FAILED = "failed", _("Not sent")
        STUCK = "stuck", _("Being looked at")
        CANCELED = "canceled", _("Cancelled")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payouts")
    method = models.ForeignKey(PayoutMethod, on_delete=models.PROTECT, related_name="payouts")
    schedule = models.ForeignKey(PayoutSchedule, on_delete=models.PROTECT, null=True, related_name="payouts")
    due_date = models.DateField(null=True)  # of the schedule, in the seller's time zone
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    attempt = models.PositiveSmallIntegerField(default=0)  # how many were begun
    waits_for = models.CharField(max_length=40, blank=True)  # why it was not sent yet: a code of `can_send`
    failure = models.CharField(max_length=60, blank=True)  # the provider's code
    failure_text = models.CharField(max_length=300, blank=True)  # in words, for the seller
    held_reason = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    arrives_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # paid, failed, returned or canceled
    returned_amount = models.BigIntegerField(default=0)
    lost_in_conversion = models.BigIntegerField(default=0)
    quote = models.JSONField(default=dict, blank=True)  # rate, fee, what arrives: as the seller confirmed it

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_of_something"),
            models.UniqueConstraint(
                fields=["schedule", "due_date"],
                condition=Q(schedule__isnull=False),
                name="payout_once_per_due_date",
            ),
            models.CheckConstraint(
                condition=Q(schedule__isnull=True) | Q(due_date__isnull=False),
                name="payout_due_when_scheduled",
            ),
            models.CheckConstraint(
                condition=Q(
                    returned_amount__gte=0,
                    lost_in_conversion__gte=0,
                    amount__gte=F("returned_amount") + F("lost_in_conversion"),
                ),
                name="payout_returned_within",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="payout_of_seller"),
            models.Index(
                fields=["status", "id"],
                condition=~Q(status__in=["paid", "returned", "failed", "canceled"]),
                name="payout_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that people read: PO-20417."""
        return f"PO-{FIRST_NUMBER + self.pk}"

    @property
    def money(self) -> Money:
        """What it moves, in the currency of the balance."""
        return Money(self.amount, self.currency)


class PayoutAttempt(models.Model):
    """One try at a provider: its key and parameters, frozen before the first call, and each fact that was booked.

    A fact's moment says that its movement was posted.
    """

    class State(models.TextChoices):
        CREATED = "created"  # to be asked, or the answer was lost with this process
        UNKNOWN = "unknown"  # asked, and nobody knows
        ACCEPTED = "accepted"  # the provider has it
        SHORT = "short"  # the provider holds too little of our money
        REFUSED = "refused"
        DONE = "done"

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    key = models.CharField(max_length=120, unique=True)
    params = models.JSONField(default=dict)
    external_id = models.CharField(
        max_length=120, blank=True
    )  # a Transfer, a batch item, a transfer at Wise, a hash
    payout_external_id = models.CharField(
        max_length=120, blank=True
    )  # Stripe: the payout on the connected account
    handed_ref = models.CharField(max_length=120, blank=True)  # the balance transaction by which it left
    taken_back_ref = models.CharField(max_length=120, blank=True)  # and by which it came back
    fee = models.BigIntegerField(default=0)  # the provider's, borne by BANIBS
    fee_ref = models.CharField(max_length=120, blank=True)
    failure = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=500, blank=True)  # what the provider said, for staff
    quote = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_amount = models.BigIntegerField(default=0)
    look_at = models.DateTimeField(null=True)  # when the provider is asked next; empty when it is over
    looks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "number"], name="payout_attempt_number"),
            models.UniqueConstraint(
                fields=["provider", "external_id"],
                condition=~Q(external_id=""),
                name="payout_attempt_at_provider",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | Q(paid_at__isnull=True), name="payout_attempt_one_end"
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(paid_at__isnull=False),
                name="payout_attempt_returned_after_paid",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False)
                | Q(handed_at__isnull=True, paid_at__isnull=True, failed_at__isnull=True),
                name="payout_attempt_sent_first",
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="payout_attempt_look"),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id}:{self.number}"


class EarningsTransfer(models.Model):
    """Available money that a shop's owner moved to the own wallet."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="earnings_transfers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="earnings_of_something")]

    def __str__(self) -> str:
        return f"earnings {self.pk}"
