"""The tax details of a shop: read, masked, and written as a new version. A version is never changed.

What is asked for is what has to be reported of a seller. United States: IRS, Form 1099-K, "Payee's name", "street
address", "city, state, ZIP", "Payee's TIN". European Union: Council Directive (EU) 2021/514 (DAC7), annex V, sections II
B and III B: of a person the name, the primary address, the tax number or, where there is none, the place of birth, the
VAT number, and the date of birth; of an entity the legal name, the address, the tax number, the VAT number, the business
registration number, and the member states in which it has a permanent establishment. What was sold, for how much, and to
which account it was paid out are rows of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.states import state_machine
from banibs.core.text import clean_line
from banibs.users import tax_ids
from banibs.users.addresses import address_formats, address_rules
from banibs.users.models import User
from marketplace import policy
from marketplace.models import Seller, TaxDetails, TaxForm
from marketplace.sellers import tax_secrets
from marketplace.sellers.tax_secrets import Secrets

LINES = ("line1", "line2", "city", "region", "postcode")
OPEN = ("form", "legal_name", *LINES, "country", "establishments")
FIELDS = (*OPEN, *tax_secrets.FIELDS)


class Changed(Exception):
    """Somebody saved another version meanwhile. Nothing was written; `newest` is what stands now."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        super().__init__(newest)


@dataclass(frozen=True, slots=True)
class Printable:
    """What documents print of a shop, and the version that they name."""

    id: int
    version: int
    legal_name: str
    address: Mapping[str, str]  # line1, line2, city, region, postcode, country
    vat_number: str

    def lines(self) -> list[str]:
        """Name and address as they stand on a letter of that country."""
        return address_formats.label({"name": self.legal_name, **self.address}, with_country=True)


def newest(seller_id: int) -> TaxDetails | None:
    """The version that counts; None: the shop gave none yet. One statement."""
    return TaxDetails.objects.filter(seller=seller_id).order_by("-version").first()


def tax_details_for(seller_id: int) -> Printable | None:
    """What documents print of this shop today; None: it gave no details yet. One statement."""
    row = newest(seller_id)
    return None if row is None else printable(row)


def printable(row: TaxDetails) -> Printable:
    """What documents print of a version, whatever came after it. No statement."""
    address = {name: getattr(row, name) for name in (*LINES, "country")}
    vat_number = tax_secrets.unseal(row).vat_number
    return Printable(row.pk, row.version, row.legal_name, address, vat_number)


def masked(row: TaxDetails | None) -> dict[str, Any]:
    """Every field as the owner and staff see it, the secret ones masked; empty ones where there is no version."""
    if row is None:
        return {**dict.fromkeys(FIELDS, ""), "establishments": []}
    return {**{name: getattr(row, name) for name in OPEN}, **tax_secrets.unseal(row).masked()}


def save(
    seller: Seller, given: Mapping[str, Any], *, user: User, based_on: int | None = None
) -> tuple[TaxDetails, bool]:
    """Writes a new version and says whether it differs from the one before; the same again writes nothing.

    `given` holds every field of `FIELDS`; a secret one that is exactly its mask stays what it was. `based_on` is the
    version that the person was shown (0: none). Raises ValidationError with the words for each field, and Changed.
    The event names the fields that changed, never what stands in them.
    """
    with transaction.atomic():
        state_machine.lock(Seller, [seller.pk])
        before = newest(seller.pk)
        version = 0 if before is None else before.version
        if based_on is not None and based_on != version:
            raise Changed(version)
        known = Secrets() if before is None else tax_secrets.unseal(before)
        found, secret = clean(given, known=known)
        changed = _differences(before, known, found, secret)
        if before is not None and not changed:
            return before, False
        sealed, digest = tax_secrets.seal(secret)
        row = TaxDetails.objects.create(
            seller=seller, version=version + 1, sealed=sealed, digest=digest, **found
        )
        actor = events.Actor.person(user, role="seller")
        data = {"version": row.version, "fields": changed}
        events.record(events.New("shop.tax_details_changed", seller, actor, data=data))
    return row, True


def _differences(
    before: TaxDetails | None, known: Secrets, found: Mapping[str, Any], secret: Secrets
) -> list[str]:
    empty: dict[str, Any] = {"establishments": []}
    old = {name: empty.get(name, "") if before is None else getattr(before, name) for name in OPEN}
    return [
        *(name for name in OPEN if old[name] != found[name]),
        *(name for name, value in asdict(secret).items() if value != getattr(known, name)),
    ]


