"""Whose tax a purchase bears and at which rates: by the country and state it goes to. Pure: no database, no clock.

What is resolved here is frozen on the order and its lines, and names the account that the tax is collected in
(docs "Money", Tax).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from marketplace.regions import tax_rates


@dataclass(frozen=True, slots=True)
class RegionRates:
    """What a region says of tax: its code, countries, rates by tax class (basis points), and delivery."""

    code: str
    countries: Collection[str]
    rates: Mapping[str, int]
    shipping_taxed: bool


@dataclass(frozen=True, slots=True)
class Taxation:
    """The tax of what goes to one address. `estimated`: there is no address yet, and one may change it.

    `goods` and `files` are rates by tax class, in basis points.
    """

    parcels_in: str
    files_in: str
    goods: Mapping[str, int]
    files: Mapping[str, int]
    shipping_rate_bps: int
    estimated: bool = False

    def rate(self, *, kind: str, tax_class: str) -> int:
        """The rate of a listing of this kind and tax class, in basis points."""
        return (self.files if kind == "digital" else self.goods).get(tax_class, 0)

    def jurisdiction(self, *, files_alone: bool) -> str:
        """Whose the tax of an order is: one jurisdiction, whatever is in it."""
        return self.files_in if files_alone else self.parcels_in


def resolve(
    region: RegionRates,
    address: Mapping[str, str] | None,
    *,
    on: dt.date,
    table: tax_rates.Table = tax_rates.TABLE,
) -> Taxation:
    """The tax of what this region sells to `address` (`country`, `region`: the state as it was written).

    A member state or a state that the table has seen: its rates, its account. No address, a state nobody named, a rate
    not seen, a country outside the region: the region's. Which files a state taxes differs from state to state, so
    there files bear the region's rate, and an order of files alone its account too; where a state takes no sales
    tax, nothing bears any.
    """
    if address is None:
        return _of_region(region, estimated=is_divided(region, table=table))
    rate = _rate(region, address, on, table)
    if rate is None or not rate.seen:
        return _of_region(region)
    goods = {
        "standard": rate.standard,
        # Where the law's reduced rates are several, the region's stands for them; never above the general rate.
        "reduced": min(
            region.rates.get("reduced", 0) if rate.reduced is None else rate.reduced, rate.standard
        ),
        "zero": 0,
    }
    files_as_region = rate.of_state and rate.standard > 0
    return Taxation(
        parcels_in=rate.jurisdiction,
        files_in=region.code if files_as_region else rate.jurisdiction,
        goods=goods,
        files=region.rates if files_as_region else goods,
        shipping_rate_bps=rate.standard if region.shipping_taxed else 0,
    )


def is_divided(region: RegionRates, *, table: tax_rates.Table = tax_rates.TABLE) -> bool:
    """Whether the region's tax is taken by jurisdictions inside it, so that the address decides."""
    return any(code.partition("-")[0] in region.countries for code in table)


def lacks_local_tax(jurisdiction: str) -> bool:
    """Whether a city or county may add to this tax what BANIBS does not collect: so of every state."""
    return "-" in jurisdiction


def _of_region(region: RegionRates, *, estimated: bool = False) -> Taxation:
    shipping = region.rates.get("standard", 0) if region.shipping_taxed else 0
    return Taxation(region.code, region.code, region.rates, region.rates, shipping, estimated)


def _rate(
    region: RegionRates, address: Mapping[str, str], on: dt.date, table: tax_rates.Table
) -> tax_rates.Rate | None:
    country = str(address.get("country") or "")
    if country not in region.countries:
        return None
    code = country
    if tax_rates.has_states(country, table=table):
        code = tax_rates.state_code(country, str(address.get("region") or ""), table=table)
    return tax_rates.in_force(code, on, table=table)
