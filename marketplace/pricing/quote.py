"""From a cart to every figure that is shown, charged and booked. Pure: no database, no clock.

All amounts are minor units of the market's currency. The rules are docs "Money", Amounts; the figures of a quote are
those that an order freezes, so what a buyer saw is what is charged or the purchase is refused (`expected_total`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from banibs.core.money import allocate, share_bps
from marketplace import policy
from marketplace.pricing import fees


@dataclass(frozen=True, slots=True)
class Market:
    """What pricing needs to know of a region."""

    code: str
    currency: str
    tax_inclusive: bool
    shipping_rate_bps: int  # 0 where delivery is not taxed
    processing_bps: int
    processing_fixed: int


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a cart at today's price. `unit_amount` is as displayed: with tax in an inclusive market."""

    variant: int
    product: int
    seller: int
    title: str
    variant_name: str
    cover: str
    kind: str
    quantity: int
    unit_amount: int
    tax_rate_bps: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A shop's rate to the market: once per parcel, and for each item in it."""

    flat: int
    per_item: int
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A coupon's terms. `seller` gives it on its own goods; without one BANIBS gives it on everything."""

    code: str
    seller: int | None
    percent_bps: int | None
    amount: int | None
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Tender:
    """How the total is met: from the wallet, by card, or wallet first and card for the rest.

    `wallet` is the balance that may be used; `card_minimum` the least that a card can be charged.
    """

    method: str = "wallet"
    wallet: int = 0
    card_minimum: int = 0

    def parts(self, total: int) -> tuple[int, int]:
        """(wallet part, card part) of a total; the wallet part is lowered where the card's would be too small."""
        if self.method == "wallet":
            return total, 0
        if self.method != "wallet_and_card":
            return 0, total
        card = total - min(self.wallet, total)
        if 0 < card < self.card_minimum:
            card = min(self.card_minimum, total)
        return total - card, card


@dataclass(frozen=True, slots=True)
class Line:
    """One line, priced. `total` is what the buyer pays for it, `net` what the seller keeps of it."""

    item: Item
    subtotal: int
    discount: int
    promotion: int  # the part of the discount that BANIBS pays to the seller, without tax
    tax: int
    total: int
    fee: int
    fee_rate_bps: int
    net: int

    @property
    def tax_base(self) -> int:
        """What the tax is reckoned on: the price without it, after every discount."""
        return self.total - self.tax


