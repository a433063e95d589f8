"""What goes to Stripe in our name: the mark of this installation, and the requests that carry an idempotency key."""

from __future__ import annotations

from django.db import models

from banibs.core.clock import Now


class Installation(models.Model):
    """This installation's mark in metadata and idempotency keys. One row, made with the table.

    Row numbers begin at 1 everywhere: without it another installation on the same Stripe account would pay our orders.
    """

    only = models.BooleanField(default=True, unique=True)
    mark = models.CharField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="installation_only")]

    def __str__(self) -> str:
        return self.mark


class StripeRequest(models.Model):
    """A request with an idempotency key, frozen before Stripe was first asked: it is asked again with the same
    parameters, whatever changed since. `attempt` is part of the key: one that is of no use any more is followed by the
    next.
    """

    name = models.CharField(max_length=200, unique=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    params = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="stripe_request_age")]

    def __str__(self) -> str:
        return self.name
