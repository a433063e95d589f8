"""What Stripe told us, and what did not match."""

from django.db import models
from django.db.models import Q

from banibs.core.clock import Now
from marketplace.models import Order
from payments.models.disputes import Dispute
from payments.models.payments import Intent, Payment
from payments.models.refunds import Refund


class WebhookLog(models.Model):
    """One event of a provider: stored raw at intake, worked on afterwards. One row however often it is delivered."""

    class Status(models.TextChoices):
        PENDING = "pending"
        PROCESSED = "processed"
        IGNORED = "ignored"
        PARKED = "parked"
        FAILED = "failed"
        DEAD = "dead"

    provider = models.CharField(max_length=16, default="stripe")
    external_id = models.CharField(max_length=255)
    type = models.CharField(max_length=80)
    account = models.CharField(max_length=80, blank=True)
    # Came to the endpoint of connected accounts, or to our own; None: stored before this was noted.
    connect = models.BooleanField(null=True)
    livemode = models.BooleanField(default=False)
    payload = models.JSONField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    reason = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="webhooks"
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="webhooks")
    deliveries = models.PositiveIntegerField(default=1)
    retry_count = models.PositiveSmallIntegerField(default=0)
    last_retry_at = models.DateTimeField(null=True)
    next_retry_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    received_at = models.DateTimeField(db_default=Now())
    processed_at = models.DateTimeField(null=True)
    mirrored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="webhook_once")]
        indexes = [
            models.Index(
                fields=["next_retry_at"],
                condition=Q(status__in=["pending", "parked", "failed"]),
                name="webhook_to_do",
            ),
            models.Index(fields=["type", "-id"], name="webhook_type"),
            models.Index(fields=["status", "-id"], name="webhook_status"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"

    @property
    def provider_name(self) -> str:
        """The provider as people write it."""
        return {"stripe": "Stripe", "paypal": "PayPal", "wise": "Wise"}.get(self.provider, self.provider)


class WebhookSecret(models.Model):
    """The signing secret of an endpoint, encrypted. `uuid` is in the endpoint's address."""

    uuid = models.UUIDField(unique=True)
    stripe_id = models.CharField(max_length=80, unique=True)
    connect = models.BooleanField(default=False)
    encrypted = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())


class Incident(models.Model):
    """Something about money that a person must look at. Nothing was paid or moved because of it."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True)
    # What can be decided about it stands on the page of the row that it is about.
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, blank=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, blank=True)
    detail = models.TextField()
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], condition=Q(closed_at__isnull=True), name="incident_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
