"""A tax in words: "VAT, Germany, 19 %", "Sales tax, Georgia, 4 %, without local tax"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from banibs.core.ui import quantities
from marketplace.cart.contents import Contents
from marketplace.models import Checkout, Order
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from marketplace.regions import tax_jurisdiction


def for_quote(contents: Contents, quote: pricing.Quote) -> str:
    """The tax of a cart as `quote` reckons it; without an address that decides it, that it is an estimate."""
    if contents.tax.estimated:
        return _("Estimated tax")
    rates = {line.item.tax_rate_bps for line in quote.lines}
    if quote.shipping and quote.market.shipping_rate_bps:
        rates.add(quote.market.shipping_rate_bps)
    return _label(contents.place.tax_name, contents.tax.jurisdiction, rates)


def for_orders(checkout: Checkout, orders: Sequence[Order]) -> str:
    """The tax of what was bought, as it was frozen. The lines of these orders of `checkout` are loaded."""
    rates: dict[str, set[int]] = {}
    for order in orders:
        found = rates.setdefault(order.tax_jurisdiction or checkout.region_id, set())
        found.update(line.tax_rate_bps for line in order.lines.all())
        if order.shipping_tax and order.shipping_tax_rate_bps:
            found.add(order.shipping_tax_rate_bps)
    return "; ".join(_label(checkout.tax_name, code, found) for code, found in rates.items())


def _label(tax_name: str, jurisdiction: str, rates: Iterable[int]) -> str:
    """The name, whose it is, and its rates from the lowest; of a state, that local tax is not in it."""
    shown = _(" and ").join(quantities.percent(bps) for bps in sorted(rates))
    words = [tax_name, regions.jurisdiction_name(jurisdiction), shown]
    if tax_jurisdiction.lacks_local_tax(jurisdiction):
        words.append(_("without local tax"))
    return ", ".join(word for word in words if word)
