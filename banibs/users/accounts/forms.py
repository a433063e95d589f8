"""Forms of a person's account."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.users import legal
from banibs.users.models import User


class SignupForm(NoCardNumbers, forms.Form):
    """What sign-up asks besides the address and the password. allauth builds its own form upon this one."""

    name = LineField(
        label=_("Full name"),
        max_length=150,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should appear on a parcel."),
    )
    agree = forms.BooleanField(
        label=_("I agree to the terms and have read the privacy page."),
        error_messages={"required": _("Tick this box to make an account.")},
    )
    field_order = ("name", "email", "password1", "agree")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keeps the name and what was agreed to; allauth calls this once the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        legal.record_consent(user)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        self.fields["agree"].help_text = format_html(
            '<a href="{}" target="_blank">{}</a> · <a href="{}" target="_blank">{}</a>',
            *(reverse("legal", args=["terms"]), _("Read the terms")),
            *(reverse("legal", args=["privacy"]), _("Read the privacy page")),
        )


class ProfileForm(NoCardNumbers, forms.Form):
    """What a person chooses about themselves. The language is asked only where there is more than one."""

    name = LineField(
        label=_("Full name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should appear on a parcel."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        required=False,
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("Kept in this browser."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]
