"""How allauth speaks for BANIBS: its links, its mails, its names."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: links are made from SITE_URL, mails look like every other mail of ours."""

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Where the button in "confirm your address" leads."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where the button in "choose a new password" leads."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        uid, _, secret = key.partition("-")
        return settings.SITE_URL + path.replace("UID-KEY", f"{uid}-{secret}")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: who we are in an authenticator app or a passkey dialog."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The account's line in an authenticator app."""
        return str(user.email)  # type: ignore[attr-defined]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey belongs to: SITE_URL's host, whatever the Host header says."""
        host = settings.SITE_URL.partition("://")[2].partition("/")[0].rpartition(":")
        return {"id": host[0] or host[2], "name": "BANIBS"}