def clean(given: Mapping[str, Any], *, known: Secrets) -> tuple[dict[str, Any], Secrets]:
    """The fields as they are kept, and the secret ones. Raises ValidationError with the words for each wrong field."""
    errors: dict[str, list[ValidationError]] = {}
    texts = {name: clean_line(str(given.get(name) or "")) for name in FIELDS if name != "establishments"}
    if texts["form"] not in TaxForm.values:
        errors["form"] = [ValidationError(_("Choose what you are in law."), code="required")]
    country = texts["country"].upper()
    if country not in dict(address_formats.countries()):
        errors["country"] = [ValidationError(_("Choose a country."), code="required")]
    if errors:
        raise ValidationError(errors)
    person = TaxForm(texts["form"]).is_person
    if not texts["legal_name"]:
        errors["legal_name"] = [
            ValidationError(_("Write the name that stands in your papers."), code="required")
        ]
    lines = _address(texts, country, errors)
    secret = _secrets(texts, known=known, errors=errors)
    establishments = sorted({str(code) for code in given.get("establishments") or []})
    if not tax_ids.EU.issuperset(establishments):
        errors["establishments"] = [ValidationError(_("Choose countries of the EU."), code="invalid")]
    if errors:
        raise ValidationError(errors)
    found = {"form": texts["form"], "legal_name": texts["legal_name"], **lines, "country": country}
    return {**found, "establishments": [] if person else establishments}, secret


def _address(texts: Mapping[str, str], country: str, errors: dict[str, Any]) -> dict[str, str]:
    layout = address_formats.layout(country)
    needed = ["line1", *(name for name in LINES[1:] if (line := getattr(layout, name)) and line.needed)]
    for name in needed:
        if not texts[name]:
            errors[name] = [ValidationError(_("This field is required."), code="required")]
    try:
        return address_rules.clean_lines({name: texts[name] for name in LINES}, country=country)
    except ValidationError as wrong:
        for name, found in wrong.error_dict.items():
            errors.setdefault(name, found)
    return {}


def _secrets(texts: Mapping[str, str], *, known: Secrets, errors: dict[str, Any]) -> Secrets:
    """The secret fields: what is exactly its mask is what was known, and is looked at again, for the country may be
    another. A person has no entry in a register of companies, an entity no birthday.
    """
    shown = known.masked()
    typed = {
        name: getattr(known, name) if shown[name] and texts[name] == shown[name] else texts[name]
        for name in tax_secrets.FIELDS
    }
    form = TaxForm(texts["form"])
    for name in ("registration_number",) if form.is_person else ("born", "birth_place"):
        typed[name] = ""
    found = Secrets(**typed)
    for name, check in _CHECKS.items():
        try:
            if "•" in typed[name]:
                raise ValidationError(_("Write all of it anew, without the dots."), code="masked")
            found = replace(found, **{name: check(found, form, texts["country"].upper())})
        except ValidationError as wrong:
            errors[name] = [wrong]
    return found


def _tax_id(found: Secrets, form: TaxForm, country: str) -> str:
    person, entity = form.is_person, form is not TaxForm.INDIVIDUAL
    if found.tax_id:
        return tax_ids.clean_taxpayer_id(found.tax_id, country=country, person=person, entity=entity)
    if person and found.birth_place and country != "US":
        return ""  # DAC7: the place of birth, where the country gave the person no number
    raise ValidationError(_("Write your tax number."), code="required")


def _vat_number(found: Secrets, _form: TaxForm, country: str) -> str:
    return tax_ids.clean_vat_id(found.vat_number, country=country) if found.vat_number else ""


def _registration_number(found: Secrets, form: TaxForm, _country: str) -> str:
    if form is TaxForm.COMPANY and not found.registration_number:
        raise ValidationError(_("Write the number under which the company is registered."), code="required")
    if len(found.registration_number) > policy.REGISTRATION_NUMBER_MOST_CHARACTERS:
        raise ValidationError(_("This is too long for a register's number."), code="max_length")
    return found.registration_number


def _born(found: Secrets, form: TaxForm, _country: str) -> str:
    if not form.is_person:
        return ""
    if not found.born:
        raise ValidationError(_("Write your date of birth."), code="required")
    try:
        day = dt.date.fromisoformat(found.born)
    except ValueError as error:
        words = _("Write the date as year, month and day, such as 1980-05-31.")
        raise ValidationError(words, code="invalid") from error
    today = clock.now().date()
    if not policy.SELLER_LEAST_YEARS <= _years(day, today) <= policy.SELLER_MOST_YEARS:
        words = _("A seller is at least %(years)s years old. Look at the year again.")
        raise ValidationError(words % {"years": policy.SELLER_LEAST_YEARS}, code="invalid")
    return day.isoformat()


def _years(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _birth_place(found: Secrets, _form: TaxForm, _country: str) -> str:
    if len(found.birth_place) > policy.BIRTH_PLACE_MOST_CHARACTERS:
        raise ValidationError(_("This is too long for a place."), code="max_length")
    return found.birth_place


_CHECKS = {
    "tax_id": _tax_id,
    "vat_number": _vat_number,
    "registration_number": _registration_number,
    "born": _born,
    "birth_place": _birth_place,
}
