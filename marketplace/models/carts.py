"""Carts, of people and of guests, and the coupons typed into them."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.models.catalogue import Variant
from marketplace.models.regions import Region
from marketplace.models.sellers import Seller


def new_token() -> str:
    """What a guest's session keeps to find its cart: 128 random bits and more."""
    return secrets.token_urlsafe(24)


class Coupon(models.Model):
    """A discount by code: given by one shop on its goods, or by BANIBS on everything.

    Exactly one of `percent_bps` and `amount` (minor units of the region's currency) is set.
    """

    code = models.CharField(max_length=policy.COUPON_CODE_MOST_CHARACTERS, unique=True)
    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, null=True, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    percent_bps = models.PositiveIntegerField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    minimum = models.BigIntegerField(default=0)
    limit = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(used__lte=F("limit")), name="coupon_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(percent_bps__isnull=False, amount__isnull=True, percent_bps__lte=10_000)
                | Q(percent_bps__isnull=True, amount__gt=0, region__isnull=False),
                name="coupon_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(code=models.functions.Upper("code")), name="coupon_code_upper"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Cart(models.Model):
    """What somebody means to buy, in one region. A guest's is found by its token and joins the person's at sign-in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="cart"
    )
    token = models.CharField(max_length=43, unique=True, default=new_token)
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    coupon = models.ForeignKey(Coupon, on_delete=models.SET_NULL, null=True, blank=True)
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"cart of {self.user or 'a guest'}"


class CartItem(models.Model):
    """A variant and how many of it. The price is looked up when shown and when bought, never kept here.

    `seen_amount` is the unit price that the person last saw, so that a changed one can be pointed out.
    """

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE)
    quantity = models.PositiveIntegerField()
    seen_amount = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_item_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=policy.CART_LINE_MOST), name="cart_item_quantity"
            ),
        ]

    def __str__(self) -> str:
        return _("%(quantity)d × %(variant)s") % {"quantity": self.quantity, "variant": self.variant}
