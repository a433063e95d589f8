"""Places an order: turns a cart into a checkout and its orders, in the caller's transaction, in a fixed number of queries.

Locks, in the order of docs "Architecture": the cart, then stock by variant. Whoever refuses, raises: the caller's
transaction is rolled back and nothing has moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.checkout import company as companies
from marketplace.checkout import delivery_address, refusals
from marketplace.checkout.company import NONE, Company
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Cart, CartItem, Checkout, Order, OrderLine
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from marketplace.regions.return_rights import held_in


@dataclass(frozen=True)
class Buyer:
    """Who buys, and where it goes: a snapshot, whatever becomes of the account's own rows."""

    user_id: int
    name: str
    email: str
    email_verified: bool
    address: Mapping[str, str] | None
    company: Company = NONE
    digital_consent: bool = False  # wants files at once, and cannot change their mind about them then


@dataclass(frozen=True)
class Placed:
    """What was placed: the rows, and the quote whose figures they froze. `orders` and `quote.sellers` go together."""

    checkout: Checkout
    orders: tuple[Order, ...]
    lines: tuple[OrderLine, ...]
    quote: pricing.Quote


def place_order(
    *,
    buyer: Buyer,
    tender: pricing.Tender,
    expected_total: int | None,
    pay_within: dt.timedelta,
    actor: events.Actor,
) -> Placed:
    """Turns the buyer's cart into one Checkout and an Order per seller, takes the stock, empties the cart.

    Stock and coupon are kept for the buyer for `pay_within`.

    Raises CheckoutRefusal with a code of docs "What the outside sees": `cart_empty`, `account_incomplete`,
    `billing_address_required`, `vat_id_invalid`, `self_purchase_not_allowed`, `out_of_stock`, `not_sold_here`,
    `price_changed`, `coupon_invalid`, `coupon_exhausted`.
    """
    _check_account(buyer)
    cart = carts.find(user_id=buyer.user_id, token=None, lock=True)
    contents = carts.contents(cart, regions.place(cart.region_id if cart else None))
    if cart is None or not contents.rows:
        raise refusals.cart_empty()
    _check_address(buyer, contents)
    company = _company(buyer)
    _check_lines(contents)
    contents = contents.sent_to(buyer.address)
    quote = contents.quote(tender)
    _check_coupon(contents, quote, expected_total)
    if expected_total is not None and expected_total != quote.total:
        raise refusals.price_changed(Money(quote.total, quote.market.currency))
    take_stock({row.variant: row.quantity for row in contents.rows if row.stock is not None}, contents)
    checkout = _checkout(buyer, company, contents, quote, pay_within)
    orders = _orders(checkout, quote, contents)
    lines = _lines(orders, quote)
    if checkout.coupon_id is not None:
        _redeem(checkout, checkout.coupon_id)
    _empty(cart)
    events.record(
        *(events.New("order.created", order, actor, to_state=order.status, data={"checkout": checkout.number})
          for order in orders)
    )  # fmt: skip
    return Placed(checkout, orders, lines, quote)


def _check_account(buyer: Buyer) -> None:
    parts = (("email", buyer.email_verified), ("name", bool(buyer.name.strip())))
    if missing := [name for name, there in parts if not there]:
        raise refusals.account_incomplete(missing)


def _check_address(buyer: Buyer, contents: carts.Contents) -> None:
    address = buyer.address or {}
    # where it cannot go is said first: what the address lacks there would be asked for in vain
    if address.get("country") and not delivery_address.is_reachable(address, contents):
        raise refusals.address_in_another_region(contents.place.name)
    missing = delivery_address.missing_lines(address, contents)
    if missing:
        raise refusals.billing_address_required(missing)


def _company(buyer: Buyer) -> Company:
    try:
        return companies.clean(buyer.company, country=(buyer.address or {}).get("country", ""))
    except ValidationError as wrong:
        raise refusals.company_wrong(wrong) from wrong


