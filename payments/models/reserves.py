"""What a seller's money is kept for: reserves held back by policy, and debts under an agreement. Minor units."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from banibs.core.clock import Now
from marketplace.models import Order, Seller


class ReserveHold(models.Model):
    """A part of what an order cleared, held back until `release_on`. Refunds and disputes of the order take it first."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="reserve_hold")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    left = models.BigIntegerField()
    release_on = models.DateField()
    released_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")), name="reserve_left_within"
            ),
        ]
        indexes = [
            models.Index(
                fields=["release_on"], condition=Q(released_at__isnull=True), name="reserve_to_release"
            )
        ]

    def __str__(self) -> str:
        return f"reserve of order {self.order_id}"


class DebtAgreement(models.Model):
    """A seller who owes repays `share_bps` of each sale, on dates that were agreed."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        AGREED = "agreed"
        REPAID = "repaid"
        RECALLED = "recalled"
        WRITTEN_OFF = "written_off"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="debt_agreements")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=11, choices=State, default=State.PROPOSED)
    agreed = models.BigIntegerField()
    repaid = models.BigIntegerField(default=0)
    written_off = models.BigIntegerField(default=0)
    share_bps = models.PositiveIntegerField()
    dates = models.JSONField(default=list)  # days by which a part is due, with its amount
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "currency"], condition=Q(state="agreed"), name="debt_one_agreed"
            ),
            models.CheckConstraint(
                condition=Q(
                    agreed__gt=0,
                    repaid__gte=0,
                    written_off__gte=0,
                    share_bps__lte=10_000,
                    agreed__gte=F("repaid") + F("written_off"),
                ),
                name="debt_amounts_within",
            ),
        ]

    def __str__(self) -> str:
        return f"debt of seller {self.seller_id}"
