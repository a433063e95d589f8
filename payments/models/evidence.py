"""What is said for the sellers of a disputed payment: their drafts, their files, and what was handed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace.models import Order
from marketplace.storage import private_files
from payments.models.disputes import Dispute


class DisputeEvidence(models.Model):
    """One shop's part of the evidence, that of its order; without an order, what staff add. A draft until all is handed in.

    `ready_at`: the shop has nothing to add.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="parts")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    notes = models.TextField(blank=True)
    ready_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "order"], name="evidence_part_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return gettext("evidence of %(order)s") % {"order": self.order or gettext("our staff")}


class EvidenceFile(models.Model):
    """A file of a part, kept as the PDF that goes to the bank; `size` and `pages` are that PDF's."""

    class Shows(models.TextChoices):
        DELIVERY = "delivery", _("That it was sent or came")
        TALK = "talk", _("What the buyer and you wrote")
        GOODS = "goods", _("What was sold")
        OTHER = "other", _("Something else")

    part = models.ForeignKey(DisputeEvidence, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(storage=private_files, upload_to="evidence/")
    name = models.CharField(max_length=200)
    shows = models.CharField(max_length=8, choices=Shows, default=Shows.OTHER)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)  # of what was uploaded
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "sha256"], name="evidence_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0, pages__gt=0), name="evidence_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceSubmission(models.Model):
    """What was handed in for a dispute, written before Stripe was asked: asked again, it is asked for the same.

    An inquiry and the dispute that comes of it are answered once each.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("On its way")  # or nobody knows: it is asked about again
        SENT = "sent", _("Handed in")
        REFUSED = "refused", _("Refused")

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    inquiry = models.BooleanField()
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    fields = models.JSONField()  # Stripe's names → what is said
    packet = models.FileField(storage=private_files, upload_to="evidence/", blank=True)
    packet_size = models.PositiveIntegerField(default=0)
    packet_pages = models.PositiveSmallIntegerField(default=0)
    packet_sha256 = models.CharField(max_length=64, blank=True)
    stripe_file = models.CharField(max_length=80, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )  # none: by itself
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="evidence_number_once"),
            models.UniqueConstraint(
                fields=["dispute", "inquiry"],
                condition=Q(state__in=["pending", "sent"]),
                name="evidence_submitted_once",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="evidence_sent_at"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="pending"), name="evidence_pending")]

    def __str__(self) -> str:
        return f"evidence {self.number} of dispute {self.dispute_id}"