def _check_lines(contents: carts.Contents) -> None:
    for row in contents.problems:
        if row.problem == "self_purchase_not_allowed":
            raise refusals.self_purchase(variant=row.variant, title=row.title)
        if row.problem == "out_of_stock":
            raise refusals.out_of_stock(variant=row.variant, title=row.title, left=row.stock or 0)
        raise refusals.not_sold_here(variant=row.variant, title=row.title)


def _check_coupon(contents: carts.Contents, quote: pricing.Quote, expected_total: int | None) -> None:
    """Refuses a code that stopped to count, unless the buyer was shown the total without it. One of another region
    never was part of a total.
    """
    coupon = contents.coupon
    if coupon is None or coupon.problem in (None, coupons.Problem.ANOTHER_REGION):
        return
    if expected_total != quote.total:
        raise CheckoutRefusal(coupon.refusal, coupon.message)


_TAKE = """
WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity)),
     locked AS (SELECT v.id FROM marketplace_variant v WHERE v.id = ANY(%s) ORDER BY v.id FOR NO KEY UPDATE)
UPDATE marketplace_variant v SET stock = v.stock - w.quantity
  FROM wanted w JOIN locked l ON l.id = w.id
 WHERE v.id = w.id AND v.stock >= w.quantity
RETURNING v.id
"""


def take_stock(wanted: Mapping[int, int], contents: carts.Contents) -> None:
    """Takes quantities from stock, all or none, in one conditional UPDATE that locks in id order.

    Raises CheckoutRefusal `out_of_stock` naming the first line that had too few.
    """
    if not wanted:
        return
    ids, quantities = list(wanted), list(wanted.values())
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [ids, quantities, ids])
        taken = {row[0] for row in cursor.fetchall()}
        short = next(
            (row for row in contents.rows if row.variant in wanted and row.variant not in taken), None
        )
        if short is not None:
            cursor.execute(
                "SELECT coalesce(stock, 0) FROM marketplace_variant WHERE id = %s", [short.variant]
            )
            (left,) = cursor.fetchone() or (0,)
            raise refusals.out_of_stock(variant=short.variant, title=short.title, left=left)


_PUT_BACK = """
WITH back AS (
  SELECT l.variant_id, sum(w.quantity) AS quantity
    FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity) JOIN marketplace_orderline l ON l.id = w.id
   WHERE l.variant_id IS NOT NULL GROUP BY l.variant_id),
     locked AS (SELECT v.id FROM marketplace_variant v JOIN back b ON b.variant_id = v.id
                 WHERE v.stock IS NOT NULL ORDER BY v.id FOR NO KEY UPDATE OF v)
UPDATE marketplace_variant v SET stock = v.stock + b.quantity
  FROM back b JOIN locked k ON k.id = b.variant_id WHERE v.id = b.variant_id
"""


def put_back_stock(orders: Sequence[Order]) -> None:
    """Puts what was not given back before of these orders back into stock. Two statements."""
    lines = OrderLine.objects.filter(order__in=[order.pk for order in orders])
    put_back_units(dict(lines.values_list("pk", F("quantity") - F("refunded_units"))))


def put_back_units(units: Mapping[int, int]) -> None:
    """Puts so many of each order line (line id → how many) back into stock, locked in id order. One statement."""
    if units:
        with connection.cursor() as cursor:
            cursor.execute(_PUT_BACK, [list(units), list(units.values())])


_TAKE_AGAIN = """
WITH wanted AS (
  SELECT l.variant_id AS id, sum(w.quantity) AS quantity
    FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity) JOIN marketplace_orderline l ON l.id = w.id
    JOIN marketplace_variant kept ON kept.id = l.variant_id AND kept.stock IS NOT NULL GROUP BY l.variant_id),
     locked AS (SELECT v.id, v.stock FROM marketplace_variant v JOIN wanted w ON w.id = v.id ORDER BY v.id
                   FOR NO KEY UPDATE OF v),
     enough AS (SELECT coalesce(bool_and(k.stock >= w.quantity), true) AS yes FROM wanted w JOIN locked k ON k.id = w.id),
     taken AS (UPDATE marketplace_variant v SET stock = v.stock - w.quantity FROM wanted w JOIN locked k ON k.id = w.id
                WHERE v.id = w.id AND (SELECT yes FROM enough))
SELECT yes FROM enough
"""


