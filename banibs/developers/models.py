"""Keys with which a person's programs act for them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from banibs.core.clock import Now


class ApiKey(models.Model):
    """A key: its SHA-256 and its first characters, never the key itself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    # The key that made it, or the fingerprint of the browser's session that did: with them it ends.
    made_by = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, editable=False, related_name="made"
    )
    session = models.BinaryField(max_length=32, null=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=24))
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        indexes = [
            models.Index(fields=["user", "-id"], name="api_key_of_user"),
            models.Index(
                fields=["session"], name="api_key_of_session", condition=models.Q(session__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
