"""A tax in words: "VAT, Germany, 19 %", "Sales tax, Georgia, 4 %, without local tax"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from banibs.core.ui import quantities
from marketplace.cart.contents import Contents
from marketplace.models import Checkout, Order
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from marketplace.regions import tax_jurisdiction


@dataclass(slots=True)
class _Rates:
    """The rates in use in one jurisdiction, in basis points: of what is sent, and of files."""

    goods: set[int] = field(default_factory=set)
    files: set[int] = field(default_factory=set)

    def add(self, rate_bps: int, kind: str) -> None:
        (self.files if kind == "digital" else self.goods).add(rate_bps)


def for_quote(contents: Contents, quote: pricing.Quote) -> str:
    """The tax of a cart as `quote` reckons it; without an address that decides it, that it is an estimate."""
    return for_parts(contents, quote.market, quote.sellers)


def for_parts(contents: Contents, market: pricing.Market, parts: Iterable[pricing.SellerQuote]) -> str:
    """The same, of these sellers' parts of a quote of this market."""
    if contents.tax.estimated:
        return _("Estimated tax")
    found: dict[str, _Rates] = {}
    for part in parts:
        rates = found.setdefault(contents.tax.jurisdiction(files_alone=part.files_alone), _Rates())
        for line in part.lines:
            rates.add(line.item.tax_rate_bps, line.item.kind)
        if part.shipping_tax:
            rates.goods.add(market.shipping_rate_bps)
    return _label(contents.place.tax_name, found)


def for_orders(checkout: Checkout, orders: Sequence[Order]) -> str:
    """The tax of what was bought, as it was frozen. The lines of these orders of `checkout` are loaded."""
    found: dict[str, _Rates] = {}
    for order in orders:
        rates = found.setdefault(order.tax_jurisdiction or checkout.region_id, _Rates())
        for line in order.lines.all():
            rates.add(line.tax_rate_bps, line.kind)
        if order.shipping_tax and order.shipping_tax_rate_bps:
            rates.goods.add(order.shipping_tax_rate_bps)
    return _label(checkout.tax_name, found)


def _label(tax_name: str, found: dict[str, _Rates]) -> str:
    """The tax's name, then each jurisdiction with its rates from the lowest."""
    return ", ".join(filter(None, [tax_name, "; ".join(_of(code, rates) for code, rates in found.items())]))


def _of(jurisdiction: str, rates: _Rates) -> str:
    name = regions.jurisdiction_name(jurisdiction)
    if not tax_jurisdiction.lacks_local_tax(jurisdiction):
        return f"{name}, {_percent(rates.goods | rates.files)}"
    words = [name, _percent(rates.goods or rates.files), _("without local tax")]
    if (
        rates.goods and rates.files - rates.goods
    ):  # the region's rate, for what each state taxes in its own way
        words.append(_("and %(rates)s on files") % {"rates": _percent(rates.files)})
    return ", ".join(words)


def _percent(rates: set[int]) -> str:
    return _(" and ").join(quantities.percent(bps) for bps in sorted(rates))
