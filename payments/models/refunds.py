"""Money given back. Amounts are minor units."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Order
from payments.models.payments import Payment


class RefundReason(models.TextChoices):
    """Why money goes back. The last two are BANIBS's own words: nobody chooses them from a list."""

    CHANGED_MIND = "changed_mind", _("The buyer changed their mind")
    DAMAGED = "damaged", _("It came damaged")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
    NOT_RECEIVED = "not_received", _("It has not come")
    OUT_OF_STOCK = "out_of_stock", _("It is out of stock")
    DUPLICATE = "duplicate", _("It was ordered twice")
    GOODWILL = "goodwill", _("Goodwill")
    BUYER_REQUEST = "buyer_request", _("The buyer asked for it")
    FRAUD_WARNING = "fraud_warning", _("The card's owner may not have bought it")
    OTHER = "other", _("Another reason")
    ORDER_CANCELED = "order_canceled", _("The order was cancelled")
    MADE_AT_STRIPE = "made_at_stripe", _("It was made by hand at Stripe")

    @classmethod
    def chosen(cls) -> list[tuple[str, str]]:
        """Those that people choose from, as a form's choices."""
        return [
            (value, str(label))
            for value, label in cls.choices
            if value not in (cls.ORDER_CANCELED, cls.MADE_AT_STRIPE)
        ]


class Refund(models.Model):
    """Money of one order on its way back to the buyer: `amount` = `card_part` + `wallet_part`.

    The other columns say who bears it, so that the ledger, the page and the preview never disagree.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"  # Stripe has taken it from our balance
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
    from_reserve = models.BigIntegerField(default=0, db_default=0)
    from_available = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    processing = models.BigIntegerField(default=0)  # borne by BANIBS
    promotion = models.BigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    breakdown = models.JSONField(default=dict, db_default={})  # the same by line, "0" for delivery
    units = models.JSONField(default=dict, db_default={})  # line → how many of it went back wholly
    restocked = models.BooleanField(default=False, db_default=False)  # these units are for sale again
    stripe_id = models.CharField(max_length=80, null=True, unique=True)
    # What it did to our balance at Stripe: `refund_sent` and `refund_failed` are booked by these.
    balance_transaction = models.CharField(max_length=80, blank=True, db_default="")
    failure_balance_transaction = models.CharField(max_length=80, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    earlier = models.JSONField(default=list, db_default=[])  # attempts that failed: their three ids at Stripe
    to_wallet_at = models.DateTimeField(null=True)  # the card part went to the wallet instead
    failure = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=40, choices=RefundReason)
    note = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now())
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount=F("wallet_part") + F("card_part")), name="refund_parts"
            ),
            models.CheckConstraint(
                condition=Q(wallet_part__gte=0, card_part__gte=0), name="refund_tenders_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(
                    from_held__gte=0,
                    from_reserve__gte=0,
                    from_available__gte=0,
                    fee__gte=0,
                    tax__gte=0,
                    processing__gte=0,
                    promotion__gte=0,
                    amount=F("from_held")
                    + F("from_reserve")
                    + F("from_available")
                    + F("fee")
                    + F("tax")
                    + F("processing")
                    - F("promotion"),
                ),
                name="refund_borne_whole",
            ),
            models.CheckConstraint(
                condition=(Q(balance_transaction="") | Q(sent_at__isnull=False))
                & (Q(failure_balance_transaction="") | Q(returned_at__isnull=False))
                & (Q(returned_at__isnull=True) | Q(sent_at__isnull=False)),
                name="refund_moved_in_order",
            ),
            models.UniqueConstraint(
                fields=["balance_transaction"],
                condition=~Q(balance_transaction=""),
                name="refund_sent_once",
            ),
            models.UniqueConstraint(
                fields=["failure_balance_transaction"],
                condition=~Q(failure_balance_transaction=""),
                name="refund_failed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="refund_of_order"),
            models.Index(fields=["id"], condition=Q(status__in=["pending", "sent"]), name="refund_under_way"),
        ]

    def __str__(self) -> str:
        """By what goes back: "refund of £9.20, B-71840-1". A statement where the order is not loaded."""
        amount = Money(self.amount, self.currency)
        return gettext("refund of %(amount)s, %(order)s") % {"amount": amount, "order": self.order.number}
