"""The markets BANIBS opened with: currency, countries, tax. Read by `0003_regions` alone, and never changed again.

Staff edit the rows; a further market is a migration of its own. Rates are basis points of the general consumption tax
of each place in 2026. The United States has no national one: its rate stands for the average of state and local sales
tax.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """A region as it is first written: `countries` by code, `rates` standard, reduced and zero in basis points."""

    code: str
    name: str
    currency: str
    countries: dict[str, str]
    tax_name: str
    inclusive: bool
    rates: tuple[int, int, int]
    shipping_taxed: bool = True
    processing_fixed: int = 30


EUROZONE = {
    "AT": "Austria",
    "BE": "Belgium",
    "CY": "Cyprus",
    "DE": "Germany",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GR": "Greece",
    "HR": "Croatia",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "NL": "Netherlands",
    "PT": "Portugal",
    "SI": "Slovenia",
    "SK": "Slovakia",
}
MARKETS = (
    Market("US", "United States", "USD", {"US": "United States"}, "Sales tax", False, (825, 200, 0), shipping_taxed=False),
    Market("GB", "United Kingdom", "GBP", {"GB": "United Kingdom"}, "VAT", True, (2000, 500, 0), processing_fixed=20),
    Market("EU", "Eurozone", "EUR", EUROZONE, "VAT", True, (2100, 900, 0), processing_fixed=25),
    Market("NG", "Nigeria", "NGN", {"NG": "Nigeria"}, "VAT", True, (750, 0, 0), processing_fixed=10_000),
    Market("GH", "Ghana", "GHS", {"GH": "Ghana"}, "VAT", True, (1500, 300, 0), processing_fixed=300),
    Market("KE", "Kenya", "KES", {"KE": "Kenya"}, "VAT", True, (1600, 800, 0), processing_fixed=4_000),
    Market("ZA", "South Africa", "ZAR", {"ZA": "South Africa"}, "VAT", True, (1500, 0, 0), processing_fixed=500),
    Market("CA", "Canada", "CAD", {"CA": "Canada"}, "GST", False, (500, 500, 0), processing_fixed=30),
    Market("JM", "Jamaica", "JMD", {"JM": "Jamaica"}, "GCT", True, (1500, 700, 0), processing_fixed=4_500),
    Market("SN", "Senegal", "XOF", {"SN": "Senegal"}, "TVA", True, (1800, 1000, 0), processing_fixed=175),
)  # fmt: skip
