"""What the buyer and the shop of an order write to each other: one thread to each order."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from banibs.core.clock import Now
from marketplace.models.orders import Order
from marketplace.storage import private_files


class Message(models.Model):
    """One message about an order, as it was cleaned when it was written. Never changed afterwards.

    `case`: the id of the case that it belongs to. Cases stand in payments, so it is no reference; an audit holds the two
    together.
    """

    class Side(models.TextChoices):
        BUYER = "buyer"
        SELLER = "seller"
        STAFF = "staff"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="messages")
    case = models.BigIntegerField(null=True)
    side = models.CharField(max_length=6, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["order", "-id"], name="message_of_order"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="message_of_case"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MessagePicture(models.Model):
    """A picture that came with a message: our own WebP in the private storage."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="pictures")
    file = models.FileField(storage=private_files, upload_to="messages/")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file.name or ""
