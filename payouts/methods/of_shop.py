"""A shop's destinations, read and locked. Another shop's are not there."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.models import Seller
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod


def living(shop_id: int) -> QuerySet[PayoutMethod]:
    """Those that were not removed, the default one first."""
    return PayoutMethod.objects.filter(seller=shop_id, removed_at=None).order_by("-is_default", "pk")


def found(shop_id: int, pk: int) -> PayoutMethod:
    """One of the shop's. Raises PayoutMethod.DoesNotExist."""
    return living(shop_id).get(pk=pk)


def lock_shop(shop_id: int) -> Seller:
    """The shop, locked: all changes of its destinations wait for each other, and for payouts that are begun."""
    return Seller.objects.select_for_update(of=("self",)).select_related("user").get(pk=shop_id)


def locked(shop_id: int, pk: int) -> PayoutMethod:
    """One of the shop's, locked behind its shop. Raises MethodRefused `method_removed` when it went meanwhile."""
    lock_shop(shop_id)
    row = living(shop_id).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise MethodRefused("method_removed", _("This destination was removed meanwhile."))
    return row
