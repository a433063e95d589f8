"""Finds, reads and changes carts. Prices are today's; nothing here is a promise until it is bought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart, CartItem
from marketplace.orders.promises import Promises
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from marketplace.regions.tax_jurisdiction import Taxation, resolve

SESSION_TOKEN = "cart_token"
SESSION_COUNT = "cart_count"  # a guest's, so that no page looks into the cart to show its number
_NO_DAY = dt.date.min  # of an empty cart: nothing in it bears tax


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a cart as it stands now: what is shown, and what pricing needs."""

    id: int
    variant: int
    product: int
    slug: str
    title: str
    variant_name: str
    cover: str
    cover_alt: str
    kind: str
    quantity: int
    stock: int | None
    amount: int | None
    seen_amount: int | None
    tax_class: str
    seller: int
    seller_slug: str
    seller_name: str
    seller_country: str
    delivery: pricing.Delivery | None
    on_sale: bool
    own: bool  # of a shop of the person whose cart it is
    promises: Promises  # of its shop, as they stand now

    @property
    def problem(self) -> str | None:
        """Why the line cannot be bought now: `self_purchase_not_allowed`, `not_sold_here`, `out_of_stock`, or nothing."""
        if self.own:
            return "self_purchase_not_allowed"
        if not self.on_sale or self.amount is None or (self.kind == "physical" and self.delivery is None):
            return "not_sold_here"
        if self.stock is not None and self.stock < self.quantity:
            return "out_of_stock"
        return None

    @property
    def price_changed(self) -> bool:
        """Whether the price differs from the one that the person last saw."""
        return self.seen_amount is not None and self.amount is not None and self.seen_amount != self.amount

    @property
    def total(self) -> int:
        """The line at today's price; 0 where it is not sold."""
        return (self.amount or 0) * self.quantity

    def item(self, tax: Taxation) -> pricing.Item:
        """The line for pricing, at the rate of this tax. Only for lines without a problem."""
        return pricing.Item(
            variant=self.variant,
            product=self.product,
            seller=self.seller,
            title=self.title,
            variant_name=self.variant_name,
            cover=self.cover,
            kind=self.kind,
            quantity=self.quantity,
            unit_amount=self.amount or 0,
            tax_rate_bps=tax.rate(kind=self.kind, tax_class=self.tax_class),
        )


@dataclass(frozen=True, slots=True)
class Contents:
    """A cart and its lines today. Its tax is the region's until an address is known (`sent_to`)."""

    cart: Cart | None
    place: regions.Place
    rows: tuple[Row, ...]
    today: dt.date
    coupon: coupons.Standing | None = None
    address: Mapping[str, str] | None = None

    @property
    def good(self) -> list[Row]:
        """The lines that can be bought."""
        return [row for row in self.rows if row.problem is None]

    @property
    def problems(self) -> list[Row]:
        """The lines that cannot."""
        return [row for row in self.rows if row.problem is not None]

    @property
    def count(self) -> int:
        """Pieces in all."""
        return sum(row.quantity for row in self.rows)

    @property
    def needs_delivery(self) -> bool:
        """Whether anything is a parcel."""
        return any(row.kind == "physical" for row in self.rows)

    @property
    def tax(self) -> Taxation:
        """Whose tax the cart bears, and at which rates."""
        return resolve(self.place.tax, self.address, on=self.today)

    def sent_to(self, address: Mapping[str, str] | None) -> Contents:
        """The same cart, with the tax of this address; None: there is none yet."""
        return replace(self, address=address)

    def quote(self, tender: pricing.Tender) -> pricing.Quote:
        """The good lines, priced for this tender and for the address, if one is known."""
        tax = self.tax
        return pricing.quote(
            [row.item(tax) for row in self.good],
            market=replace(self.place.market, shipping_rate_bps=tax.shipping_rate_bps),
            deliveries={row.seller: row.delivery for row in self.good if row.delivery is not None},
            tender=tender,
            discount=self.discount(),
        )

    def discount(self) -> pricing.Discount | None:
        """The terms of the coupon in the cart, while it counts."""
        if self.coupon is None or not self.coupon.counts:
            return None
        return coupons.terms(self.coupon.coupon)

    @property
    def coupon_problem(self) -> coupons.Problem | None:
        """Why the coupon in the cart takes nothing off these goods, if it does not."""
        if self.coupon is None:
            return None
        if not self.coupon.counts:
            return self.coupon.problem
        terms, tax = coupons.terms(self.coupon.coupon), self.tax
        goods = [row.item(tax) for row in self.good]
        if not self.rows or pricing.discount_applies(goods, terms):
            return None
        if pricing.discount_applies(goods, replace(terms, minimum=0)):
            return coupons.Problem.BELOW_MINIMUM
        return coupons.Problem.OTHER_GOODS


