"""The form of an address. Its lines are those of the country; a parcel needs more of them than a download."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banibs.core.ui.forms import NoCardNumbers
from banibs.users.addresses import address_formats
from banibs.users.models import Address

AUTOCOMPLETE = {
    "name": "name",
    "country": "country",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "phone": "tel",
}
OPTIONAL_LINES = ("line2", "city", "region", "postcode")


class AddressForm(NoCardNumbers, forms.ModelForm[Address]):
    """`parcel`: street and town are needed. `only`: the countries to choose from; none: every one."""

    class Meta:
        model = Address
        fields = tuple(AUTOCOMPLETE)

    def __init__(self, *args: Any, parcel: bool = True, only: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parcel = parcel
        choices = [(code, name) for code, name in address_formats.countries() if not only or code in only]
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=choices, initial=self.initial.get("country")
        )
        for name, token in AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = token
        self.fields["name"].label = _("Full name")
        self.fields["line1"].label = _("Street and number")
        self.fields["phone"].label = _("Phone")
        self.fields["phone"].help_text = _("Only for the courier.")
        self.fields["phone"].widget.input_type = "tel"
        self.layout = address_formats.layout(self._country(choices))
        self._lay_out()
        if not parcel:
            for name in ("line1", *OPTIONAL_LINES, "phone"):
                self.fields.pop(name, None)

    def _country(self, choices: list[tuple[str, str]]) -> str:
        """The country whose lines are shown: the one just chosen, else the address's own, else the only one."""
        asked = str(self.data.get(self.add_prefix("country"), "")) if self.is_bound else ""
        known = asked or self.initial.get("country") or ""
        return known if known in dict(choices) else choices[0][0]

    def _lay_out(self) -> None:
        self.fields["line1"].required = True
        for name in OPTIONAL_LINES:
            line: address_formats.Line | None = getattr(self.layout, name)
            if line is None:
                del self.fields[name]
                continue
            self.fields[name].label = str(line.label)
            self.fields[name].help_text = str(line.hint)
            self.fields[name].required = line.needed

    def clean(self) -> dict[str, Any]:
        """Each line is one printable line of text; a postcode looks like one of its country."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and not value.isprintable():
                self.add_error(name, _("Use one line of ordinary characters."))
        postcode = self.layout.postcode
        if (
            postcode
            and cleaned.get("postcode")
            and not address_formats.fits(postcode.pattern, cleaned["postcode"])
        ):
            self.add_error("postcode", _("This does not look right. %(hint)s") % {"hint": postcode.hint})
        return cleaned

    def clean_postcode(self) -> str:
        """Capital letters, as it is printed on a label."""
        return str(self.cleaned_data["postcode"]).upper()

    def clean_phone(self) -> str:
        """Digits, spaces and the signs between them."""
        phone = str(self.cleaned_data["phone"])
        if phone and (
            not phone.isascii()
            or not set(phone) <= set("+0123456789 ()-")
            or not 6 <= sum(map(str.isdigit, phone)) <= 15
        ):
            raise forms.ValidationError(_("Enter a phone number like +44 20 7946 0018."))
        return phone

    def save(self, commit: bool = True) -> Address:
        """Writes the address; lines that its country does not have are emptied."""
        for name in OPTIONAL_LINES:
            if self.parcel and name not in self.fields:
                setattr(self.instance, name, "")
        address: Address = super().save(commit=commit)
        return address
