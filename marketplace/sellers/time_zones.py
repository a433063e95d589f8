"""The time zone of a shop: by its hours its seller reads when something was paid, and its months begin.

Zones are of CLDR's list of countries (babel); where a country has one, nobody is asked.
"""

from __future__ import annotations

import functools
import zoneinfo

from babel.core import get_global

from marketplace.models import Seller

# CLDR lists places of old clocks too; in these countries one clock is meant by everybody.
_ONE_CLOCK = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin", "CY": "Asia/Nicosia", "UA": "Europe/Kyiv"}
# The zone that most people of the country live in: what is offered first.
_USUAL = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


def zones_of(country: str) -> list[str]:
    """The zones of a country, the usual one first; one for most, UTC for none that is known."""
    if country in _ONE_CLOCK:
        return [_ONE_CLOCK[country]]
    known = [zone for zone in get_global("territory_zones").get(country, []) if zone in _available()]
    usual = _USUAL.get(country)
    return sorted(known or ["UTC"], key=lambda zone: (zone != usual, zone))


def choices(country: str) -> list[tuple[str, str]]:
    """The zones of a country by the place that names each."""
    return [(zone, zone.partition("/")[2].replace("_", " ") or zone) for zone in zones_of(country)]


def zone_name(shop: Seller) -> str:
    """The zone of a shop: the one chosen while it is of its country, else its country's usual one."""
    zones = zones_of(shop.country)
    return shop.timezone if shop.timezone in zones else zones[0]


def zone(shop: Seller) -> zoneinfo.ZoneInfo:
    """The same, to reckon with."""
    return zoneinfo.ZoneInfo(zone_name(shop))


@functools.cache
def _available() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
