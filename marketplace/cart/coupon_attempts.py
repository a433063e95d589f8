"""Typing a coupon's code, slowly enough that codes cannot be guessed."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart

TRIES = 10  # wrong codes
SECONDS = 600


class TooManyTries(Exception):
    """So many wrong codes came from this person or address that none is looked at for a while."""


def try_code(request: HttpRequest, cart: Cart, code: str) -> None:
    """Types a code into the cart. Raises CartRefusal as `coupons.apply_coupon` does; TooManyTries after ten wrong ones."""
    who = f"user:{request.user.pk}" if request.user.is_authenticated else get_adapter().get_client_ip(request)
    key = f"coupon-tries:{who}"
    if cache.get(key, 0) >= TRIES:
        raise TooManyTries(_("That was ten wrong codes. Wait ten minutes, then try again."))
    try:
        coupons.apply_coupon(cart, code)
    except CartRefusal:
        cache.add(key, 0, SECONDS)
        cache.incr(key)
        raise
