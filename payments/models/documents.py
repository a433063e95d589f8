"""Numbered documents: receipts, credit notes, invoices, statements. What one says is frozen when its number is drawn."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace.models import Seller


class DocumentKind(models.TextChoices):
    """What a document is."""

    RECEIPT = "receipt", _("Receipt")  # of an order, for its buyer
    SALES_RECEIPT = "sales_receipt", _("Sales receipt")  # of an order, for its seller
    CREDIT_NOTE = "credit_note", _("Credit note")  # of a refund, for both
    FEE_INVOICE = "fee_invoice", _("Fee invoice")  # of a shop's month in a currency
    WALLET_STATEMENT = "wallet_statement", _("Wallet statement")  # of a wallet's month in a currency
    SHOP_STATEMENT = "shop_statement", _("Shop statement")  # of a shop's month in a currency


class DocumentSeries(models.Model):
    """The numbers of one issuer, kind and year: 1 to `last`, none left out. Whoever draws one holds the row."""

    issuer = models.CharField(_("issuer"), max_length=24)  # "shop:12", "banibs"
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind)
    year = models.PositiveSmallIntegerField(_("year"))  # of issue, in the issuer's zone
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name_plural = "document series"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "kind", "year"], name="document_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.kind} {self.year}"


class DocumentRequest(models.Model):
    """A fact that a document is owed for. The row goes in the transaction that draws the number."""

    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind)
    subject = models.CharField(_("about"), max_length=60)  # "order:7", "refund:3", "shop:12:USD:2026-11"
    issuer = models.CharField(_("issuer"), max_length=24)
    fact_at = models.DateTimeField(_("happened"))  # numbers are drawn in this order
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("asked for"), db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="document_request_once")]
        indexes = [models.Index(fields=["due_at"], name="document_request_due")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"


class Document(models.Model):
    """A document under its number. `snapshot` is all that it says; the file is made from it, the same at any time."""

    class State(models.TextChoices):
        NUMBERED = "numbered"
        RENDERED = "rendered"
        FAILED = "failed"  # tried again, under the same number

    class Paper(models.TextChoices):
        A4 = "A4"
        LETTER = "Letter"

    series = models.ForeignKey(DocumentSeries, on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("written"), max_length=24)  # "R-2026-000041"
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind)
    subject = models.CharField(_("about"), max_length=60)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, null=True, related_name="documents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="documents"
    )
    snapshot = models.JSONField(_("what it says"))
    language = models.CharField(_("language"), max_length=12)
    paper = models.CharField(_("paper"), max_length=6, choices=Paper)
    fact_at = models.DateTimeField(_("happened"))
    issued_at = models.DateTimeField(_("issued"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NUMBERED)
    file = models.CharField(_("file"), max_length=120, blank=True)  # its key in the private storage
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    bytes = models.PositiveIntegerField(_("bytes"), default=0)
    rendered_at = models.DateTimeField(_("made"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    error = models.TextField(_("error"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["kind", "subject"], name="document_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="document_number_positive"),
            models.CheckConstraint(
                condition=Q(state="rendered") & ~Q(file="") & Q(sha256__regex="^[0-9a-f]{64}$", bytes__gt=0)
                | ~Q(state="rendered") & Q(file="", sha256="", bytes=0),
                name="document_file_when_rendered",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(state="rendered"), name="document_to_render"),
            models.Index(fields=["seller", "kind", "-id"], name="document_of_seller"),
            models.Index(fields=["user", "kind", "-id"], name="document_of_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rendered(self) -> bool:
        """Whether its file is there."""
        return self.state == self.State.RENDERED
