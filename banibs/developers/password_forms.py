"""Passwords of people with API keys: whoever chooses a new one may end the keys with it. Named by `ACCOUNT_FORMS`.

Other sessions end by themselves; keys go on unless this is ticked, as a new password is mostly no emergency and the
programs of a shop would stop. The page and the email say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banibs.developers import keys
from banibs.users.accounts import password_forms
from banibs.users.models import User

if TYPE_CHECKING:
    _PasswordForm = password_forms.ChangePassword
else:
    _PasswordForm = object


class EndsKeys(_PasswordForm):
    """A box to tick, where the person has keys that work."""

    user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count = len(keys.living(self.user)) if self.user else 0
        if count:
            said = ngettext("Revoke my API key too", "Revoke my %(count)d API keys too", count)
            self.fields["revoke_keys"] = forms.BooleanField(
                label=said % {"count": count},
                required=False,
                help_text=_(
                    "Tick it if somebody else may know your password. Otherwise your programs go on."
                ),
            )

    def save(self) -> None:
        """The new password; then the keys, if that was ticked."""
        super().save()
        if self.user and self.cleaned_data.get("revoke_keys"):
            keys.revoke_all(self.user)


class ChangePassword(EndsKeys, password_forms.ChangePassword):
    """Another password for somebody who knows the present one."""


class ResetPassword(EndsKeys, password_forms.ResetPassword):
    """A new password for somebody who followed the link in a mail."""
