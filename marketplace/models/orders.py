"""What was bought: one Checkout to the buyer, one Order to each seller, every figure frozen per line.

All amounts are minor units of the checkout's currency.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func
from django.utils.translation import gettext

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace import policy
from marketplace.models.carts import Coupon
from marketplace.models.catalogue import DigitalFile, Kind, Product, Variant
from marketplace.models.regions import Region
from marketplace.models.sellers import CancelPolicy, ReturnPaidBy, Seller


class NextNumber(Func):
    """The next order number, drawn from a sequence by the database: no query of its own, no number twice."""

    template = "('B-' || nextval('marketplace_checkout_number'))"
    output_field = models.CharField()


class Checkout(models.Model):
    """One cart, charged once: what a buyer calls an order ("B-71840")."""

    number = models.CharField(max_length=16, unique=True, db_default=NextNumber())
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="checkouts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    tax_inclusive = models.BooleanField()
    tax_name = models.CharField(max_length=20)
    email = models.EmailField()
    address = models.JSONField()
    company = models.CharField(
        max_length=150, blank=True, default="", db_default=""
    )  # whom the buyer buys for
    vat_id = models.CharField(
        max_length=40, blank=True, default="", db_default=""
    )  # its VAT number, as printed
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, null=True, blank=True)
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    placed_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    digital_consent_at = models.DateTimeField(
        null=True, blank=True
    )  # wanted the files at once, and gave up changing their mind about them

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total__gte=0), name="checkout_total_not_negative")]
        indexes = [
            models.Index(fields=["user", "-id"], name="checkout_of_user"),
            models.Index(fields=["expires_at"], condition=Q(paid_at__isnull=True), name="checkout_unpaid"),
        ]

    def __str__(self) -> str:
        return self.number

    def money(self, amount: int) -> Money:
        """An amount of this checkout as Money."""
        return Money(amount, self.currency)


class Order(models.Model):
    """One seller's part of a checkout ("B-71840-1"). States and moves: `marketplace.orders.transitions`."""

    class Status(models.TextChoices):
        CREATED = "created"
        PAID = "paid"
        FULFILLED = "fulfilled"
        COMPLETED = "completed"
        CANCELED = "canceled"
        REFUNDED = "refunded"

    class Dispute(models.TextChoices):
        """How the card dispute about it stands, beside the status."""

        NONE = "none"
        OPEN = "open"
        WON = "won"
        LOST = "lost"

    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="orders")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.CREATED)
    dispute = models.CharField(max_length=4, choices=Dispute, default=Dispute.NONE, db_default=Dispute.NONE)
    currency = models.CharField(max_length=3)
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)  # off the displayed prices, whoever gives it
    promotion = models.BigIntegerField(default=0)  # what BANIBS pays the seller for its part of the discount
    shipping = models.BigIntegerField(default=0)
    shipping_tax = models.BigIntegerField(default=0)
    shipping_tax_rate_bps = models.PositiveIntegerField(db_default=0)
    tax = models.BigIntegerField(default=0)  # of lines and shipping
    tax_jurisdiction = models.CharField(
        max_length=16, db_default=""
    )  # whose tax: the account it is collected in
    total = models.BigIntegerField()  # what the buyer pays
    marketplace_fee = models.BigIntegerField(default=0)
    processing_fee = models.BigIntegerField(default=0)
    processing_fee_actual = models.BigIntegerField(null=True)
    seller_net = models.BigIntegerField()
    held = models.BigIntegerField(default=0)  # this order's part of seller:pending
    fee_deferred = models.BigIntegerField(default=0, db_default=0)  # its part of platform:revenue_deferred
    # Given back, pending refunds and open or lost disputes too. Delivery with its tax; its tax again beside it.
    refunded = models.BigIntegerField(default=0)
    refunded_shipping = models.BigIntegerField(default=0, db_default=0)
    refunded_shipping_tax = models.BigIntegerField(default=0, db_default=0)
    refunded_processing = models.BigIntegerField(default=0, db_default=0)
    # The shop's promises when it was placed, in the buyer's favour where the law says more.
    return_days = models.PositiveSmallIntegerField(default=policy.RETURN_DAYS, db_default=policy.RETURN_DAYS)
    return_paid_by = models.CharField(
        max_length=6, choices=ReturnPaidBy, default=ReturnPaidBy.BUYER, db_default=ReturnPaidBy.BUYER
    )
    cancel_policy = models.CharField(
        max_length=10, choices=CancelPolicy, default=CancelPolicy.AT_ONCE, db_default=CancelPolicy.AT_ONCE
    )
    # While buyer and shop (or staff) settle something about it: it neither completes nor clears by itself.
    case_open = models.BooleanField(default=False, db_default=False)
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    min_days = models.PositiveSmallIntegerField(null=True)
    max_days = models.PositiveSmallIntegerField(null=True)
    placed_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("total")), name="order_refunded_within"
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("seller_net")), name="order_held_within"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, seller_net__gte=0), name="order_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(
                    total=F("seller_net")
                    + F("marketplace_fee")
                    + F("processing_fee")
                    + F("tax")
                    - F("promotion")
                ),
                name="order_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(fee_deferred__gte=0, fee_deferred__lte=F("marketplace_fee")),
                name="order_fee_deferred_within",
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_shipping__gte=0,
                    refunded_shipping__lte=F("shipping") + F("shipping_tax"),
                    refunded_shipping_tax__gte=0,
                    refunded_shipping_tax__lte=F("shipping_tax"),
                    refunded_processing__gte=0,
                    refunded_processing__lte=F("processing_fee"),
                ),
                name="order_refunded_parts_within",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="order_of_seller"),
            models.Index(fields=["seller", "paid_at"], condition=Q(status="paid"), name="order_to_send"),
            models.Index(fields=["fulfilled_at"], condition=Q(status="fulfilled"), name="order_to_complete"),
            models.Index(
                fields=["paid_at"],
                condition=Q(cleared_at__isnull=True, fulfilled_at__isnull=False),
                name="order_to_clear",
            ),
            models.Index(
                fields=["seller"],
                condition=Q(cleared_at__isnull=True, held__gt=0),
                name="order_held_of_seller",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def disputed(self) -> bool:
        """Whether its buyer's bank has the money, or may keep it: open or lost."""
        return self.dispute in (self.Dispute.OPEN, self.Dispute.LOST)

    @property
    def given_back(self) -> int:
        """What the buyer has back for good, or on its way: not what the bank has while it decides. Minor units."""
        return 0 if self.dispute == self.Dispute.OPEN else self.refunded

    def money(self, amount: int) -> Money:
        """An amount of this order as Money."""
        return Money(amount, self.currency)


class OrderLine(models.Model):
    """A variant as it was sold. `total` is what the buyer pays for the line; `fee` is BANIBS's, at `fee_rate_bps`."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.SET_NULL, null=True)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True)
    title = models.CharField(max_length=120)
    variant_name = models.CharField(max_length=80, blank=True)
    cover = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.PositiveIntegerField()
    unit_amount = models.BigIntegerField()
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    promotion = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    tax_rate_bps = models.PositiveIntegerField(default=0)
    tax_base = models.BigIntegerField(db_default=0)  # what the tax was reckoned on: the price without it
    tax_jurisdiction = models.CharField(max_length=16, db_default="")  # its order's, frozen with the rate
    total = models.BigIntegerField()
    fee = models.BigIntegerField()
    fee_rate_bps = models.PositiveIntegerField()
    refunded = models.BigIntegerField(default=0)
    refunded_tax = models.BigIntegerField(default=0)
    refunded_fee = models.BigIntegerField(default=0)
    refunded_promotion = models.BigIntegerField(default=0)
    refunded_units = models.PositiveIntegerField(default=0, db_default=0)  # given back wholly

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    refunded__gte=0,
                    refunded__lte=F("total"),
                    refunded_tax__gte=0,
                    refunded_tax__lte=F("tax"),
                    refunded_fee__gte=0,
                    refunded_fee__lte=F("fee"),
                    refunded_promotion__gte=0,
                    refunded_promotion__lte=F("promotion"),
                ),
                name="line_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, fee__gte=0, tax__gte=0), name="line_not_negative"
            ),
            models.CheckConstraint(condition=Q(refunded_units__lte=F("quantity")), name="line_units_within"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class CouponRedemption(models.Model):
    """A coupon used by a checkout. Given back when the checkout expires unpaid."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT)
    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """The code and the order. Two statements where they are not loaded."""
        return gettext("%(code)s on %(order)s") % {"code": self.coupon, "order": self.checkout}


class Download(models.Model):
    """The right of a buyer to fetch one file of one line, and how often it was used."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="downloads")
    file = models.ForeignKey(DigitalFile, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="downloads")
    limit = models.PositiveIntegerField(null=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "file"], name="download_once"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(count__lte=F("limit")), name="download_in_limit"
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="download_of_user")]

    def __str__(self) -> str:
        """The file and whose it is. Two statements where they are not loaded."""
        return gettext("%(file)s for %(person)s") % {"file": self.file, "person": self.user}
