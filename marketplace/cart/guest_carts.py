"""Carts of guests: found by the session, counted for the header, and merged into the person's cart at sign-in."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest

from banibs.core.clock import Now
from marketplace import policy
from marketplace.cart.contents import SESSION_COUNT, SESSION_TOKEN, change_region
from marketplace.models import Cart, CartItem


def remember(request: HttpRequest, token: str, pieces: int) -> None:
    """Stores a guest's cart in the session: its token, and how many items the header shows."""
    if not request.user.is_authenticated:
        request.session[SESSION_TOKEN], request.session[SESSION_COUNT] = token, pieces


def update_count(request: HttpRequest, cart: Cart) -> None:
    """Counts a guest's cart again after a change, for the header."""
    if request.user.is_authenticated:
        return
    counted = CartItem.objects.filter(cart=cart).aggregate(pieces=Sum("quantity"))["pieces"] or 0
    remember(request, cart.token, counted)


def adopt_on_sign_in(request: HttpRequest, user_id: int) -> None:
    """Merges the visitor's guest cart into their own when they sign in (the setting SIGNED_IN names this function)."""
    token = request.session.pop(SESSION_TOKEN, None)
    request.session.pop(SESSION_COUNT, None)
    if token:
        adopt(user_id=user_id, token=token)


def adopt(*, user_id: int, token: str) -> None:
    """At sign-in a guest's cart joins the person's, in the guest's region: the one they are shopping in now.

    Quantities add up to the most that one may have; what is more than a cart holds stays out.
    """
    with transaction.atomic():
        guest = Cart.objects.select_for_update().filter(token=token, user=None).first()
        if guest is None:
            return
        own = Cart.objects.select_for_update().filter(user_id=user_id).first()
        if own is None:
            Cart.objects.filter(pk=guest.pk).update(user_id=user_id)
            return
        if own.region_id != guest.region_id:
            change_region(own, guest.region_id)
        with connection.cursor() as cursor:
            cursor.execute(
                _JOIN,
                {
                    "own": own.pk,
                    "guest": guest.pk,
                    "most": policy.CART_LINE_MOST,
                    "lines": policy.CART_MOST_LINES,
                },
            )
        Cart.objects.filter(pk=own.pk).update(coupon=own.coupon_id or guest.coupon_id, updated_at=Now())
        guest.delete()


_JOIN = """
WITH own AS (SELECT variant_id FROM marketplace_cartitem WHERE cart_id = %(own)s),
     new AS (SELECT id FROM marketplace_cartitem
              WHERE cart_id = %(guest)s AND variant_id NOT IN (SELECT variant_id FROM own)
              ORDER BY id LIMIT greatest(%(lines)s - (SELECT count(*) FROM own), 0))
INSERT INTO marketplace_cartitem (cart_id, variant_id, quantity, seen_amount)
SELECT %(own)s, variant_id, quantity, seen_amount FROM marketplace_cartitem
 WHERE cart_id = %(guest)s AND (id IN (SELECT id FROM new) OR variant_id IN (SELECT variant_id FROM own))
 ORDER BY id
    ON CONFLICT (cart_id, variant_id) DO UPDATE
       SET quantity = least(%(most)s, marketplace_cartitem.quantity + excluded.quantity)
"""
