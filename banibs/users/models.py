"""People: one account may buy, sell and staff."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

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
