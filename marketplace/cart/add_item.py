"""Adds an item to a cart, which is created on first use, after checking offer and stock. Three statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace import policy
from marketplace.cart import contents as carts
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart
from marketplace.models.carts import new_token
from marketplace.regions import lookup as regions


@dataclass(frozen=True, slots=True)
class AddedItem:
    """A cart after an item was added: items in all, and the lines not sold in the region that the cart moved to."""

    token: str
    pieces: int
    leaving: tuple[carts.Row, ...] = ()


def add_item(
    *,
    user_id: int | None,
    token: str | None,
    place: regions.Place,
    variant_id: int,
    quantity: int,
    follows: bool = False,
) -> AddedItem:
    """Adds a quantity to the visitor's cart, on top of what is already there; the cart is created on first use.

    With `follows` a cart of another region moves to `place`. Three statements. Raises CartRefusal, having changed
    nothing: `invalid_quantity`, `self_purchase_not_allowed`, `not_sold_here`, `out_of_stock` ("Only 2 left"), `cart_full`.
    """
    carts.check_quantity(quantity)
    with transaction.atomic(), connection.cursor() as cursor:
        cart, region, token = _held(cursor, user_id, token, place)
        left: tuple[carts.Row, ...] = ()
        if follows and region != place.code:
            left = tuple(carts.change_region(Cart(pk=cart, region_id=region), place.code))
            region = place.code
        cursor.execute(_WANTED, {"cart": cart, "variant": variant_id, "region": region, "user": user_id})
        amount, stock, there, lines, pieces, own = cursor.fetchone()
        if own:
            raise CartRefusal(
                "self_purchase_not_allowed",
                _("This is from your own shop. A shop cannot buy from itself"),
                field="variant",
            )
        if amount is None:
            raise CartRefusal("not_sold_here", _("This is not sold in your region"), field="variant")
        carts.check_stock(stock, there + quantity)
        if not there and lines >= policy.CART_MOST_LINES:
            raise CartRefusal(
                "cart_full",
                _("A cart holds at most %(most)d different items") % {"most": policy.CART_MOST_LINES},
            )
        then = min(there + quantity, policy.CART_LINE_MOST)
        cursor.execute(_PUT, [cart, variant_id, then, amount])
    return AddedItem(token, pieces - there + then, left)


def _held(cursor: Any, user_id: int | None, token: str | None, place: regions.Place) -> tuple[int, str, str]:
    """The visitor's cart, locked: its id, region and token. A token that is somebody's by now opens a new cart."""
    owner = "user_id" if user_id is not None else "token"
    while True:
        token = (token if user_id is None else None) or new_token()
        cursor.execute(_HOLD[owner], [user_id, token, place.code])
        found = cursor.fetchone()
        if found is not None:
            return int(found[0]), str(found[1]), str(found[2])
        token = None


_HOLD = {
    "user_id": """
INSERT INTO marketplace_cart (user_id, token, region_id) VALUES (%s, %s, %s)
    ON CONFLICT (user_id) DO UPDATE SET updated_at = banibs_now()
RETURNING id, region_id, token
""",
    "token": """
INSERT INTO marketplace_cart (user_id, token, region_id) VALUES (%s, %s, %s)
    ON CONFLICT (token) DO UPDATE SET updated_at = banibs_now() WHERE marketplace_cart.user_id IS NULL
RETURNING id, region_id, token
""",
}
_WANTED = """
SELECT (SELECT o.amount FROM marketplace_offer o
         WHERE o.variant_id = v.id AND o.region_id = %(region)s
           AND v.active AND p.status = 'active' AND s.status = 'active'),
       v.stock, coalesce(i.there, 0), coalesce(i.lines, 0), coalesce(i.pieces, 0),
       s.user_id IS NOT NULL AND s.user_id IS NOT DISTINCT FROM %(user)s
  FROM (SELECT count(*) AS lines, sum(quantity) AS pieces,
               coalesce(sum(quantity) FILTER (WHERE variant_id = %(variant)s), 0) AS there
          FROM marketplace_cartitem WHERE cart_id = %(cart)s) i
  LEFT JOIN marketplace_variant v ON v.id = %(variant)s
  LEFT JOIN marketplace_product p ON p.id = v.product_id
  LEFT JOIN marketplace_seller s ON s.id = p.seller_id
"""
_PUT = """
INSERT INTO marketplace_cartitem (cart_id, variant_id, quantity, seen_amount) VALUES (%s, %s, %s, %s)
    ON CONFLICT (cart_id, variant_id) DO UPDATE
       SET quantity = excluded.quantity, seen_amount = excluded.seen_amount
"""
