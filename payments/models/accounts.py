"""Sellers' accounts at Stripe Connect."""

from django.db import models

from banibs.core.clock import Now
from marketplace.models import Seller


class ConnectedAccount(models.Model):
    """A seller's Express account, as Stripe last described it. Without an id it is still being asked for."""

    seller = models.OneToOneField(Seller, on_delete=models.PROTECT, related_name="connected_account")
    stripe_account_id = models.CharField(max_length=80, null=True, unique=True)
    country = models.CharField(max_length=2)
    details_submitted = models.BooleanField(default=False)
    charges_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    currently_due = models.JSONField(default=list)
    disabled_reason = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.stripe_account_id or f"account of {self.seller_id}"
