"""Card disputes: what a buyer's bank withdrew, round by round, and whose money it was. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Order
from payments.models.payments import Intent, Payment


class Dispute(models.Model):
    """A dispute at Stripe about one of our charges. Each new withdrawal begins a round (`DisputeRound`)."""

    class State(models.TextChoices):
        INQUIRY = "inquiry"  # the bank asks; nothing was withdrawn
        OPEN = "open"
        SUBMITTED = "submitted"
        WON = "won"
        LOST = "lost"
        REINSTATED = "reinstated"  # credited after it was lost
        CLOSED = "closed"  # an inquiry that came to nothing

    stripe_id = models.CharField(max_length=80, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="disputes")
    state = models.CharField(max_length=10, choices=State)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    due_by = models.DateTimeField(null=True)  # until when Stripe takes evidence
    round = models.PositiveSmallIntegerField(default=0)  # the last; 0 while nothing was withdrawn
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    looked_up_at = models.DateTimeField(null=True)
    reminded_days = models.PositiveSmallIntegerField(null=True)  # the last reminder: so many days before

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount_positive")]
        indexes = [
            models.Index(fields=["payment", "id"], name="dispute_of_payment"),
            models.Index(
                fields=["due_by"],
                condition=Q(state__in=["inquiry", "open", "submitted"]),
                name="dispute_open",
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id

    def money(self, amount: int) -> Money:
        """An amount of this dispute as Money."""
        return Money(amount, self.currency)


class DisputeRound(models.Model):
    """One withdrawal, and how it ended. Its balance transactions at Stripe are booked once each."""

    class State(models.TextChoices):
        OPEN = "open"
        WON = "won"
        LOST = "lost"
        REINSTATED = "reinstated"

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    withdrawn = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    fee_returned = models.BigIntegerField(default=0)
    withdrawal = models.CharField(max_length=80, unique=True)  # Stripe's balance transactions
    credit = models.CharField(max_length=80, null=True, unique=True)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="dispute_round_once"),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(state="open"), name="dispute_one_open_round"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn__gt=0, fee__gte=0, fee_returned__gte=0, fee_returned__lte=F("fee")),
                name="dispute_round_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["won", "reinstated"], credit__isnull=False)
                | Q(state__in=["open", "lost"], credit__isnull=True),
                name="dispute_round_credited",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of dispute {self.dispute_id}"


class DisputeShare(models.Model):
    """Whose money a round withdrew, frozen when it began: an order's, or with no order that of a wallet.

    amount + promotion = net + fee + tax + processing; net + excess = from_held + from_reserve + from_available. `excess`
    is what was withdrawn beyond what was left of the order. Without an order: amount = what was in the wallet or kept
    apart, and what BANIBS bears.
    """

    round = models.ForeignKey(DisputeRound, on_delete=models.PROTECT, related_name="shares")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="dispute_shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    net = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    processing = models.BigIntegerField(default=0)
    promotion = models.BigIntegerField(default=0)
    from_held = models.BigIntegerField(default=0)
    from_reserve = models.BigIntegerField(default=0)
    from_available = models.BigIntegerField(default=0)
    from_wallet = models.BigIntegerField(default=0)
    from_unapplied = models.BigIntegerField(default=0)
    excess = models.BigIntegerField(default=0)
    dispute_fee = models.BigIntegerField(
        default=0
    )  # this share's part of what Stripe charges for the dispute
    breakdown = models.JSONField(default=dict)  # by line: see refunds.breakdown

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "order"], name="dispute_share_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=True, user__isnull=False)
                | Q(
                    order__isnull=False,
                    amount=F("net") + F("fee") + F("tax") + F("processing") - F("promotion"),
                    net=F("from_held") + F("from_reserve") + F("from_available") - F("excess"),
                ),
                name="dispute_share_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=0,
                    net__gte=0,
                    fee__gte=0,
                    tax__gte=0,
                    processing__gte=0,
                    promotion__gte=0,
                    from_held__gte=0,
                    from_reserve__gte=0,
                    from_available__gte=0,
                    from_wallet__gte=0,
                    from_unapplied__gte=0,
                    excess__gte=0,
                    dispute_fee__gte=0,
                ),
                name="dispute_share_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"share of {self.order_id or self.user_id} in dispute round {self.round_id}"


class WalletFreeze(models.Model):
    """A wallet that pays for nothing: one of its top-ups was disputed and lost. It stands until staff lift it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="freeze")
    frozen_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], condition=Q(lifted_at__isnull=True), name="wallet_frozen")]

    def __str__(self) -> str:
        """Whose. A statement where the person is not loaded."""
        return gettext("wallet of %(person)s") % {"person": self.user}

    @property
    def status(self) -> str:
        """Whether it stands."""
        return "lifted" if self.lifted_at else "frozen"