_ROWS = """
SELECT i.id, v.id, p.id, p.slug, p.title, v.name, p.cover, p.cover_alt, p.kind, i.quantity, v.stock,
       o.amount, i.seen_amount, p.tax_class, s.id, s.slug, s.name, s.country,
       r.flat, r.per_item, r.min_days, r.max_days,
       v.active AND p.status = 'active' AND s.status = 'active', c.user_id IS NOT DISTINCT FROM s.user_id,
       s.return_days, s.return_paid_by, s.cancel_policy,
       banibs_now()::date
  FROM marketplace_cartitem i
  JOIN marketplace_cart c ON c.id = i.cart_id
  JOIN marketplace_variant v ON v.id = i.variant_id
  JOIN marketplace_product p ON p.id = v.product_id
  JOIN marketplace_seller s ON s.id = p.seller_id
  LEFT JOIN marketplace_offer o ON o.variant_id = v.id AND o.region_id = %s
  LEFT JOIN marketplace_shippingrate r ON r.seller_id = s.id AND r.region_id = %s AND p.kind = 'physical'
 WHERE i.cart_id = %s
 ORDER BY s.id, i.id
 LIMIT 51
"""


def find(*, user_id: int | None, token: str | None, lock: bool = False) -> Cart | None:
    """The cart of a person, or of the guest with this token, with its coupon; None when nothing was ever put in."""
    carts = Cart.objects.select_related("coupon")
    if lock:
        carts = carts.select_for_update(of=("self",))
    if user_id is not None:
        return carts.filter(user_id=user_id).first()
    return carts.filter(token=token, user=None).first() if token else None


def for_request(request: HttpRequest) -> Cart | None:
    """The visitor's cart."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return find(user_id=user_id, token=request.session.get(SESSION_TOKEN))


def contents(cart: Cart | None, place: regions.Place) -> Contents:
    """What is in the cart now, at the prices of its region: one statement however many lines, one more with a coupon."""
    if cart is None:
        return Contents(None, place, (), _NO_DAY)
    if cart.region_id != place.code:
        place = regions.place(cart.region_id)
    return contents_in(cart, place)


def _row(values: Sequence[object]) -> Row:
    (*head, flat, per_item, least, most, on_sale, own, days, paid_by, cancelling, _today) = values
    delivery = None if flat is None else pricing.Delivery(flat, per_item, least, most)  # type: ignore[arg-type]  # all or none of them is NULL
    promises = (days, paid_by, cancelling)
    return Row(*head, delivery, on_sale, own, Promises(*promises))  # type: ignore[arg-type, call-arg]  # a row of the statement above


def open_for(*, user_id: int, place: regions.Place) -> Cart:
    """The person's cart, made on first use in this region."""
    cart, _created = Cart.objects.get_or_create(user_id=user_id, defaults={"region_id": place.code})
    return cart


def set_quantity(cart: Cart, *, item_id: int, quantity: int) -> CartItem:
    """Changes how many of a line. Raises CartRefusal as `add_item` does, and CartItem.DoesNotExist."""
    check_quantity(quantity)
    with transaction.atomic():
        item = (
            CartItem.objects.select_for_update(of=("self",))
            .select_related("variant")
            .get(pk=item_id, cart=cart)
        )
        if quantity > item.quantity:
            check_stock(item.variant.stock, quantity)
        item.quantity = quantity
        item.save(update_fields=["quantity"])
    return item


def remove(cart: Cart, *, item_id: int) -> None:
    """Takes a line out. Raises CartItem.DoesNotExist when it is not in this cart."""
    deleted, _rows = CartItem.objects.filter(pk=item_id, cart=cart).delete()
    if not deleted:
        raise CartItem.DoesNotExist


def check_quantity(quantity: object) -> None:
    """Raises CartRefusal `invalid_quantity` for anything but a whole number from 1 to 100."""
    if type(quantity) is not int or not 1 <= quantity <= policy.CART_LINE_MOST:
        raise CartRefusal(
            "invalid_quantity",
            _("Quantity must be a whole number from 1 to %(most)d") % {"most": policy.CART_LINE_MOST},
            field="quantity",
        )


def check_stock(stock: int | None, wanted: int) -> None:
    """Raises CartRefusal `out_of_stock` when fewer are left than wanted; None is unlimited."""
    if stock is not None and stock < wanted:
        raise CartRefusal("out_of_stock", _("Only %(count)d left") % {"count": stock}, field="quantity")


def lost_in_region(cart: Cart, region: str) -> list[Row]:
    """The lines that would not be sold in another region: what a change of region takes away."""
    return [row for row in contents_in(cart, regions.place(region)).rows if row.problem == "not_sold_here"]


def contents_in(cart: Cart, place: regions.Place) -> Contents:
    """The cart as if it were of another region."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [place.code, place.code, cart.pk])
        rows = cursor.fetchall()
    standing = coupons.standing(cart.coupon_id, region=place.code, user_id=cart.user_id)
    return Contents(cart, place, tuple(map(_row, rows)), rows[0][-1] if rows else _NO_DAY, standing)


def change_region(cart: Cart, region: str) -> list[Row]:
    """Moves the cart to a region; lines not sold there stay, marked, and are returned so that they can be named."""
    Cart.objects.filter(pk=cart.pk).update(region_id=region, updated_at=Now())
    CartItem.objects.filter(cart=cart).update(seen_amount=None)
    cart.region_id = region
    return lost_in_region(cart, region)


def acknowledge(cart: Cart, seen: Contents) -> None:
    """Remembers today's prices as seen, once a page has pointed out those that changed."""
    changed = [
        CartItem(pk=row.id, seen_amount=row.amount)
        for row in seen.rows
        if row.amount != row.seen_amount and row.amount
    ]
    CartItem.objects.bulk_update(changed, ["seen_amount"])
