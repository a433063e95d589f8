"""Forms of a person's account."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.users.models import User


class SignupForm(forms.Form):
    """What sign-up asks besides the address and the password. allauth builds its own form upon this one."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As it should stand on a parcel."),
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keeps the name; allauth calls this once the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])

    def clean_name(self) -> str:
        """A name is one line of text. Control characters are refused."""
        name: str = self.cleaned_data["name"]
        if any(not character.isprintable() for character in name):
            raise forms.ValidationError(_("A name cannot hold line breaks or control characters."))
        return name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
