"""Tax numbers by country: how each is called, what it looks like, whether a given one can be right.

The check digits are python-stdnum's. A number of a country or kind that it does not know only has to look like a number
at all. What is right here may still belong to somebody else: only the tax office knows.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as WrongNumber

from banibs.users import policy

# Members of the EU, whose VAT numbers bear a prefix that is checked with them; Greece's is EL, Northern Ireland's XI.
EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
_PREFIXES = {**{code: code for code in EU if code != "GR"}, "EL": "GR", "XI": "GB", "GB": "GB"}
_SIGNS_BETWEEN = re.compile(r"[\s./\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of number: its own name, an example, and the module of python-stdnum or else the pattern that checks it."""

    name: str
    example: str = ""
    module: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The taxpayer numbers of a country: of a person, and of a company or another entity."""

    person: tuple[Scheme, ...]
    entity: tuple[Scheme, ...]


def _both(*schemes: Scheme) -> Numbers:
    return Numbers(schemes, schemes)


def _one(name: str, example: str, module: str) -> Scheme:
    return Scheme(name, example, module)


_PLAIN = _both(Scheme(""))
# A country that is not here takes a plain number.
_TAXPAYER: Mapping[str, Numbers] = {
    "AT": _both(_one("Abgabenkontonummer", "59-119/9013", "at.tin")),
    "AU": Numbers(
        (_one("TFN", "123 456 782", "au.tfn"), _one("ABN", "83 914 571 673", "au.abn")),
        (_one("ABN", "83 914 571 673", "au.abn"), _one("TFN", "123 456 782", "au.tfn")),
    ),
    "BE": Numbers(
        (_one("NN", "85.07.30-033.28", "be.nn"), _one("BIS", "98.47.28-997.65", "be.bis")),
        (_one("BCE/KBO", "0403.019.261", "be.vat"),),
    ),
    "BG": Numbers(
        (_one("ЕГН", "7523169263", "bg.egn"), _one("ЛНЧ", "7111042925", "bg.pnf")),
        (_one("ЕИК", "175 074 752", "bg.vat"),),
    ),
    "BR": Numbers(
        (_one("CPF", "390.533.447-05", "br.cpf"),), (_one("CNPJ", "16.727.230/0001-97", "br.cnpj"),)
    ),
    "CA": Numbers((_one("SIN", "123-456-782", "ca.sin"),), (_one("BN", "12302 6635 RC 0001", "ca.bn"),)),
    "CH": Numbers(
        (_one("AHV/AVS", "756.9217.0769.85", "ch.ssn"),), (_one("UID/IDE", "CHE-100.155.212", "ch.uid"),)
    ),
    "CZ": Numbers((_one("RČ", "710319/2745", "cz.rc"),), (_one("DIČ", "25123891", "cz.dic"),)),
    "DE": Numbers(
        (_one("Steuer-IdNr.", "36 574 261 809", "de.idnr"),),
        (_one("Steuernummer", "181/815/08155", "de.stnr"),),
    ),
    "DK": Numbers((_one("CPR", "211062-5629", "dk.cpr"),), (_one("CVR", "13585628", "dk.cvr"),)),
    "EE": Numbers(
        (_one("isikukood", "36805280109", "ee.ik"),), (_one("registrikood", "12345678", "ee.registrikood"),)
    ),
    "ES": _both(_one("NIF", "54362315-K", "es.nif")),
    "FI": Numbers((_one("HETU", "131052-308T", "fi.hetu"),), (_one("Y-tunnus", "2077474-0", "fi.ytunnus"),)),
    "FR": Numbers((_one("SPI", "30 23 217 600 053", "fr.nif"),), (_one("SIREN", "552 008 443", "fr.siren"),)),
    "GB": Numbers(
        (
            _one("UTR", "1955839661", "gb.utr"),
            # HMRC, National Insurance Manual, NIM39110: which letters begin one.
            Scheme(
                "National Insurance number",
                "AB 12 34 56 C",
                pattern=r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]",
            ),
        ),
        (_one("UTR", "1955839661", "gb.utr"),),
    ),
    "GH": Numbers(
        # Ghana Revenue Authority: since April 2021 the number of a person's Ghana Card is their TIN.
        (
            Scheme("Ghana Card", "GHA-123456789-0", pattern=r"GHA\d{10}"),
            _one("TIN", "C0000803561", "gh.tin"),
        ),
        (_one("TIN", "C0000803561", "gh.tin"),),
    ),
    "GR": _both(_one("ΑΦΜ", "094259216", "gr.vat")),
    "HR": _both(_one("OIB", "33392005961", "hr.oib")),
    "HU": Numbers((Scheme("adóazonosító jel"),), (_one("adószám", "12892312", "hu.anum"),)),
    "IE": Numbers((_one("PPS", "6433435F", "ie.pps"),), (_one("TRN", "6433435F", "ie.vat"),)),
    "IT": Numbers(
        (_one("codice fiscale", "RCCMNL83S18D969H", "it.codicefiscale"),),
        (_one("codice fiscale", "00743110157", "it.iva"),),
    ),
    "JM": _both(Scheme("TRN")),
    "KE": _both(_one("PIN", "P051365947M", "ke.pin")),
    "LT": Numbers((_one("asmens kodas", "33309240064", "lt.asmens"),), (Scheme("įmonės kodas"),)),
    "LV": _both(_one("PVN", "40003521600", "lv.pvn")),
    "MX": _both(_one("RFC", "GODE 561231 GR8", "mx.rfc")),
    "NG": _both(Scheme("TIN")),
    "NL": Numbers((_one("BSN", "1112.22.333", "nl.bsn"),), (_one("RSIN", "1112.22.333", "nl.bsn"),)),
    "NO": Numbers(
        (_one("fødselsnummer", "151086 95088", "no.fodselsnummer"),),
        (_one("organisasjonsnummer", "988 077 917", "no.orgnr"),),
    ),
    "NZ": _both(_one("IRD", "49098576", "nz.ird")),
    "PL": Numbers(
        (_one("PESEL", "44051401359", "pl.pesel"), _one("NIP", "8567346215", "pl.nip")),
        (_one("NIP", "8567346215", "pl.nip"),),
    ),
    "PT": _both(_one("NIF", "501964843", "pt.nif")),
    "RO": Numbers((_one("CNP", "1630615123457", "ro.cnp"),), (_one("CUI", "18547290", "ro.cui"),)),
    "SE": Numbers(
        (_one("personnummer", "880320-0016", "se.personnummer"),),
        (_one("organisationsnummer", "123456-7897", "se.orgnr"),),
    ),
    "SI": _both(_one("davčna številka", "50223054", "si.ddv")),
    "SK": Numbers((_one("RČ", "710319/2745", "sk.rc"),), (_one("DIČ", "2022749619", "sk.dph"),)),
    "SN": _both(_one("NINEA", "30672212G2", "sn.ninea")),
    "US": Numbers(
        (_one("SSN", "536-90-4399", "us.ssn"), _one("ITIN", "912-90-3456", "us.itin")),
        (_one("EIN", "91-1144442", "us.ein"),),
    ),
    "ZA": _both(_one("income tax number", "0001339050", "za.tin")),
}  # fmt: skip
# The number under which a country's tax on sales is declared, where it is known and is not a VAT number of the EU.
_SALES_TAX: Mapping[str, Scheme] = {
    "AU": _one("ABN", "83 914 571 673", "au.abn"),
    "BR": _one("CNPJ", "16.727.230/0001-97", "br.cnpj"),
    "CA": _one("GST/HST", "12302 6635 RT 0001", "ca.bn"),
    "CH": _one("MWST/TVA/IVA", "CHE-107.787.577 IVA", "ch.vat"),
    "GB": _one("VAT", "GB 980 7806 84", "gb.vat"),
    "KE": _one("PIN", "P051365947M", "ke.pin"),
    "MX": _one("RFC", "GODE 561231 GR8", "mx.rfc"),
    "NO": _one("MVA", "995 525 828 MVA", "no.mva"),
    "SN": _one("NINEA", "30672212G2", "sn.ninea"),
}


def taxpayer_schemes(country: str, *, person: bool, entity: bool) -> tuple[Scheme, ...]:
    """The taxpayer numbers that a country gives to a person, to an entity, or, for a sole trader, to either."""
    numbers = _TAXPAYER.get(country, _PLAIN)
    found = (numbers.person if person else ()) + (numbers.entity if entity else ())
    return tuple(dict.fromkeys(found))


def sales_tax_scheme(country: str) -> Scheme:
    """What a country calls the number under which tax on sales is declared. Of an EU country: its VAT number."""
    if country in EU:
        return Scheme("VAT")
    return _SALES_TAX.get(country, Scheme("VAT"))


def names(schemes: Sequence[Scheme]) -> str:
    """ "SSN or ITIN"; "" where the country's number has no name that we know."""
    known = list(dict.fromkeys(scheme.name for scheme in schemes if scheme.name))
    return _(" or ").join(known)


