"""Early warnings of fraud: what a card's bank heard of its owner, and what staff decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from payments.models.payments import Intent, Payment


class EarlyFraudWarning(models.Model):
    """A warning at Stripe about one of our charges. Nothing moves because of it until staff decide."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for a decision")
        REFUNDED = "refunded", _("Refunded in time")
        LEFT = "left", _("Left as it is")
        OVER = "over", _("Nothing to decide any more")  # disputed, or given back meanwhile

    stripe_id = models.CharField(max_length=80, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="fraud_warnings")
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="+")
    fraud_type = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="fraud_warning_closed",
            )
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(state="open"), name="fraud_warning_open")]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def amount(self) -> Money:
        """What the card paid. A statement where the intent is not loaded."""
        return Money(self.intent.amount, self.intent.currency)

    @property
    def fraud_type_text(self) -> str:
        """What the bank heard, in Stripe's words."""
        return self.fraud_type.replace("_", " ")
