"""Why a shop's payouts wait by decision of staff."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from banibs.core.clock import Now
from marketplace.models import Seller


class PayoutHold(models.Model):
    """Staff hold a shop's payouts. The seller reads the reason, and when it is looked at again."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payout_holds")
    reason = models.CharField(max_length=300)
    review_on = models.DateField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller"], condition=Q(lifted_at__isnull=True), name="payout_hold_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], condition=Q(lifted_at__isnull=True), name="payout_hold_review")
        ]

    def __str__(self) -> str:
        return f"hold of seller {self.seller_id}"