def examples(schemes: Sequence[Scheme]) -> str:
    """ "Such as 536-90-4399 or 912-90-3456."; "" where none is known."""
    known = list(dict.fromkeys(scheme.example for scheme in schemes if scheme.example))
    return _("Such as %(examples)s.") % {"examples": _(" or ").join(known)} if known else ""


def clean_taxpayer_id(text: str, *, country: str, person: bool, entity: bool) -> str:
    """The number as it is kept, without the signs between. Raises ValidationError that names what was expected."""
    schemes = taxpayer_schemes(country, person=person, entity=entity)
    for scheme in schemes:
        if found := _right(scheme, text):
            return found
    raise _refusal(schemes)


def clean_vat_id(text: str, *, country: str) -> str:
    """A VAT number as it is printed: with its prefix in the EU and the United Kingdom. Raises ValidationError.

    A number that begins with a country's prefix is of that country, wherever the parcel goes.
    """
    own = _SALES_TAX.get(country)
    if own and country != "GB" and (found := _right(own, text)):  # a Mexican one may begin with ES as well
        return found
    bare = _bare(text)
    prefix = bare[:2] if bare[:2] in _PREFIXES and len(bare) > 2 else ""
    country = _PREFIXES[prefix] if prefix else country
    if country in EU or prefix == "XI":
        head = prefix or {"GR": "EL"}.get(country, country)
        found = _checked("eu.vat", head + bare.removeprefix(prefix))
        if not found:
            raise _refusal([Scheme("VAT")])
        return found
    scheme = sales_tax_scheme(country)
    found = _right(scheme, text)
    if not found:
        raise _refusal([scheme])
    return f"GB{found}" if country == "GB" else found


