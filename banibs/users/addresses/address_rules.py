"""What a line of an address may hold, whoever sends it: a page's form, the checkout, or the API."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from banibs.core.validators import OneLine
from banibs.users.addresses import address_formats

_one_line = OneLine(_("Use one line of ordinary characters."))
_PHONE_SIGNS = frozenset("+0123456789 ()-")
_FEWEST_DIGITS, _MOST_DIGITS = 6, 15  # ITU-T E.164 ends at fifteen


def clean_lines(given: Mapping[str, str], *, country: str) -> dict[str, str]:
    """The given lines as they are stored. Raises ValidationError with the words for each line that is wrong."""
    errors: dict[str, ValidationError] = {}
    cleaned: dict[str, str] = {}
    for name, text in given.items():
        try:
            _one_line(text)
            cleaned[name] = _clean(name, text, country)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


def _clean(name: str, text: str, country: str) -> str:
    if name == "postcode":
        return clean_postcode(text, country=country)
    return clean_phone(text) if name == "phone" else text


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
