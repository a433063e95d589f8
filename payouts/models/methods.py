"""Where a shop's money goes: a bank account at Stripe, a PayPal address, a recipient at Wise, a crypto address."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace.models import Seller

NAME_LENGTH = 60


class PayoutMethod(models.Model):
    """A destination. `currency` is what arrives there; empty where any currency can be sent (PayPal).

    `destination` is sealed (banibs.core.security.encryption) JSON, pages show `masked`. Its shape by kind: Stripe
    {bank}, PayPal {email}, crypto {address}, Wise {type, currency, accountHolderName, details} as Wise takes it. It is
    never changed: another destination is another row, which waits again (`usable_from`).
    """

    class Kind(models.TextChoices):
        STRIPE = "stripe_connect", _("Bank account")
        PAYPAL = "paypal", "PayPal"
        WISE = "wise", "Wise"
        CRYPTO = "crypto", _("Crypto")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("Not verified")
        CHECKING = "checking", _("Being checked")
        VERIFIED = "verified", _("Verified")
        FAILED = "failed", _("Not accepted")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payout_methods")
    kind = models.CharField(max_length=14, choices=Kind)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)  # the seller's own word for it
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    asset = models.CharField(max_length=8, blank=True)  # crypto: USDC
    network = models.CharField(max_length=16, blank=True)  # crypto: polygon
    destination = models.BinaryField(blank=True)
    masked = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)  # the same destination is the same text, whoever adds it
    provider_ref = models.CharField(max_length=120, blank=True)  # the provider's id of it
    state = models.CharField(max_length=10, choices=State, default=State.UNVERIFIED)
    problem = models.CharField(max_length=300, blank=True)  # why it is not accepted, for the seller
    is_default = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    usable_from = models.DateTimeField()  # a new or changed destination waits (X9)
    first_paid_at = models.DateTimeField(null=True)  # crypto: the small first payout was sent
    confirmed_at = models.DateTimeField(null=True)  # crypto: and the seller has said that it came
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller"],
                condition=Q(is_default=True, removed_at__isnull=True),
                name="payout_method_one_default",
            ),
            models.UniqueConstraint(
                fields=["seller", "kind", "fingerprint"],
                condition=Q(removed_at__isnull=True),
                name="payout_method_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False),
                name="payout_method_verified_when",
            ),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.CRYPTO:
            coin = "POL" if self.asset == "MATIC" else self.asset
            return f"{coin or self.get_kind_display()} {self.network.capitalize()} {self.masked}".replace(
                "  ", " "
            )
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def provider(self) -> str:
        """Which provider pays to it: the first part of its clearing account's code."""
        return "stripe" if self.kind == self.Kind.STRIPE else self.kind
