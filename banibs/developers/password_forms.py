"""Passwords of people with API keys: whoever chooses a new one may end the keys with it. Named by `ACCOUNT_FORMS`.

Other sessions end by themselves; keys go on unless this is ticked, as a new password is mostly no emergency and the
programs of a shop would stop. The page and the email say so.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banibs.developers import keys
from banibs.users.accounts import password_forms
from banibs.users.models import User


class EndsKeys(forms.Form):
    """A box to tick, where the person has keys that work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner: User | None = getattr(self, "user", None)
        count = len(keys.living(self.owner)) if self.owner else 0
        if count:
            said = ngettext("Revoke my API key too", "Revoke my %(count)d API keys too", count)
            self.fields["revoke_keys"] = forms.BooleanField(
                label=said % {"count": count},
                required=False,
                help_text=_(
                    "Tick it if somebody else may know your password. Otherwise your programs go on."
                ),
            )

    def end_keys(self) -> None:
        """Ends them, if that was ticked."""
        if self.owner and self.cleaned_data.get("revoke_keys"):
            keys.revoke_all(self.owner)


class ChangePassword(EndsKeys, password_forms.ChangePassword):
    """Another password for somebody who knows the present one."""

    def save(self) -> None:
        """The new password, then the keys."""
        super().save()
        self.end_keys()


class ResetPassword(EndsKeys, password_forms.ResetPassword):
    """A new password for somebody who followed the link in a mail."""

    def save(self) -> None:
        """The new password, then the keys."""
        super().save()
        self.end_keys()