def _refusal(schemes: Sequence[Scheme]) -> ValidationError:
    if all(not scheme.module and not scheme.pattern for scheme in schemes) and names(schemes) != "VAT":
        words = _("Enter the number alone, %(least)s to %(most)s letters and digits.") % {
            "least": policy.TAX_ID_LEAST_CHARACTERS,
            "most": policy.TAX_ID_MOST_CHARACTERS,
        }
    else:
        words = _("This is not a valid number (%(names)s). Check each digit.") % {"names": names(schemes)}
    return ValidationError(" ".join(filter(None, [words, examples(schemes)])), code="invalid_tax_id")


def _right(scheme: Scheme, text: str) -> str:
    """The number as it is kept; "" when it is none of this scheme."""
    if scheme.module:
        return _checked(scheme.module, text)
    bare = _bare(text)
    pattern = scheme.pattern or r"[A-Z0-9]*[0-9][A-Z0-9]*"
    sane = policy.TAX_ID_LEAST_CHARACTERS <= len(bare) <= policy.TAX_ID_MOST_CHARACTERS
    return bare if sane and re.fullmatch(pattern, bare, re.ASCII) else ""


def _checked(module: str, text: str) -> str:
    if len(text) > policy.TAX_ID_TYPED_MOST_CHARACTERS:
        return ""
    try:
        return str(_module(module).validate(text))
    except WrongNumber:
        return ""


@functools.cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


def _bare(text: str) -> str:
    return _SIGNS_BETWEEN.sub("", text).upper()
