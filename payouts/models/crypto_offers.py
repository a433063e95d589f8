"""What the treasury offers for a payout in crypto, and what its seller said to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from payouts.models.payouts import PayoutAttempt


class CryptoOffer(models.Model):
    """So much of a coin for a payout's amount, frozen when it was made. It lapses when nobody accepts it in time."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the seller")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Not accepted in time")
        OVER = "over", _("Settled or given back")

    attempt = models.ForeignKey(PayoutAttempt, on_delete=models.PROTECT, related_name="offers")
    asset = models.CharField(max_length=8)
    network = models.CharField(max_length=16)
    quantity = models.DecimalField(max_digits=36, decimal_places=18)  # of the coin
    rate = models.DecimalField(max_digits=36, decimal_places=18)  # of the coin for one unit of the currency
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state__in=["open", "accepted"]),
                name="payout_offer_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, rate__gt=0), name="payout_offer_of_something"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="payout_offer_stands_for_a_while"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="payout_offer_lapses"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity_text} {self.asset}"

    @property
    def quantity_text(self) -> str:
        """The quantity without zeros that say nothing: 41.5."""
        return _plain(self.quantity)

    @property
    def rate_text(self) -> str:
        """The rate likewise."""
        return _plain(self.rate)


def _plain(number: object) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
