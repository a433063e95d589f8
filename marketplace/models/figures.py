"""What a shop's figures are read from: how often its pages were seen, and its sales summed by month.

Rows are sums. They are made of other rows, kept by jobs, and can be made anew: `catalogue.page_views` and
`payouts.analytics`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from banibs.core.clock import Now
from marketplace.models.catalogue import Kind, Product
from marketplace.models.orders import Order
from marketplace.models.regions import Region
from marketplace.models.sellers import Seller


class PageViews(models.Model):
    """How often a listing's page (without a product: the shop's own) was seen in a region on a day (UTC).

    Nobody's name, address or cookie is kept. Days that are over for long stand as one row, on the first of their month.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    views = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "day", "product", "region"], name="page_views_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.views} views of {self.product_id or 'the shop'} in {self.region_id} on {self.day}"


class ViewsMoved(models.Model):
    """How many batches of counted views have become rows: one row, so that no batch is added twice."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    batches = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="views_moved_one_row")]

    def __str__(self) -> str:
        return f"{self.batches} batches"


class SalesMonth(models.Model):
    """A shop's sales of a month (in its own time zone), of one listing, or of orders as a whole: delivery, card fees.

    Minor units. Each amount counts in the month in which the ledger moved it, so a month that is over stays as it was.
    Tax, fee, processing and promotion are less what was given back. net = gross − discount + promotion + shipping − tax −
    fee − processing − refunds − charges, and is what the ledger's movements of these sales did to the shop's accounts.
    """

    class Part(models.TextChoices):
        GOODS = "goods"
        ORDER = "order"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    currency = models.CharField(max_length=3)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=5, choices=Part)
    kind = models.CharField(max_length=8, choices=Kind)  # of an order: digital when it is of files alone
    # Stays when a listing is gone, like the sums; then nothing is found by it.
    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    orders = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    gross = models.BigIntegerField(default=0)  # what buyers would pay for the goods without discounts
    discount = models.BigIntegerField(default=0)
    promotion = models.BigIntegerField(default=0)  # BANIBS's part of the discounts, paid to the shop
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    processing = models.BigIntegerField(default=0)
    refunds = models.BigIntegerField(default=0)  # to buyers: refunds, and disputes that were lost
    charges = models.BigIntegerField(default=0)  # what banks took for disputes
    net = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "month", "currency", "region", "part", "kind", "product"],
                name="sales_month_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    net=F("gross") - F("discount") + F("promotion") + F("shipping") - F("tax") - F("fee")
                    - F("processing") - F("refunds") - F("charges")
                ),
                name="sales_month_adds_up",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.currency} of {self.seller_id}"


class CountedSale(models.Model):
    """One thing that moved a shop's earnings and stands in its months, counted once: an order paid, a refund, …"""

    class What(models.TextChoices):
        PAID = "paid"
        REFUNDED = "refunded"
        REFUND_CANCELED = "refund_canceled"
        LOST = "lost"
        REINSTATED = "reinstated"
        DISPUTE_FEE = "dispute_fee"
        FEE_RETURNED = "fee_returned"

    what = models.CharField(max_length=15, choices=What)
    of = models.BigIntegerField()  # the order, the refund, or the round of a dispute
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    movement = models.BigIntegerField(null=True)  # of the ledger; none for an order that cost nothing
    at = models.DateTimeField()
    net = models.BigIntegerField()  # what the movement did to the shop's accounts for this order

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "what", "of"], name="counted_sale_once")]
        indexes = [models.Index(fields=["seller", "currency", "at", "id"], name="counted_sale_of_seller")]

    def __str__(self) -> str:
        return f"{self.what} {self.of} of order {self.order_id}"


class SummedShop(models.Model):
    """A shop whose sales are summed, and by which clock its months were cut: the two columns it was worked out from."""

    seller = models.OneToOneField(Seller, on_delete=models.CASCADE, primary_key=True, related_name="+")
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64, blank=True)
    zone = models.CharField(max_length=64)
    summed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.seller_id} in {self.zone}"
