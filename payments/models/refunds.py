"""Money given back. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Order
from payments.models.payments import Payment


class Refund(models.Model):
    """Money of one order on its way back to the buyer: `amount` = `card_part` + `wallet_part`.

    The other columns say who bears it, so that the ledger, the page and the preview never disagree.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    wallet_part = models.BigIntegerField(default=0)
    card_part = models.BigIntegerField(default=0)
    from_held = models.BigIntegerField(default=0)
    from_available = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    processing = models.BigIntegerField(default=0)  # borne by BANIBS
    promotion = models.BigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    stripe_id = models.CharField(max_length=80, null=True, unique=True)
    failure = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount=F("wallet_part") + F("card_part")), name="refund_parts"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="refund_of_order"),
            models.Index(fields=["id"], condition=Q(status="pending"), name="refund_to_send"),
        ]

    def __str__(self) -> str:
        """By what goes back: "refund of £9.20, B-71840-1". A statement where the order is not loaded."""
        amount = Money(self.amount, self.currency)
        return gettext("refund of %(amount)s, %(order)s") % {"amount": amount, "order": self.order.number}
