"""allauth's forms for passwords, with labels in the case of all our others. Named by `ACCOUNT_FORMS`."""

from typing import Any

from allauth.account import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise | str] = {
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, again"),
}


class SentenceCase:
    """Labels of LABELS instead of allauth's. A placeholder would only repeat them, and goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]  # a mixin of forms
        for name, label in LABELS.items():
            if name in fields:
                fields[name].label = label
                fields[name].widget.attrs.pop("placeholder", None)
        if "oldpassword" in fields:
            fields["oldpassword"].help_text = ""  # the page leads to the forgotten password itself


class ChangePassword(SentenceCase, forms.ChangePasswordForm):
    """Another password for somebody who knows the present one."""


class SetPassword(SentenceCase, forms.SetPasswordForm):
    """A first password."""


class ResetPassword(SentenceCase, forms.ResetPasswordKeyForm):
    """A new password for somebody who followed the link in a mail."""
