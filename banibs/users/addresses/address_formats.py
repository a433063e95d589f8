"""How addresses are written in each country: which lines there are, what they are called, which must be filled in.

No postcode is asked for where there is none. Countries not named here get the widest form, with nothing but the street
and the town required.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pycountry
from babel import Locale
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an address: what it is called, whether it is needed, and an example."""

    label: str | Promise
    needed: bool = False
    hint: str | Promise = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a country. None: the country has no such line. `town`: how its lines below the street are written."""

    line2: Line = Line(_("Flat, building or landmark"))
    city: Line = Line(_("Town or city"), needed=True)
    region: Line | None = None
    postcode: Line | None = Line(_("Postcode"), needed=True)
    town: tuple[str, ...] = ("{city} {postcode}", "{region}")


_CODE_FIRST = ("{postcode} {city}", "{region}")
_EUROPE = Layout(town=_CODE_FIRST)
_OTHER = Layout(region=Line(_("State, county or province")), postcode=Line(_("Postcode")))
LAYOUTS = {
    **dict.fromkeys(
        (
            "AT",
            "BE",
            "CY",
            "DE",
            "EE",
            "FI",
            "FR",
            "GR",
            "HR",
            "LT",
            "LU",
            "LV",
            "MT",
            "NL",
            "PT",
            "SI",
            "SK",
        ),
        _EUROPE,
    ),
    "ES": Layout(region=Line(_("Province")), town=_CODE_FIRST),
    "IT": Layout(region=Line(_("Province")), town=("{postcode} {city} {region}",)),
    "IE": Layout(
        region=Line(_("County")), postcode=Line(_("Eircode")), town=("{city}", "{region}", "{postcode}")
    ),
    "GB": Layout(
        postcode=Line(
            _("Postcode"),
            needed=True,
            hint=_("Such as BS6 5NP."),
            pattern=r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
        )
    ),
    "US": Layout(
        line2=Line(_("Apartment, suite or floor")),
        city=Line(_("City"), needed=True),
        region=Line(_("State"), needed=True),
        postcode=Line(
            _("ZIP code"), needed=True, hint=_("Five digits, or nine."), pattern=r"[0-9]{5}(-[0-9]{4})?"
        ),
        town=("{city}, {region} {postcode}",),
    ),
    "CA": Layout(
        city=Line(_("City"), needed=True),
        region=Line(_("Province"), needed=True),
        postcode=Line(
            _("Postal code"),
            needed=True,
            hint=_("Such as K1A 0B1."),
            pattern=r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
        ),
        town=("{city} {region} {postcode}",),
    ),
    "NG": Layout(
        line2=Line(_("Landmark"), hint=_("What the courier looks for, such as “opposite the GTBank”.")),
        region=Line(_("State"), needed=True),
        postcode=None,
    ),
    "GH": Layout(
        line2=Line(_("Digital address or landmark"), hint=_("Such as GA-183-8164.")),
        region=Line(_("Region")),
        postcode=None,
    ),
    "KE": Layout(
        line2=Line(_("Estate or landmark")), region=Line(_("County")), postcode=Line(_("Postal code"))
    ),
    "ZA": Layout(
        line2=Line(_("Suburb")),
        region=Line(_("Province")),
        postcode=Line(_("Postal code"), needed=True, pattern="[0-9]{4}"),
        town=("{city}", "{region}", "{postcode}"),
    ),
    "JM": Layout(line2=Line(_("District or landmark")), region=Line(_("Parish"), needed=True), postcode=None),
    "SN": Layout(line2=Line(_("Quarter or landmark")), region=Line(_("Region")), postcode=None),
}


def layout(country: str) -> Layout:
    """How this country writes an address."""
    return LAYOUTS.get(country, _OTHER)


def label(address: Mapping[str, Any], *, with_country: bool = False) -> list[str]:
    """An address as it stands on a parcel of its country, a line each, without the empty ones; no telephone."""
    country = str(address.get("country", ""))
    known = {name: str(address.get(name) or "") for name in ("city", "region", "postcode")}
    towns = (re.sub(r"\s+", " ", line.format(**known)).strip(" ,") for line in layout(country).town)
    lines = [*(str(address.get(name) or "") for name in ("name", "line1", "line2")), *towns]
    if with_country:
        lines.append(dict(countries()).get(country, country))
    return [line for line in lines if line]


def fits(pattern: str, text: str) -> bool:
    """Whether a postcode looks like one; always true where no form is known."""
    return not pattern or re.fullmatch(pattern, text.upper(), re.ASCII) is not None


def countries() -> list[tuple[str, str]]:
    """Every country by its name in the page's language, in the order of the names."""
    return _countries(translation.get_language() or "en-gb")


@functools.cache
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language, sep="-").territories
    found = [(country.alpha_2, names.get(country.alpha_2, country.name)) for country in pycountry.countries]
    return sorted(found, key=lambda pair: pair[1])
