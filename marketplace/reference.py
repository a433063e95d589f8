"""The markets BANIBS opens with: currency, countries, tax. Loaded by a migration; staff edit the rows afterwards.

Rates are basis points of the general consumption tax of each place in 2026. The United States has no national one:
its rate stands for the average of state and local sales tax.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """A region as it is first written. `rates` are the standard, reduced and zero rates in basis points."""

    code: str
    name: str
    currency: str
    countries: tuple[str, ...]
    tax_name: str
    inclusive: bool
    rates: tuple[int, int, int]
    shipping_taxed: bool = True
    processing_fixed: int = 30


MARKETS = (
    Market("US", "United States", "USD", ("US",), "Sales tax", False, (825, 200, 0), shipping_taxed=False),
    Market("GB", "United Kingdom", "GBP", ("GB",), "VAT", True, (2000, 500, 0), processing_fixed=20),
    Market(
        "EU",
        "Eurozone",
        "EUR",
        (
            "AT",
            "BE",
            "CY",
            "DE",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "IE",
            "IT",
            "LT",
            "LU",
            "LV",
            "MT",
            "NL",
            "PT",
            "SI",
            "SK",
        ),
        "VAT",
        True,
        (2100, 900, 0),
        processing_fixed=25,
    ),
    Market("NG", "Nigeria", "NGN", ("NG",), "VAT", True, (750, 0, 0), processing_fixed=10_000),
    Market("GH", "Ghana", "GHS", ("GH",), "VAT", True, (1500, 300, 0), processing_fixed=300),
    Market("KE", "Kenya", "KES", ("KE",), "VAT", True, (1600, 800, 0), processing_fixed=4_000),
    Market("ZA", "South Africa", "ZAR", ("ZA",), "VAT", True, (1500, 0, 0), processing_fixed=500),
    Market("CA", "Canada", "CAD", ("CA",), "GST", False, (500, 500, 0), processing_fixed=30),
    Market("JM", "Jamaica", "JMD", ("JM",), "GCT", True, (1500, 700, 0), processing_fixed=4_500),
    Market("SN", "Senegal", "XOF", ("SN",), "TVA", True, (1800, 1000, 0), processing_fixed=175),
)