@dataclass(frozen=True, slots=True)
class SellerQuote:
    """One seller's part of a quote: what becomes an order."""

    seller: int
    lines: tuple[Line, ...]
    delivery: Delivery | None
    subtotal: int
    discount: int
    promotion: int
    shipping: int
    shipping_tax: int
    tax: int
    total: int
    marketplace_fee: int
    processing_fee: int
    seller_net: int
    wallet_part: int
    card_part: int

    @property
    def files_alone(self) -> bool:
        """Whether nothing in it is a parcel."""
        return all(line.item.kind == "digital" for line in self.lines)

    @property
    def items(self) -> int:
        """How many pieces."""
        return sum(line.item.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole cart, priced for a tender."""

    market: Market
    sellers: tuple[SellerQuote, ...]
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    wallet_part: int
    card_part: int

    @property
    def lines(self) -> Iterable[Line]:
        """Every line, seller by seller."""
        return (line for seller in self.sellers for line in seller.lines)

    @property
    def marketplace_fee(self) -> int:
        """BANIBS's fee over all sellers."""
        return sum(seller.marketplace_fee for seller in self.sellers)

    @property
    def seller_net(self) -> int:
        """What all sellers keep."""
        return sum(seller.seller_net for seller in self.sellers)


def quote(
    items: Sequence[Item],
    *,
    market: Market,
    deliveries: Mapping[int, Delivery],
    tender: Tender,
    discount: Discount | None = None,
) -> Quote:
    """Prices a cart. `deliveries` has a rate for each seller of a physical item (the caller left out what is not sold).

    Sellers come in order of their id, their lines in the order given.
    """
    taken = _discounts(items, discount)
    by_given = discount is not None and discount.seller is None
    priced = [_line(item, off, market, by_banibs=by_given) for item, off in zip(items, taken, strict=True)]
    bare = [
        _seller(
            seller, [line for line in priced if line.item.seller == seller], market, deliveries.get(seller)
        )
        for seller in sorted({item.seller for item in items})
    ]
    total = sum(part.total for part in bare)
    wallet_part, card_part = tender.parts(total)
    return Quote(
        market=market,
        sellers=tuple(_tendered(bare, wallet_part, market)),
        subtotal=sum(part.subtotal for part in bare),
        discount=sum(part.discount for part in bare),
        shipping=sum(part.shipping for part in bare),
        tax=sum(part.tax for part in bare),
        total=total,
        wallet_part=wallet_part,
        card_part=card_part,
    )


def discount_applies(items: Sequence[Item], discount: Discount) -> bool:
    """Whether the coupon takes anything off these items: its shop's goods are there and reach its minimum."""
    worth = sum(_worth(item, discount) for item in items)
    return worth > 0 and worth >= discount.minimum


def _worth(item: Item, discount: Discount) -> int:
    if discount.seller is not None and item.seller != discount.seller:
        return 0
    return item.unit_amount * item.quantity


def _discounts(items: Sequence[Item], discount: Discount | None) -> list[int]:
    if discount is None or not discount_applies(items, discount):
        return [0] * len(items)
    worth = [_worth(item, discount) for item in items]
    if discount.percent_bps is not None:
        off = min(share_bps(sum(worth), discount.percent_bps), sum(worth))
    else:
        off = min(discount.amount or 0, sum(worth))
    return allocate(off, worth, capped=True)


def _line(item: Item, off: int, market: Market, *, by_banibs: bool) -> Line:
    rate, inclusive = item.tax_rate_bps, market.tax_inclusive
    subtotal = item.unit_amount * item.quantity
    displayed = subtotal - off
    tax = fees.tax_on(displayed, rate, inclusive=inclusive)
    price = fees.without_tax(displayed, rate, inclusive=inclusive)
    full_price = fees.without_tax(subtotal, rate, inclusive=inclusive) if by_banibs else price
    fee = fees.marketplace_fee(full_price, item.kind)
    return Line(
        item=item,
        subtotal=subtotal,
        discount=off,
        promotion=full_price - price,
        tax=tax,
        total=price + tax,
        fee=fee,
        fee_rate_bps=policy.MARKETPLACE_FEE_BPS[item.kind],
        net=full_price - fee,
    )


def _seller(seller: int, lines: Sequence[Line], market: Market, delivery: Delivery | None) -> SellerQuote:
    parcels = sum(line.item.quantity for line in lines if line.item.kind == "physical")
    shipping = delivery.flat + delivery.per_item * parcels if delivery and parcels else 0
    shipping_tax = fees.tax_on(shipping, market.shipping_rate_bps, inclusive=market.tax_inclusive)
    shipping_price = fees.without_tax(shipping, market.shipping_rate_bps, inclusive=market.tax_inclusive)
    return SellerQuote(
        seller=seller,
        lines=tuple(lines),
        delivery=delivery if parcels else None,
        subtotal=sum(line.subtotal for line in lines),
        discount=sum(line.discount for line in lines),
        promotion=sum(line.promotion for line in lines),
        shipping=shipping,
        shipping_tax=shipping_tax,
        tax=sum(line.tax for line in lines) + shipping_tax,
        total=sum(line.total for line in lines) + shipping_price + shipping_tax,
        marketplace_fee=sum(line.fee for line in lines),
        processing_fee=0,
        seller_net=sum(line.net for line in lines) + shipping_price,
        wallet_part=0,
        card_part=0,
    )


def _tendered(bare: Sequence[SellerQuote], wallet_part: int, market: Market) -> Iterable[SellerQuote]:
    """Divides the wallet part over the sellers, and the card fee over what is left to the card."""
    totals = [part.total for part in bare]
    wallet = allocate(wallet_part, totals, capped=True)
    card = [total - part for total, part in zip(totals, wallet, strict=True)]
    processing = fees.processing_fees(
        card, [part.seller_net for part in bare], bps=market.processing_bps, fixed=market.processing_fixed
    )
    for part, from_wallet, from_card, fee in zip(bare, wallet, card, processing, strict=True):
        yield replace(
            part,
            processing_fee=fee,
            seller_net=part.seller_net - fee,
            wallet_part=from_wallet,
            card_part=from_card,
        )
