"""How allauth speaks for BANIBS: its links, its mails, its names."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from banibs.core.ui import quantities
from banibs.users import legal, policy
from banibs.users.accounts import account_emails

# allauth's name of a mail → our letter (templates/emails/<letter>.*).
EMAILS = {
    "account/email/email_confirmation_signup": "account_confirm",
    "account/email/email_confirmation": "account_confirm",
    "account/email/password_reset_key": "account_reset",
    "account/email/unknown_account": "account_unknown",
}
# allauth's name of a notice → what changed. All of them are the letter "account_changed".
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("A password was set."),
    "account/email/password_reset": _("Your password was reset."),
    "account/email/email_changed": _("The email address of your account was changed."),
    "account/email/email_confirm": _("Your email address was confirmed."),
    "account/email/email_deleted": _("An email address was removed from your account."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made. The old ones no longer work."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: links are made from SITE_URL, mails look like every other mail of ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_taken": _("There is an account with this address already. Sign in, or choose a new password."),
        "email_password_mismatch": _("This address and this password do not belong together."),
        "too_many_login_attempts": quantities.when_shown(
            lambda: (
                _now("Too many attempts. Wait %(wait)s, or choose a new password.")
                % {"wait": quantities.duration(policy.PASSWORD_GUESS_WAIT)}
            )
        ),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hands a letter to the worker once the change it speaks of is committed."""
        facts = {
            "name": getattr(context.get("user"), "name", ""),
            "email": email,
            "confirm_url": context.get("activate_url", ""),
            "reset_url": context.get("password_reset_url", ""),
            "sign_up_url": address("account_signup"),
            "security_url": address("account_change_password"),
            "keys_url": address("developers:keys"),
        }
        if template_prefix in CHANGES:
            facts["change"] = str(CHANGES[template_prefix])
            facts["when"] = context["timestamp"].strftime("%-d %B %Y, %H:%M UTC")
            facts["browser"] = str(context.get("user_agent", ""))[:120]
            account_emails.send_after_commit(letter="account_changed", to=email, facts=facts)
        else:
            account_emails.send_after_commit(letter=EMAILS[template_prefix], to=email, facts=facts)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **how: Any) -> Any:
        """Calls the functions that the setting SIGNED_IN names, such as the one that merges a guest's cart."""
        for name in settings.SIGNED_IN:
            import_string(name)(request, user.pk)
        response = super().post_login(request, user, **how)
        if request.session.get(legal.SESSION_DUE) and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(legal.ask_url(response.url))
        return response

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Where the button in "confirm your address" leads."""
        return address("account_confirm_email", emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where the button in "choose a new password" leads. `key` is allauth's "<user>-<secret>"."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', key)}"


class TwoStepAdapter(DefaultMFAAdapter):
    """Second factors: who we are in an authenticator app or a passkey dialog."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The account's line in an authenticator app."""
        return str(user.email)  # type: ignore[attr-defined]  # our User, which the library does not know

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey belongs to: SITE_URL's host, whatever the Host header says."""
        host = settings.SITE_URL.partition("://")[2].partition("/")[0]
        return {"id": host.partition(":")[0], "name": "BANIBS"}


def address(name: str, *arguments: str) -> str:
    """A whole address under SITE_URL."""
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