def take_units_again(units: Mapping[int, int]) -> bool:
    """Takes so many of each order line (line id → how many) from stock again, all or none, locked in id order. False, and
    nothing is taken, where some have been sold since. One statement.
    """
    if not units:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_AGAIN, [list(units), list(units.values())])
        (enough,) = cursor.fetchone() or (True,)
    return bool(enough)


def _checkout(
    buyer: Buyer, company: Company, contents: carts.Contents, quote: pricing.Quote, pay_within: dt.timedelta
) -> Checkout:
    coupon = contents.cart.coupon if contents.cart is not None and quote.discount else None
    return Checkout.objects.create(
        user_id=buyer.user_id,
        region_id=quote.market.code,
        currency=quote.market.currency,
        tax_inclusive=quote.market.tax_inclusive,
        tax_name=contents.place.tax_name,
        email=buyer.email,
        address=dict(buyer.address or {}),
        company=company.name,
        vat_id=company.vat_id,
        coupon=coupon,
        subtotal=quote.subtotal,
        discount=quote.discount,
        shipping=quote.shipping,
        tax=quote.tax,
        total=quote.total,
        expires_at=Now() + pay_within,
        digital_consent_at=Now() if buyer.digital_consent and _has_files(quote) else None,
    )


def _has_files(quote: pricing.Quote) -> bool:
    return any(line.item.kind == "digital" for part in quote.sellers for line in part.lines)


def _orders(checkout: Checkout, quote: pricing.Quote, contents: carts.Contents) -> tuple[Order, ...]:
    tax, country = contents.tax, checkout.address.get("country") or checkout.region_id
    promised = {row.seller: held_in(country, row.promises) for row in contents.rows}
    return tuple(
        Order.objects.bulk_create(
            Order(
                checkout=checkout,
                seller_id=part.seller,
                buyer_id=checkout.user_id,
                number=f"{checkout.number}-{n}",
                currency=checkout.currency,
                subtotal=part.subtotal,
                discount=part.discount,
                promotion=part.promotion,
                shipping=part.shipping,
                shipping_tax=part.shipping_tax,
                shipping_tax_rate_bps=quote.market.shipping_rate_bps if part.shipping else 0,
                tax=part.tax,
                tax_jurisdiction=tax.jurisdiction(files_alone=part.files_alone),
                total=part.total,
                marketplace_fee=part.marketplace_fee,
                processing_fee=part.processing_fee,
                seller_net=part.seller_net,
                return_days=promised[part.seller].return_days,
                return_paid_by=promised[part.seller].return_paid_by,
                cancel_policy=promised[part.seller].cancel_policy,
                min_days=part.delivery.min_days if part.delivery else None,
                max_days=part.delivery.max_days if part.delivery else None,
            )
            for n, part in enumerate(quote.sellers, start=1)
        )
    )


def _lines(orders: Sequence[Order], quote: pricing.Quote) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order,
                variant_id=line.item.variant,
                product_id=line.item.product,
                title=line.item.title,
                variant_name=line.item.variant_name,
                cover=line.item.cover,
                kind=line.item.kind,
                quantity=line.item.quantity,
                unit_amount=line.item.unit_amount,
                subtotal=line.subtotal,
                discount=line.discount,
                promotion=line.promotion,
                tax=line.tax,
                tax_rate_bps=line.item.tax_rate_bps,
                tax_base=line.tax_base,
                tax_jurisdiction=order.tax_jurisdiction,
                total=line.total,
                fee=line.fee,
                fee_rate_bps=line.fee_rate_bps,
            )
            for order, part in zip(orders, quote.sellers, strict=True)
            for line in part.lines
        )
    )


def _redeem(checkout: Checkout, coupon_id: int) -> None:
    try:
        coupons.redeem_coupon(checkout, coupon_id)
    except CartRefusal as refusal:
        raise CheckoutRefusal(refusal.code, refusal.message) from refusal


def _empty(cart: Cart) -> None:
    CartItem.objects.filter(cart=cart).delete()
    if cart.coupon_id is not None:
        Cart.objects.filter(pk=cart.pk).update(coupon=None)
