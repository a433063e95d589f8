"""The breakdown of a purchase, who gets what of it: from a quote before it is bought, from its orders afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from banibs.core.money import Money
from marketplace.cart.contents import Contents
from marketplace.checkout import tax_label
from marketplace.models import Checkout, Order
from marketplace.pricing import quote as pricing


@dataclass(frozen=True, slots=True)
class LineShare:
    """A line's price without tax and BANIBS's fee on it."""

    title: str
    quantity: int
    total: Money
    fee: Money
    percent: str


@dataclass(frozen=True, slots=True)
class Share:
    """One shop's part: total + promotion = net + fee + processing + tax."""

    slug: str
    name: str
    lines: list[LineShare]
    shipping: Money
    tax: Money
    promotion: Money
    total: Money
    fee: Money
    processing: Money
    net: Money
    tax_label: str
    processing_actual: Money | None = None  # what Stripe really took, once it is known

    @property
    def borne_by_banibs(self) -> Money | None:
        """The real card fee beyond what the shop was charged; negative when BANIBS keeps the rest."""
        return None if self.processing_actual is None else self.processing_actual - self.processing


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The parts of every shop and their sums."""

    shares: list[Share]
    tax_label: str
    tax_estimated: bool = False

    def _sum(self, name: str) -> Money:
        first, *others = [getattr(share, name) for share in self.shares]
        total: Money = sum(others, first)
        return total

    @property
    def total(self) -> Money:
        """What the buyer pays."""
        return self._sum("total")

    @property
    def net(self) -> Money:
        """What the makers receive."""
        return self._sum("net")

    @property
    def fee(self) -> Money:
        """BANIBS's fees."""
        return self._sum("fee")

    @property
    def tax(self) -> Money:
        """What goes to the tax office."""
        return self._sum("tax")

    @property
    def processing(self) -> Money:
        """What the card costs."""
        return self._sum("processing")

    @property
    def promotion(self) -> Money:
        """What BANIBS adds for its own discounts."""
        return self._sum("promotion")


def percent(basis_points: int) -> str:
    """A rate as people write it: "10 %" is "10", "8.25 %" is "8.25"."""
    return f"{basis_points / 100:g}"


def of_quote(contents: Contents, quote: pricing.Quote) -> Breakdown:
    """The breakdown of a cart that is about to be bought."""
    shops = {row.seller: (row.seller_slug, row.seller_name) for row in contents.good}

    def money(amount: int) -> Money:
        return Money(amount, quote.market.currency)

    def share(part: pricing.SellerQuote) -> Share:
        lines = [
            LineShare(
                line.item.title,
                line.item.quantity,
                money(line.total),
                money(line.fee),
                percent(line.fee_rate_bps),
            )
            for line in part.lines
        ]
        slug, name = shops[part.seller]
        label = tax_label.for_parts(contents, quote.market, [part])
        return _share(slug, name, lines, part, money, label)

    return Breakdown(
        [share(part) for part in quote.sellers], tax_label.for_quote(contents, quote), contents.tax.estimated
    )


def of_orders(checkout: Checkout, orders: Sequence[Order]) -> Breakdown:
    """The breakdown of what was bought, as it was frozen. Sellers and lines of these orders of it are loaded."""

    def share(order: Order) -> Share:
        parts = [
            LineShare(
                line.title,
                line.quantity,
                order.money(line.total),
                order.money(line.fee),
                percent(line.fee_rate_bps),
            )
            for line in order.lines.all()
        ]
        actual, label = order.processing_fee_actual, tax_label.for_orders(checkout, [order])
        return _share(order.seller.slug, order.seller.name, parts, order, order.money, label, actual)

    return Breakdown([share(order) for order in orders], tax_label.for_orders(checkout, orders))


def _share(
    slug: str,
    name: str,
    lines: list[LineShare],
    part: pricing.SellerQuote | Order,
    money: Callable[[int], Money],
    label: str,
    actual: int | None = None,
) -> Share:
    return Share(
        slug=slug,
        name=name,
        lines=lines,
        shipping=money(part.shipping),
        tax=money(part.tax),
        promotion=money(part.promotion),
        total=money(part.total),
        fee=money(part.marketplace_fee),
        processing=money(part.processing_fee),
        net=money(part.seller_net),
        tax_label=label,
        processing_actual=None if actual is None else money(actual),
    )
