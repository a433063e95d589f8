"""The rules of coupons, each once: whether a code counts now and why not, what it takes off, redeeming it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.cart.refusals import CartRefusal
from marketplace.models import Cart, Checkout, Coupon, CouponRedemption, Order
from marketplace.pricing import quote as pricing


class Problem(enum.StrEnum):
    """Why a code takes nothing off."""

    SWITCHED_OFF = "switched_off"
    NOT_BEGUN = "not_begun"
    ENDED = "ended"
    ANOTHER_REGION = "another_region"
    USED_UP = "used_up"
    HELD = "held"  # by an order of the same person that waits for its payment
    BELOW_MINIMUM = "below_minimum"
    OTHER_GOODS = "other_goods"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a coupon stands now. `held_by` is the number of the person's own unpaid order that has its last use."""

    coupon: Coupon
    problem: Problem | None
    held_by: str = ""

    @property
    def counts(self) -> bool:
        """Whether a cart may be priced with it."""
        return self.problem is None

    @property
    def message(self) -> str:
        """Why it does not count, as a sentence without its full stop; empty while it does."""
        if self.problem is None:
            return ""
        return _WORDS[self.problem]() % {"code": self.coupon.code, "order": self.held_by}

    @property
    def refusal(self) -> str:
        """The code of the refusal: `coupon_exhausted` when its uses are gone, else `coupon_invalid`."""
        return "coupon_exhausted" if self.problem in (Problem.USED_UP, Problem.HELD) else "coupon_invalid"


_WORDS = {
    Problem.SWITCHED_OFF: lambda: _("%(code)s is no longer given"),
    Problem.NOT_BEGUN: lambda: _("%(code)s has not begun yet"),
    Problem.ENDED: lambda: _("%(code)s has ended"),
    Problem.ANOTHER_REGION: lambda: _("This code is for another region"),
    Problem.USED_UP: lambda: _("This code has been used up"),
    Problem.HELD: lambda: _(
        "%(code)s is kept for your order %(order)s, which waits for its payment: pay that, or cancel it"
    ),
}


def _standings(region: str, user_id: int | None) -> QuerySet[Any]:
    """Coupons, each with its `problem` now: the one place that says which code counts."""
    own = CouponRedemption.objects.filter(
        coupon=OuterRef("pk"), checkout__user=user_id, checkout__orders__status=Order.Status.CREATED
    )
    problem = Case(
        When(active=False, then=Value(Problem.SWITCHED_OFF.value)),
        When(starts_at__gt=Now(), then=Value(Problem.NOT_BEGUN.value)),
        When(ends_at__lte=Now(), then=Value(Problem.ENDED.value)),
        When(Q(region__isnull=False) & ~Q(region=region), then=Value(Problem.ANOTHER_REGION.value)),
        When(limit__lte=F("used"), then=Value(Problem.USED_UP.value)),
        output_field=CharField(),
    )
    return Coupon.objects.annotate(problem=problem, held_by=Subquery(own.values("checkout__number")[:1]))


def _standing(coupons: QuerySet[Any]) -> Standing | None:
    coupon = coupons.first()
    if coupon is None:
        return None
    problem, held_by = coupon.problem, coupon.held_by
    if problem == Problem.USED_UP and held_by:
        return Standing(coupon, Problem.HELD, held_by)
    return Standing(coupon, Problem(problem) if problem else None)


def standing(coupon_id: int | None, *, region: str, user_id: int | None) -> Standing | None:
    """How the coupon of a cart stands in this region now; None without one. One statement."""
    if coupon_id is None:
        return None
    return _standing(_standings(region, user_id).filter(pk=coupon_id))


def apply_coupon(cart: Cart, code: str) -> Coupon:
    """Applies a coupon to the cart. Raises CartRefusal `coupon_invalid` or `coupon_exhausted`."""
    typed = code.strip().upper()[: policy.COUPON_CODE_MOST_CHARACTERS]
    found = _standing(_standings(cart.region_id, cart.user_id).filter(code=typed))
    if found is None:
        raise CartRefusal("coupon_invalid", _("We do not know this code"), field="code")
    if not found.counts:
        raise CartRefusal(found.refusal, found.message, field="code")
    Cart.objects.filter(pk=cart.pk).update(coupon=found.coupon, updated_at=Now())
    return found.coupon


def drop_coupon(cart: Cart) -> None:
    """Removes the coupon from the cart."""
    Cart.objects.filter(pk=cart.pk).update(coupon=None, updated_at=Now())


def terms(coupon: Coupon) -> pricing.Discount:
    """What a coupon takes off, for pricing."""
    return pricing.Discount(coupon.code, coupon.seller_id, coupon.percent_bps, coupon.amount, coupon.minimum)


def redeem_coupon(checkout: Checkout, coupon_id: int) -> None:
    """Counts the coupon as used by this checkout, in the caller's transaction. Two statements.

    Raises CartRefusal `coupon_invalid` or `coupon_exhausted` when it stopped to count since the cart was priced.
    """
    counting = _standings(checkout.region_id, checkout.user_id).filter(Q(("problem", None)), pk=coupon_id)
    # the condition stands in the UPDATE itself, which looks at the row again after waiting for another's
    if not counting.update(used=F("used") + 1):
        now = standing(coupon_id, region=checkout.region_id, user_id=checkout.user_id)
        if now is None or now.counts:
            raise CartRefusal("coupon_invalid", _("We do not know this code"), field="code")
        raise CartRefusal(now.refusal, now.message, field="code")
    CouponRedemption.objects.create(coupon_id=coupon_id, checkout=checkout)


def count_coupon_again(checkout: Checkout) -> None:
    """Counts a coupon that was given back as used by its checkout again. Where others have used it up since it stays
    theirs, and the order keeps its price. At most three statements.
    """
    if checkout.coupon_id is None or CouponRedemption.objects.filter(checkout=checkout).exists():
        return
    free = Q(limit=None) | Q(limit__gt=F("used"))
    if Coupon.objects.filter(free, pk=checkout.coupon_id).update(used=F("used") + 1):
        CouponRedemption.objects.create(coupon_id=checkout.coupon_id, checkout=checkout)


def give_coupon_back(checkout: Checkout) -> None:
    """Makes a coupon usable again that an unpaid checkout had redeemed."""
    given_back, _rows = CouponRedemption.objects.filter(checkout=checkout).delete()
    if given_back and checkout.coupon_id is not None:
        Coupon.objects.filter(pk=checkout.coupon_id, used__gt=0).update(used=F("used") - 1)
