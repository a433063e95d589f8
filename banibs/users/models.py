"""People: one account may buy, sell and staff."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.users.addresses import address_formats


class UserManager(BaseUserManager["User"]):
    """Accounts are made from an email address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new account; the address is normalised, the password hashed (or made unusable)."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account with every staff permission."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person. `name` is one field, as people write it."""

    username = None  # type: ignore[assignment]  # a field of AbstractUser that we do without
    first_name = None  # type: ignore[assignment]  # as above
    last_name = None  # type: ignore[assignment]  # as above
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("full name"), max_length=150, blank=True)
    stripe_customer_id = models.CharField(max_length=64, blank=True, editable=False)
    # Whom the person last bought for, proposed at the next checkout.
    company = models.CharField(_("company"), max_length=150, blank=True, default="", db_default="")
    vat_id = models.CharField(_("VAT number"), max_length=40, blank=True, default="", db_default="")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # ours, by email

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as the person wrote it, or nothing."""
        return self.name

    def get_short_name(self) -> str:
        """What to greet the person with."""
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]

    def email_is_verified(self) -> bool:
        """Whether the person has shown that the address is theirs. One query."""
        shown: bool = EmailAddress.objects.filter(user=self, email__iexact=self.email, verified=True).exists()
        return shown


class Address(models.Model):
    """Where to send a parcel, or who a digital order is billed to (then name and country are enough)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(_("full name"), max_length=150)
    line1 = models.CharField(_("address"), max_length=200, blank=True)
    line2 = models.CharField(_("flat, landmark or digital address"), max_length=200, blank=True)
    city = models.CharField(_("town or city"), max_length=100, blank=True)
    region = models.CharField(_("state, county or province"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "addresses"
        ordering = ["-is_default", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="address_one_default"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(self.parts())

    def parts(self) -> list[str]:
        """The lines of the label, without the empty ones."""
        return address_formats.label(self.snapshot())

    def snapshot(self) -> dict[str, str]:
        """The address as an order keeps it, whatever becomes of this row."""
        names = ("name", "line1", "line2", "city", "region", "postcode", "country", "phone")
        return {name: getattr(self, name) for name in names}


class LegalText(models.Model):
    """A version of the terms, the privacy page, the returns or the imprint. Never changed: an edit is a new version."""

    class Slug(models.TextChoices):
        """Which text; the end of its address."""

        TERMS = "terms", _("Terms")
        PRIVACY = "privacy", _("Privacy")
        RETURNS = "returns", _("Returns")
        IMPRINT = "imprint", _("Imprint")

    slug = models.CharField(_("text"), max_length=16, choices=Slug.choices)
    version = models.PositiveIntegerField(_("version"), editable=False)
    body = models.TextField(
        _("words"),
        max_length=50_000,
        help_text=_("An empty line makes a paragraph, “## ” a heading, “- ” a list, **two stars** bold."),
    )
    asks_for_consent = models.BooleanField(
        _("everybody is asked to agree at their next sign-in"),
        default=True,
        db_default=True,
        help_text=_(
            "Untick it for what changes nothing, such as a spelling. Only terms and privacy are asked about."
        ),
    )
    published_at = models.DateTimeField(_("in force since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("legal text")
        ordering = ["slug", "-version"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="legal_text_version")]

    def __str__(self) -> str:
        return f"{self.get_slug_display()}, {self.version}"


class Consent(models.Model):
    """That a person agreed to a version of a text, and when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT)
    agreed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.text}"
