"""The form of an address. Its lines are those of the country; a parcel needs more of them than a download."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banibs.core.ui.forms import NoCardNumbers
from banibs.users.addresses import address_areas, address_formats, address_rules
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


class AreaField(forms.ChoiceField):
    """A state, province or county of a country that has a list of them; found as well in how people write it."""

    def __init__(self, *, country: str, **kwargs: Any) -> None:
        self.country = country
        areas = address_areas.areas(country)
        kwargs["choices"] = [("", _("Choose one")), *(areas.choices if areas else ())]
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """As it is kept. What is not on the list stays as it was written, for the rules to refuse."""
        written = super().to_python(value)
        return address_areas.kept(self.country, written) or written

    def prepare_value(self, value: Any) -> Any:
        """What the list shows as chosen."""
        return self.to_python(value)

    def valid_value(self, value: str) -> bool:
        """Left to the rules of addresses, which say what to do."""
        return True


class AddressForm(NoCardNumbers, forms.ModelForm[Address]):
    """`parcel`: street and town are needed. `only`: the countries to choose from; none: every one. `first`: those that
    the list begins with.
    """

    class Meta:
        model = Address
        fields = tuple(AUTOCOMPLETE)

    def __init__(
        self,
        *args: Any,
        parcel: bool = True,
        only: Collection[str] = (),
        first: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parcel = parcel
        self.first = first
        self.countries = choices = [
            (code, name) for code, name in address_formats.countries() if not only or code in only
        ]
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
        self.country = self._country(choices)
        self.layout = address_formats.layout(self.country)
        self._lay_out()
        if not parcel:
            for name in ("line1", *OPTIONAL_LINES, "phone"):
                self.fields.pop(name, None)

    def country_groups(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        """The countries to choose from, each group under its name: those of the visitor's region, then all."""
        return address_formats.grouped(self.countries, first=self.first)

    def _country(self, choices: list[tuple[str, str]]) -> str:
        """The country whose lines are shown: the one just chosen, else the address's own, else the only one."""
        asked = str(self.data.get(self.add_prefix("country"), "")) if self.is_bound else ""
        known = asked or self.initial.get("country") or ""
        return known if known in dict(choices) else choices[0][0]

    def _lay_out(self) -> None:
        self.fields["line1"].required = True
        if self.layout.region is not None and address_areas.areas(self.country):
            self.fields["region"] = AreaField(
                country=self.country, widget=forms.Select(attrs=self.fields["region"].widget.attrs)
            )
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
