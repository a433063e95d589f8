"""The company that a buyer buys for, with its VAT number: both may be left out, and what is given is held to its country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from banibs.core.security.card_numbers import CODE, REFUSED, has_card_number
from banibs.core.text import clean_line
from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.users import policy as users_policy
from banibs.users import tax_ids
from banibs.users.models import User


@dataclass(frozen=True, slots=True)
class Company:
    """As it stands on the order: the number as it is printed; "" for what was not given."""

    name: str = ""
    vat_id: str = ""


NONE = Company()


def clean(given: Company, *, country: str) -> Company:
    """The company as it is kept. `country` is where its purchase goes; a number with a prefix is of that prefix's country.

    Raises ValidationError with the words for each wrong field, `company` and `vat_id`.
    """
    errors: dict[str, ValidationError] = {}
    name, vat_id = given.name, given.vat_id
    try:
        name, vat_id = clean_line(name), clean_line(vat_id)
        if has_card_number(name):
            raise ValidationError(REFUSED, code=CODE)
    except ValidationError as wrong:
        errors["company"] = wrong
    if len(name) > users_policy.COMPANY_NAME_MOST_CHARACTERS:
        errors["company"] = ValidationError(_("This is too long for a name."), code="max_length")
    if vat_id:
        try:
            vat_id = tax_ids.clean_vat_id(vat_id, country=country)
        except ValidationError as wrong:
            errors["vat_id"] = wrong
    if errors:
        raise ValidationError(errors)
    return Company(name, vat_id)


def kept(user: User) -> Company:
    """What the person's next checkout proposes. No statement."""
    return Company(user.company, user.vat_id)


def keep(user: User, company: Company) -> None:
    """The next checkout proposes this one. One statement, where it is another than before."""
    if company != kept(user):
        user.company, user.vat_id = company.name, company.vat_id
        user.save(update_fields=["company", "vat_id"])


class CompanyForm(NoCardNumbers, forms.Form):
    """Two fields of the checkout's address step. `country` is that of the address it is sent with."""

    digits_allowed: ClassVar[frozenset[str]] = frozenset({"vat_id"})
    company = LineField(label=_("Company"), required=False)
    vat_id = LineField(
        label=_("VAT number"),
        required=False,
        help_text=_("It stands on your receipts. It does not change what you pay."),
    )

    found: Company = NONE

    def __init__(self, *args: Any, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        self.fields["company"].widget.attrs["autocomplete"] = "organization"
        self.fields["vat_id"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        most = {"company": "COMPANY_NAME_MOST_CHARACTERS", "vat_id": "TAX_ID_TYPED_MOST_CHARACTERS"}
        for name, number in most.items():
            self.fields[name].widget.attrs["maxlength"] = getattr(users_policy, number)

    def clean(self) -> dict[str, Any]:
        """As it is kept. Complaints stand beside their fields."""
        data = super().clean() or {}
        given = Company(data.get("company", ""), data.get("vat_id", ""))
        try:
            self.found = clean(given, country=self.country)
        except ValidationError as wrong:
            self.add_error(None, wrong)
        return data
