"""The rules of coupons, each once: which code is valid and where, what it takes off, redeeming it and giving it back."""

from __future__ import annotations

from django.db.models import F, Q
from django.utils.translation import gettext as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart, Checkout, Coupon, CouponRedemption
from marketplace.pricing import quote as pricing


def _valid() -> Q:
    """Switched on and within its time."""
    return Q(active=True, starts_at__lte=Now()) & (Q(ends_at__isnull=True) | Q(ends_at__gt=Now()))


def _left() -> Q:
    """Not redeemed as often as it may be."""
    return Q(limit__isnull=True) | Q(used__lt=F("limit"))


def is_for_region(coupon: Coupon, region: str) -> bool:
    """Whether a coupon counts in a region; one without a region counts in all."""
    return coupon.region_id in (None, region)


def apply_coupon(cart: Cart, code: str) -> Coupon:
    """Applies a coupon to the cart. Raises CartRefusal `coupon_invalid` or `coupon_exhausted`."""
    typed = code.strip().upper()[: policy.COUPON_CODE_MOST_CHARACTERS]
    coupon = Coupon.objects.filter(_valid(), code=typed).annotate(left=_left()).first()
    if coupon is None:
        raise CartRefusal("coupon_invalid", _("We do not know this code, or it has ended"), field="code")
    if not is_for_region(coupon, cart.region_id):
        raise CartRefusal("coupon_invalid", _("This code is for another region"), field="code")
    if not coupon.left:
        raise _used_up()
    Cart.objects.filter(pk=cart.pk).update(coupon=coupon, updated_at=Now())
    return coupon


def drop_coupon(cart: Cart) -> None:
    """Removes the coupon from the cart."""
    Cart.objects.filter(pk=cart.pk).update(coupon=None, updated_at=Now())


def discount(coupon: Coupon | None, region: str) -> pricing.Discount | None:
    """The terms that a cart of this region is priced with; None without a coupon that counts there."""
    if coupon is None or not is_for_region(coupon, region):
        return None
    return pricing.Discount(coupon.code, coupon.seller_id, coupon.percent_bps, coupon.amount, coupon.minimum)


def redeem_coupon(checkout: Checkout, coupon_id: int) -> None:
    """Counts the coupon as used by this checkout, in the caller's transaction. Two statements.

    Raises CartRefusal `coupon_exhausted` when it ended, or was used up, since it was typed into the cart.
    """
    taken = Coupon.objects.filter(_valid(), _left(), pk=coupon_id).update(used=F("used") + 1)
    if not taken:
        raise _used_up()
    CouponRedemption.objects.create(coupon_id=coupon_id, checkout=checkout)


def give_coupon_back(checkout: Checkout) -> None:
    """Makes a coupon usable again that an unpaid checkout had redeemed."""
    given_back, _rows = CouponRedemption.objects.filter(checkout=checkout).delete()
    if given_back and checkout.coupon_id is not None:
        Coupon.objects.filter(pk=checkout.coupon_id, used__gt=0).update(used=F("used") - 1)


def _used_up() -> CartRefusal:
    return CartRefusal("coupon_exhausted", _("This code has been used up"), field="code")
