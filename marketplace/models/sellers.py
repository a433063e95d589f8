"""Shops and how they send parcels."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.models.regions import Region


def folded(column: str) -> Func:
    """A column without accents and capitals, by the SQL function that `banibs.core.text.fold` agrees with."""
    return Func(column, function="banibs_fold", output_field=models.TextField())


class ReturnPaidBy(models.TextChoices):
    """Who pays the postage of a return."""

    BUYER = "buyer", _("The buyer")
    SELLER = "seller", _("The shop")


class CancelPolicy(models.TextChoices):
    """What happens when a buyer cancels an order that is paid and not yet sent."""

    AT_ONCE = "at_once", _("At once")
    BY_REQUEST = "by_request", _("When the shop agrees")


class Seller(models.Model):
    """A shop. One per person. Only an active one is shown and sold from."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        ACTIVE = "active", _("Open")
        PAUSED = "paused", _("Paused")
        SUSPENDED = "suspended", _("Suspended")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seller")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("shop name"), max_length=80)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    tagline = models.CharField(_("in one sentence"), max_length=140, blank=True)
    story_html = models.TextField(_("your story"), blank=True)
    quote = models.CharField(_("in your own words"), max_length=240, blank=True)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    city = models.CharField(_("town or city"), max_length=80, blank=True)
    # "Africa/Accra"; empty: the usual one of its country (`marketplace.sellers.time_zones`)
    timezone = models.CharField(_("time zone"), max_length=40, blank=True, default="", db_default="")
    logo = models.ImageField(upload_to="shops/", blank=True)
    returns_html = models.TextField(_("returns"), blank=True)
    # What the shop promises about its orders; each order keeps what stood here when it was placed.
    return_days = models.PositiveSmallIntegerField(
        _("days to return"), default=policy.RETURN_DAYS, db_default=policy.RETURN_DAYS
    )
    return_paid_by = models.CharField(
        _("who pays the way back"),
        max_length=6,
        choices=ReturnPaidBy,
        default=ReturnPaidBy.BUYER,
        db_default=ReturnPaidBy.BUYER,
    )
    cancel_policy = models.CharField(
        _("cancelling before it is sent"),
        max_length=10,
        choices=CancelPolicy,
        default=CancelPolicy.AT_ONCE,
        db_default=CancelPolicy.AT_ONCE,
    )
    paused_until = models.DateField(_("back on"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(fields=["country", "name"], condition=Q(status="active"), name="seller_by_country"),
            models.Index(fields=["name"], condition=Q(status="active"), name="seller_by_name"),
            GinIndex(
                SearchVector(folded("name"), folded("tagline"), folded("city"), config="english"),
                name="seller_search_folded",
            ),
            models.Index(OpClass(folded("name"), name="text_pattern_ops"), name="seller_name_folded"),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingRate(models.Model):
    """What a shop asks for a parcel to a region: once per parcel, and for each item in it. Minor units.

    A shop sends physical goods only where it has a rate.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="shipping_rates")
    region = models.ForeignKey(Region, on_delete=models.PROTECT)
    flat = models.BigIntegerField(default=0)
    per_item = models.BigIntegerField(default=0)
    min_days = models.PositiveSmallIntegerField(default=3)
    max_days = models.PositiveSmallIntegerField(default=7)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "region"], name="shipping_rate_once"),
            models.CheckConstraint(
                condition=Q(flat__gte=0, per_item__gte=0), name="shipping_rate_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(max_days__gte=models.F("min_days")), name="shipping_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller_id} → {self.region_id}"
