"""Payments, how they divide over orders, and every payment intent that was made for one. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
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
    """The one payment of a checkout, or a top-up of a wallet, which has none.

    `amount` = `wallet_part` + `card_part` = the sum of its splits.
    """

    class Status(models.TextChoices):
        CREATED = "created"
        REQUIRES_ACTION = "requires_action"
        PROCESSING = "processing"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, null=True, related_name="payment")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=16, choices=Method)
    status = models.CharField(max_length=16, choices=Status, default=Status.CREATED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    wallet_part = models.BigIntegerField(default=0)
    card_part = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)  # how often the wallet part was set aside
    reserved = models.BigIntegerField(default=0)  # of the wallet part, set aside now
    save_card = models.BooleanField(default=False)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_text = models.CharField(max_length=300, blank=True)
    return_to = models.CharField(max_length=200, blank=True)  # a top-up's: the page it was begun from
    created_at = models.DateTimeField(db_default=Now())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("wallet_part") + F("card_part")), name="payment_parts_add_up"
            ),
            models.CheckConstraint(
                condition=Q(wallet_part__gte=0, card_part__gte=0), name="payment_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")), name="payment_refunded_within"
            ),
            models.CheckConstraint(
                condition=Q(reserved=0)
                | (
                    Q(reserved__gt=0, reserved__lte=F("wallet_part"))
                    & ~Q(status__in=["succeeded", "canceled"])
                ),
                name="payment_reserved_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["created", "requires_action", "processing", "failed"]),
                name="payment_waiting",
            ),
        ]

    def __str__(self) -> str:
        """By the number that people know: "payment of B-71840". A statement where the checkout is not loaded."""
        if self.checkout is None:
            return gettext("top-up of %(amount)s") % {"amount": self.money(self.amount)}
        return gettext("payment of %(number)s") % {"number": self.checkout.number}

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
        constraints = [
            models.CheckConstraint(
                condition=Q(wallet_part__gte=0, card_part__gte=0), name="split_not_negative"
            )
        ]


class Intent(models.Model):
    """One payment intent or Checkout session at Stripe, written before it is asked for: the key is made from this row.

    A payment has at most one that is not over. `created` without an id: we do not know whether Stripe has it, and ask
    again with the same key.
    """

    class Kind(models.TextChoices):
        PAYMENT_INTENT = "payment_intent"
        CHECKOUT_SESSION = "checkout_session"

    class Status(models.TextChoices):
        CREATED = "created"
        OPEN = "open"
        SUCCEEDED = "succeeded"
        CANCELED = "canceled"
        UNAPPLIED = "unapplied"
        UNAPPLIED_REFUNDED = "unapplied_refunded"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="intents")
    kind = models.CharField(max_length=16, choices=Kind)
    status = models.CharField(max_length=18, choices=Status, default=Status.CREATED)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    manual_capture = models.BooleanField(default=False)
    confirmations = models.PositiveSmallIntegerField(default=0)  # answers to confirming it with a saved card
    stripe_id = models.CharField(max_length=80, null=True, unique=True)
    session_id = models.CharField(max_length=80, null=True, unique=True)
    client_secret = models.CharField(max_length=200, blank=True)
    url = models.TextField(blank=True)  # where the buyer goes: Stripe's page, or the bank's
    # Money that came in the name of another of our rows, which has an intent of its own: unapplied from the start.
    named = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="strays")
    charge_id = models.CharField(max_length=80, blank=True)
    balance_transaction = models.CharField(max_length=80, blank=True)
    # Unapplied money on its way back: the refund at Stripe, what it did to our balance, and where it went instead.
    refund_id = models.CharField(max_length=80, blank=True)
    refund_attempt = models.PositiveSmallIntegerField(default=1, db_default=1)
    refund_balance_transaction = models.CharField(max_length=80, blank=True, db_default="")
    refund_failure_balance_transaction = models.CharField(max_length=80, blank=True, db_default="")
    refund_sent_at = models.DateTimeField(null=True)  # booked: `unapplied_refunded`
    refund_returned_at = models.DateTimeField(null=True)  # booked: it came back
    to_wallet_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    looked_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status__in=["created", "open"]), name="intent_one_open"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status="succeeded"), name="intent_one_succeeded"
            ),
            models.UniqueConstraint(
                fields=["balance_transaction"], condition=~Q(balance_transaction=""), name="intent_fee_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="intent_amount_positive"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status__in=["created", "open"]), name="intent_not_over"
            ),
            models.Index(fields=["id"], condition=Q(status="unapplied"), name="intent_to_refund"),
        ]

    def __str__(self) -> str:
        return self.stripe_id or self.session_id or f"intent {self.pk}"
