"""Regions as data: where BANIBS sells, in which currency, with which tax."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace import policy


class TaxClass(models.TextChoices):
    """What kind of thing a listing is to the tax office."""

    STANDARD = "standard", _("Standard")
    REDUCED = "reduced", _("Reduced")
    ZERO = "zero", _("Zero")


class Region(models.Model):
    """A market: one currency, one tax regime, one price list. `processing_*` is the card fee charged to sellers."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    tax_inclusive = models.BooleanField()
    tax_name = models.CharField(max_length=20)
    shipping_taxed = models.BooleanField()
    processing_bps = models.PositiveIntegerField(default=policy.PROCESSING_FEE_BPS)
    processing_fixed = models.PositiveIntegerField(default=policy.PROCESSING_FEE_FIXED)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class Country(models.Model):
    """A country that a region delivers to."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="countries")

    class Meta:
        verbose_name_plural = "countries"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """The rate of a tax class in a region, in basis points (2000 is 20 %)."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="tax_rates")
    tax_class = models.CharField(max_length=10, choices=TaxClass)
    rate_bps = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "tax_class"], name="tax_rate_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.tax_class} {self.rate_bps / 100:g} %"
