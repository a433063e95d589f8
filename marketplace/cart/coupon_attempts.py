"""Limits how often a visitor may try a coupon's code, so that codes cannot be guessed."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from banibs.core.security import attempts
from banibs.core.ui import quantities
from marketplace import policy
from marketplace.cart import coupons
from marketplace.models import Cart


class TooManyTries(Exception):
    """So many wrong codes came from this person or address that none is looked at for a while."""


def try_code(request: HttpRequest, cart: Cart, code: str) -> None:
    """Applies a coupon's code to the cart.

    Raises CartRefusal as `coupons.apply_coupon` does, and TooManyTries after `policy.COUPON_MOST_TRIES` wrong ones.
    """
    who = f"user:{request.user.pk}" if request.user.is_authenticated else get_adapter().get_client_ip(request)
    key = f"coupon-tries:{who}"
    if attempts.count(key, within=policy.COUPON_WAIT) > policy.COUPON_MOST_TRIES:
        raise TooManyTries(
            _("That was %(tries)s wrong codes. Wait %(wait)s, then try again.")
            % {
                "tries": quantities.number(policy.COUPON_MOST_TRIES),
                "wait": quantities.duration(policy.COUPON_WAIT),
            }
        )
    coupons.apply_coupon(cart, code)
    attempts.take_back(key)
