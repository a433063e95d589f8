"""The summary of a checkout: the parcels of each shop, when they arrive, and the totals. Read from a quote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from banibs.core.money import Money
from marketplace.cart.contents import Contents, Row
from marketplace.checkout import tax_label
from marketplace.media import image_urls
from marketplace.models import Checkout, Order
from marketplace.orders.expected_days import expected_days
from marketplace.pricing import quote as pricing


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the summary shows it."""

    variant: int
    title: str
    variant_name: str
    picture: str
    quantity: int
    total: Money
    digital: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one shop sends. `first` and `last` are the days between which it arrives; none where nothing is sent."""

    slug: str
    name: str
    lines: list[Line]
    first: dt.date | None
    last: dt.date | None

    @property
    def digital(self) -> bool:
        """Whether it is files alone."""
        return all(line.digital for line in self.lines)


@dataclass(frozen=True, slots=True)
class Summary:
    """A cart that can be paid: its parcels, its totals, and where the money goes."""

    parcels: list[Parcel]
    posted: int
    tax_label: str
    tax_inclusive: bool
    tax_estimated: bool
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    makers: Money
    fee: Money
    processing: Money

    @property
    def files(self) -> bool:
        """Whether a file is among it."""
        return any(line.digital for parcel in self.parcels for line in parcel.lines)


def summarize(contents: Contents, quote: pricing.Quote, *, today: dt.date) -> Summary:
    """The summary of the lines that can be bought, priced by `quote`; `today` is when they would be ordered."""
    rows = {row.variant: row for row in contents.good}

    def money(amount: int) -> Money:
        return Money(amount, quote.market.currency)

    return Summary(
        parcels=[_parcel(part, rows, quote.market.currency, today) for part in quote.sellers],
        posted=sum(1 for part in quote.sellers if part.delivery),
        tax_label=tax_label.for_quote(contents, quote),
        tax_inclusive=quote.market.tax_inclusive,
        tax_estimated=contents.tax.estimated,
        subtotal=money(quote.subtotal),
        discount=money(-quote.discount),
        shipping=money(quote.shipping),
        tax=money(quote.tax),
        total=money(quote.total),
        makers=money(sum(part.seller_net for part in quote.sellers)),
        fee=money(sum(part.marketplace_fee for part in quote.sellers)),
        processing=money(sum(part.processing_fee for part in quote.sellers)),
    )


def _parcel(part: pricing.SellerQuote, rows: dict[int, Row], currency: str, today: dt.date) -> Parcel:
    first = rows[part.lines[0].item.variant]
    soonest, latest = (
        expected_days(today, part.delivery.min_days, part.delivery.max_days)
        if part.delivery
        else (None, None)
    )
    return Parcel(
        slug=first.seller_slug,
        name=first.seller_name,
        lines=[
            Line(
                variant=line.item.variant,
                title=line.item.title,
                variant_name=line.item.variant_name,
                picture=image_urls.address(line.item.cover, 240),
                quantity=line.item.quantity,
                total=Money(line.subtotal, currency),
                digital=line.item.kind == "digital",
            )
            for line in part.lines
        ],
        first=soonest,
        last=latest,
    )


def totals(checkout: Checkout, orders: Sequence[Order], *, posted: int) -> dict[str, Any]:
    """The sums of what was bought, under the same names; `posted` is the number of parcels.

    `orders` are the checkout's, their lines loaded.
    """
    return {
        "subtotal": checkout.money(checkout.subtotal),
        "discount": checkout.money(-checkout.discount),
        "shipping": checkout.money(checkout.shipping),
        "tax": checkout.money(checkout.tax),
        "total": checkout.money(checkout.total),
        "tax_label": tax_label.for_orders(checkout, orders),
        "tax_inclusive": checkout.tax_inclusive,
        "posted": posted,
    }
