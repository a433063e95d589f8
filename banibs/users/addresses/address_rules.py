"""What a line of an address may hold, whoever sends it: a page's form, the checkout, or the API."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from banibs.core.text import clean_line
from banibs.users.addresses import address_areas, address_formats

LINES = ("name", "line1", "line2", "city", "region", "postcode", "phone")
_OF_COUNTRY = frozenset({"region", "postcode"})
_PHONE_SIGNS = frozenset("+0123456789 ()-")
_FEWEST_DIGITS, _MOST_DIGITS = 6, 15  # ITU-T E.164 ends at fifteen


def clean_lines(given: Mapping[str, str], *, country: str) -> dict[str, str]:
    """The given lines as they are stored. Raises ValidationError with the words for each line that is wrong."""
    errors: dict[str, ValidationError] = {}
    cleaned: dict[str, str] = {}
    for name, text in given.items():
        try:
            cleaned[name] = _clean(name, clean_line(text), country)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def wrong_lines(address: Mapping[str, str], *, parcel: bool) -> list[str]:
    """The lines that a parcel to this address needs and it lacks or has wrong; without a parcel, who is billed where."""
    given = {name: str(text or "").strip() for name, text in address.items()}
    country = given.get("country", "")
    needed = ["name", "country"]
    if parcel:
        layout = address_formats.layout(country)
        lines = {name: getattr(layout, name) for name in ("city", "region", "postcode")}
        needed += ["line1", *(name for name, line in lines.items() if line is not None and line.needed)]
    wrong = [name for name in needed if not given.get(name)]
    if parcel:
        try:
            clean_lines({name: text for name, text in given.items() if name in LINES}, country=country)
        except ValidationError as error:
            wrong += [name for name in error.error_dict if name not in wrong]
    return wrong


def _clean(name: str, text: str, country: str) -> str:
    if name in _OF_COUNTRY and getattr(address_formats.layout(country), name) is None:
        return ""  # there is no such line in its country
    if name == "region":
        return clean_region(text, country=country)
    if name == "postcode":
        return clean_postcode(text, country=country)
    return clean_phone(text) if name == "phone" else text


def clean_region(text: str, *, country: str) -> str:
    """The state, province or county as it is kept. Raises ValidationError where its country has a list without it."""
    found = address_areas.kept(country, text)
    if found is None:
        areas = address_areas.areas(country)
        example = areas.choices[0][1] if areas else ""
        raise ValidationError(
            _("“%(written)s” is not on the list. Choose one from it, such as %(example)s."),
            params={"written": text, "example": example},
            code="invalid_choice",
        )
    return found


def clean_postcode(text: str, *, country: str) -> str:
    """Capital letters, as it is printed on a label. Raises ValidationError for what is no postcode of its country."""
    line = address_formats.layout(country).postcode
    if text and line is not None and not address_formats.fits(line.pattern, text):
        raise ValidationError(
            _("This does not look right. %(hint)s"), params={"hint": line.hint}, code="invalid"
        )
    return text.upper()


def clean_phone(text: str) -> str:
    """Digits, spaces and the signs between them. Raises ValidationError."""
    if text and (
        not text.isascii()
        or not set(text) <= _PHONE_SIGNS
        or not _FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= _MOST_DIGITS
    ):
        raise ValidationError(_("Enter a phone number like +44 20 7946 0018."), code="invalid")
    return text
