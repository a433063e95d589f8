"""Payments for checkouts, how they divide over orders, and money given back. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Checkout, Order


class Method(models.TextChoices):
    """How a checkout is paid."""

    WALLET = "wallet", _("BANIBS Wallet")
    CARD = "card", _("Card")
    STRIPE_CHECKOUT = "stripe_checkout", _("Stripe Checkout")
    WALLET_AND_CARD = "wallet_and_card", _("BANIBS Wallet and card")


class Payment(models.Model):
    """The one payment of a checkout. `amount` = `wallet_part` + `card_part` = the sum of its splits."""

    class Status(models.TextChoices):
        CREATED = "created"
        REQUIRES_ACTION = "requires_action"
        PROCESSING = "processing"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="payment")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=16, choices=Method)
    status = models.CharField(max_length=16, choices=Status, default=Status.CREATED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    wallet_part = models.BigIntegerField(default=0)
    card_part = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount=F("wallet_part") + F("card_part")), name="payment_parts_add_up"),
            models.CheckConstraint(condition=Q(wallet_part__gte=0, card_part__gte=0), name="payment_not_negative"),
            models.CheckConstraint(condition=Q(refunded__gte=0, refunded__lte=F("amount")), name="payment_refunded_within"),
        ]

    def __str__(self) -> str:
        return f"payment of {self.checkout_id}"

    def money(self, amount: int) -> Money:
        """An amount of this payment as Money."""
        return Money(amount, self.currency)


class PaymentSplit(models.Model):
    """An order's part of a payment, by tender."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="splits")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="split")
    wallet_part = models.BigIntegerField(default=0)
    card_part = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wallet_part__gte=0, card_part__gte=0), name="split_not_negative")]


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
    reason = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0, amount=F("wallet_part") + F("card_part")), name="refund_parts"),
        ]
        indexes = [models.Index(fields=["order", "id"], name="refund_of_order")]

    def __str__(self) -> str:
        return f"refund {self.pk} of {self.order_id}"
