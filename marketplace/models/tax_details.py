"""Who a shop is for the tax office: versions, of which the newest counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace.models.sellers import Seller


class TaxForm(models.TextChoices):
    """What a seller is in law. The first two are people."""

    INDIVIDUAL = "individual", _("A private person")
    SOLE_TRADER = "sole_trader", _("A sole trader")
    PARTNERSHIP = "partnership", _("A partnership")
    COMPANY = "company", _("A company")
    NONPROFIT = "nonprofit", _("A charity or association")

    @property
    def is_person(self) -> bool:
        """Whether it is a human being, who has a date of birth."""
        return self in (TaxForm.INDIVIDUAL, TaxForm.SOLE_TRADER)


class TaxDetails(models.Model):
    """A version of a shop's tax details. A trigger refuses every change of it but one: `sealed`, the same secrets under
    another key (`digest` says that they are the same; it is of a text that holds a random salt, so nobody can guess).
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="tax_details")
    version = models.PositiveIntegerField()
    form = models.CharField(max_length=12, choices=TaxForm)
    legal_name = models.CharField(max_length=150)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    # EU countries in which the seller has a fixed place of business (DAC7)
    establishments = models.JSONField(default=list)
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("tax details")
        verbose_name_plural = _("tax details")
        permissions = [("reveal_taxdetails", "Can read the secret fields of tax details")]
        constraints = [models.UniqueConstraint(fields=["seller", "version"], name="tax_details_version")]

    def __str__(self) -> str:
        return f"{self.seller_id}, {self.version}"
