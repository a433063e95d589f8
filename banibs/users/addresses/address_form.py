"""The form of an address. Its lines are those of the country; a parcel needs more of them than a download."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banibs.core.ui.forms import NoCardNumbers
from banibs.users.addresses import address_formats, address_rules
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
        """The lines as they are stored."""
        cleaned = super().clean() or {}
        given = {name: cleaned[name] for name in AUTOCOMPLETE if name in cleaned}
        try:
            return cleaned | address_rules.clean_lines(given, country=cleaned.get("country", ""))
        except forms.ValidationError as error:
            self.add_error(None, error)
        return cleaned

    def save(self, commit: bool = True) -> Address:
        """Writes the address; lines that its country does not have are emptied."""
        for name in OPTIONAL_LINES:
            if self.parcel and name not in self.fields:
                setattr(self.instance, name, "")
        address: Address = super().save(commit=commit)
        return address
