"""The form of a shop's tax details. Its lines and its numbers are those of the country and of what the seller is."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.users import policy as users_policy
from banibs.users import tax_ids
from banibs.users.addresses import address_formats
from banibs.users.addresses.address_form import AUTOCOMPLETE, OPTIONAL_LINES
from banibs.users.models import User
from marketplace.models import Seller, TaxForm
from marketplace.sellers import tax_details
from marketplace.sellers.tax_secrets import Secrets

_SECRET = {"autocomplete": "off", "spellcheck": "false"}


def _secret(**kwargs: Any) -> LineField:
    return LineField(required=False, widget=forms.TextInput(attrs=_SECRET), **kwargs)


class TaxDetailsForm(NoCardNumbers, forms.Form):
    """What the rules of `marketplace.sellers.tax_details` say stands beside each field, all of it at once.

    `known` are the secrets of the version that is kept: a field that is exactly their mask stays what it was.
    """

    digits_allowed: ClassVar[frozenset[str]] = frozenset({"tax_id", "vat_number", "registration_number"})
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form = forms.ChoiceField(label=gettext_lazy("You sell as"), choices=TaxForm.choices)
    country = forms.ChoiceField(label=gettext_lazy("Country where you pay tax"))
    legal_name = LineField(label=gettext_lazy("Legal name"), max_length=150)
    line1 = LineField(label=gettext_lazy("Street and number"), max_length=200)
    line2 = LineField(max_length=200, required=False)
    city = LineField(max_length=100, required=False)
    region = LineField(max_length=100, required=False)
    postcode = LineField(max_length=20, required=False)
    tax_id = _secret(max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS)
    vat_number = _secret(max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS)
    registration_number = _secret(
        label=gettext_lazy("Number in the register of companies"),
        max_length=users_policy.TAX_ID_TYPED_MOST_CHARACTERS,
    )
    born = _secret(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Year, month and day, such as 1980-05-31."),
        max_length=10,
    )
    birth_place = _secret(
        label=gettext_lazy("Place of birth"),
        help_text=gettext_lazy("Only where you have no tax number."),
        max_length=100,
    )
    establishments = forms.MultipleChoiceField(
        label=gettext_lazy("Fixed places of business in the EU"),
        help_text=gettext_lazy("Countries of the EU in which the company has an office or workshop."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, known: Secrets | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known or Secrets()
        countries = address_formats.countries()
        cast(forms.ChoiceField, self.fields["country"]).choices = countries
        cast(forms.ChoiceField, self.fields["establishments"]).choices = [
            (code, name) for code, name in countries if code in tax_ids.EU
        ]
        named = dict(countries)
        self.of_country = country if (country := self._asked("country")) in named else next(iter(named))
        kind = self._asked("form")
        self.kind = TaxForm(kind) if kind in TaxForm.values else TaxForm.INDIVIDUAL
        self._lay_out_address()
        self._lay_out_numbers()

    def _asked(self, name: str) -> str:
        """What was just chosen, else what is kept."""
        return str((self.data.get(name, "") if self.is_bound else self.initial.get(name)) or "")

    def _lay_out_address(self) -> None:
        layout = address_formats.layout(self.of_country)
        for name in ("line1", *OPTIONAL_LINES):
            self.fields[name].widget.attrs["autocomplete"] = AUTOCOMPLETE[name]
        for name in OPTIONAL_LINES:
            line: address_formats.Line | None = getattr(layout, name)
            if line is None:
                del self.fields[name]
                continue
            self.fields[name].label = str(line.label)
            # the second line's says what a courier looks for
            self.fields[name].help_text = "" if name == "line2" else str(line.hint)
            self.fields[name].required = line.needed

    def _lay_out_numbers(self) -> None:
        person, entity = self.kind.is_person, self.kind is not TaxForm.INDIVIDUAL
        schemes = tax_ids.taxpayer_schemes(self.of_country, person=person, entity=entity)
        self._name_number("tax_id", _("Tax number"), tax_ids.names(schemes), tax_ids.examples(schemes))
        sales = tax_ids.sales_tax_scheme(self.of_country)
        self._name_number("vat_number", _("VAT number"), sales.name, tax_ids.examples([sales]))
        self.fields["tax_id"].required = not person or self.of_country == "US"
        for name in ("registration_number", "establishments") if person else ("born", "birth_place"):
            del self.fields[name]
        if person and self.of_country != "US":
            hint = _("Leave it empty only if your country gave you none.")
            self.fields["tax_id"].help_text = " ".join(
                filter(None, [str(self.fields["tax_id"].help_text), hint])
            )
        if person:
            self.fields["born"].required = True
            self.fields["legal_name"].help_text = _("As it stands in your passport.")
        else:
            self.fields["registration_number"].required = self.kind is TaxForm.COMPANY
            self.fields["legal_name"].help_text = _("As it stands in the register.")

    def _name_number(self, field: str, label: str, name: str, example: str) -> None:
        special = name and name != "VAT"
        self.fields[field].label = f"{label} ({name})" if special else label
        self.fields[field].help_text = example

    def clean(self) -> dict[str, Any]:
        """What is wrong by the rules, beside each field that is not wrong by itself."""
        data = super().clean() or {}
        try:
            tax_details.clean(data, known=self.known)
        except ValidationError as wrong:
            for name, found in wrong.error_dict.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, found)
        return data

    def save(self, shop: Seller, *, user: User) -> bool:
        """Writes a new version of a valid form; whether it differs. Raises `tax_details.Changed`."""
        based_on = self.cleaned_data["version"] or 0
        _row, new = tax_details.save(shop, self.cleaned_data, user=user, based_on=based_on)
        return new
