"""The regions a visitor can choose, and which one is meant when none was chosen.

Regions, countries and rates change a few times a year and are needed on every page: each process keeps them for a
minute.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.utils.translation.trans_real import parse_accept_lang_header

from banibs.core.money import symbol
from marketplace import policy
from marketplace.models import Country, Region, TaxRate
from marketplace.pricing.quote import Market
from marketplace.regions import tax_jurisdiction, tax_rates

DEFAULT = "US"
_LANGUAGE_COUNTRY = {
    "fr": "FR", "de": "DE", "es": "ES", "it": "IT", "pt": "PT", "nl": "NL", "wo": "SN", "yo": "NG", "ha": "NG", "ig": "NG",
    "ak": "GH", "sw": "KE", "zu": "ZA", "xh": "ZA", "af": "ZA",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A region with all that pages and pricing ask of it."""

    code: str
    name: str
    currency: str
    tax_name: str
    tax_inclusive: bool
    market: Market
    rates: dict[str, int]
    countries: dict[str, str]
    shipping_taxed: bool

    @property
    def tax(self) -> tax_jurisdiction.RegionRates:
        """What the resolution of a tax jurisdiction asks of the region."""
        return tax_jurisdiction.RegionRates(self.code, self.countries, self.rates, self.shipping_taxed)

    @property
    def tax_by_address(self) -> bool:
        """Whether the tax depends on where in the region a purchase goes; until that is known it is an estimate."""
        return tax_jurisdiction.is_divided(self.tax)

    @property
    def symbol(self) -> str:
        """The currency's sign."""
        return symbol(self.currency)


_kept: tuple[float, dict[str, Place]] = (0.0, {})


def places() -> dict[str, Place]:
    """Every region by code, in their order. At most one look at the database (three statements) a minute."""
    global _kept
    if time.monotonic() - _kept[0] > policy.REGIONS_KEPT_SECONDS or not _kept[1]:
        _kept = (time.monotonic(), _load())
    return _kept[1]


def forget() -> None:
    """Makes the next look-up ask the database; staff changed something."""
    global _kept
    _kept = (0.0, {})


def _load() -> dict[str, Place]:
    rates: dict[str, dict[str, int]] = {}
    for rate in TaxRate.objects.order_by("id"):
        rates.setdefault(rate.region_id, {})[rate.tax_class] = rate.rate_bps
    countries: dict[str, dict[str, str]] = {}
    for country in Country.objects.order_by("name"):
        countries.setdefault(country.region_id, {})[country.code] = country.name
    return {
        region.code: Place(
            code=region.code,
            name=region.name,
            currency=region.currency,
            tax_name=region.tax_name,
            tax_inclusive=region.tax_inclusive,
            market=Market(
                code=region.code,
                currency=region.currency,
                tax_inclusive=region.tax_inclusive,
                shipping_rate_bps=rates.get(region.code, {}).get("standard", 0)
                if region.shipping_taxed
                else 0,
                processing_bps=region.processing_bps,
                processing_fixed=region.processing_fixed,
            ),
            rates=rates.get(region.code, {}),
            countries=countries.get(region.code, {}),
            shipping_taxed=region.shipping_taxed,
        )
        for region in Region.objects.order_by("position", "code")
    }


def place(code: str | None) -> Place:
    """The region of this code, else the default one."""
    known = places()
    return known.get(code or "") or known[DEFAULT]


def country_name(code: str) -> str:
    """A country's name in words, for countries that BANIBS delivers to; else the code."""
    for one in places().values():
        if code in one.countries:
            return one.countries[code]
    return code


def jurisdiction_name(code: str) -> str:
    """A tax jurisdiction in words: "Germany", "Georgia"; a region's own: "Eurozone", "United Kingdom"."""
    region = places().get(code)
    return region.name if region is not None else tax_rates.name(code) or country_name(code)


def guess(accept_language: str) -> Place:
    """The region that a browser's languages point to: "en-GB" is the United Kingdom, "fr" the Eurozone."""
    by_country = {country: one for one in places().values() for country in one.countries}
    for tag, _quality in parse_accept_lang_header(accept_language.lower()[:200]):
        language, _, country = tag.partition("-")
        for code in (country.upper(), _LANGUAGE_COUNTRY.get(language, "")):
            if code in by_country:
                return by_country[code]
    return place(DEFAULT)
