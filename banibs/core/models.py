"""Tables that every app writes: events, their deliveries to subscribers, and the answers of idempotent requests."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from banibs.core.clock import Now


class ClockOffset(models.Model):
    """How far a development clock has been moved forward. Empty in production; written by `banibs.dev` only."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="clock_offset_one_row")]


class Event(models.Model):
    """Something that happened, written in the transaction of the change and never altered (a trigger refuses)."""

    class Actor(models.TextChoices):
        BUYER = "buyer"
        SELLER = "seller"
        STAFF = "staff"
        STRIPE = "stripe"
        SYSTEM = "system"

    kind = models.CharField(max_length=64)  # "order.paid"
    subject_type = models.CharField(max_length=32)  # "order"
    subject_id = models.BigIntegerField()
    actor_type = models.CharField(max_length=8, choices=Actor, default=Actor.SYSTEM)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["kind", "id"], name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}:{self.subject_id}"


class Delivery(models.Model):
    """One event owed to one subscriber: the outbox. Written with the event, locked while it is handed over."""

    class Status(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="pending"), name="delivery_due"),
            models.Index(fields=["event"], condition=Q(status="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"event {self.event_id} for {self.subscriber}"


class IdempotencyKey(models.Model):
    """The answer that a request got, kept in the transaction of its effect. One per person, route and key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False)
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "scope", "key"], name="idempotency_key_once")]
