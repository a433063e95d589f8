"""Whose a case is: its order's buyer's and its shop's. Everybody else gets 404, and the look is recorded."""

from __future__ import annotations

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Coalesce

from banibs.core.clock import Now
from banibs.core.security.access_audit import get_own_or_404
from banibs.users.models import User
from payments import policy
from payments.models import Case


def get_bought_case(user: User, pk: int) -> Case:
    """A case of an order that the person bought. Raises Http404."""
    return get_own_or_404(
        _rows().filter(pk=pk, order__buyer=user), among=Case.objects.filter(pk=pk), user=user
    )


def get_sold_case(seller_id: int, pk: int, *, user: User) -> Case:
    """A case of an order of this shop. Raises Http404."""
    return get_own_or_404(
        _rows().filter(pk=pk, order__seller_id=seller_id),
        among=Case.objects.filter(pk=pk),
        user=user,
        role="seller",
    )


def get_visible_case(user: User, pk: int) -> Case:
    """A case of an order that the person bought or sold. Raises Http404."""
    visible = Q(order__buyer=user) | Q(order__seller__user=user)
    return get_own_or_404(_rows().filter(visible, pk=pk), among=Case.objects.filter(pk=pk), user=user)


def cases_of_shop(seller_id: int) -> QuerySet[Case]:
    """A shop's cases: those that wait for it by their deadline, then the others, the newest first. One statement."""
    return (
        _rows()
        .filter(order__seller_id=seller_id)
        .order_by(
            _is(Q(status=Case.Status.CLOSED)),
            _is(~Q(waits_for=Case.Side.SELLER)),
            Coalesce("respond_by", Now()),
            "-pk",
        )[: policy.CASES_SHOWN]
    )


def waiting_for_shop(seller_id: int) -> QuerySet[Case]:
    """The cases in which it is the shop's turn, the next deadline first."""
    waits = Case.objects.exclude(status=Case.Status.CLOSED).filter(
        order__seller_id=seller_id, waits_for=Case.Side.SELLER
    )
    return waits.select_related("order").order_by("respond_by", "pk")


def _is(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _rows() -> QuerySet[Case]:
    return Case.objects.select_related("order__seller", "order__checkout", "order__buyer")
