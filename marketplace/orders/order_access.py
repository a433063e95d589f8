"""Who may see an order: its buyer, and its seller. Everybody else gets 404, and a look at another's is recorded.

Pages, the API and payments ask here. What a member of staff may see is the admin's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banibs.core.security.access_audit import get_own_or_404
from marketplace.models import Checkout, Order

if TYPE_CHECKING:
    from banibs.users.models import User


def visible_orders(user: User) -> QuerySet[Order]:
    """The orders that this person bought or sold, with lines, seller and checkout. Two statements."""
    return (
        Order.objects.filter(Q(buyer=user) | Q(seller__user=user))
        .select_related("seller", "checkout")
        .prefetch_related("lines")
    )


def get_visible_order(user: User, number: str, *, rows: QuerySet[Order] | None = None) -> Order:
    """The order of this number that the person bought or sold. Raises Http404.

    `rows` are `visible_orders`, when they are to be loaded otherwise.
    """
    rows = visible_orders(user) if rows is None else rows
    return get_own_or_404(rows.filter(number=number), among=Order.objects.filter(number=number), user=user)


def get_bought_order(user: User, number: str) -> Order:
    """The order of this number that the person bought, with its checkout. Raises Http404."""
    return get_own_or_404(
        Order.objects.filter(number=number, buyer=user).select_related("checkout"),
        among=Order.objects.filter(number=number),
        user=user,
    )


def get_bought_checkout(user: User, number: str, *, rows: QuerySet[Checkout]) -> Checkout:
    """The checkout of this number among `rows`, if the person bought it. Raises Http404."""
    return get_own_or_404(
        rows.filter(number=number, user=user), among=Checkout.objects.filter(number=number), user=user
    )


def get_sold_order(seller_id: int, number: str, *, user: User, rows: QuerySet[Order]) -> Order:
    """The order of this number among `rows`, the shop's sales. Raises Http404, whoever asks.

    A look of the shop at its own order that was never paid is no look at another's.
    """
    return get_own_or_404(
        rows.filter(number=number, seller_id=seller_id),
        among=Order.objects.filter(number=number).exclude(seller_id=seller_id),
        user=user,
        role="seller",
    )
