"""The payouts of a shop that somebody looks for, by page, file and API. Rows newest first."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from banibs.core.security.access_audit import get_own_or_404
from banibs.users.models import User
from payouts.models import Payout, PayoutMethod
from payouts.models.payouts import FIRST_NUMBER

Status = Payout.Status
# What a person chooses from → the states that are meant.
GROUPS = {
    "waiting": (Status.REQUESTED, Status.HELD),
    "under-way": (Status.SENDING, Status.UNKNOWN, Status.IN_TRANSIT, Status.RETURNING, Status.STUCK),
    "paid": (Status.PAID,),
    "back": (Status.FAILED, Status.RETURNED),
    "canceled": (Status.CANCELED,),
}
_NUMBER = re.compile(r"(?:PO-?)?([0-9]{1,12})", re.ASCII | re.IGNORECASE)


def id_of(number: str) -> int | None:
    """The row of a number such as PO-20417, in any case, with or without its letters; None for anything else."""
    found = _NUMBER.fullmatch(number.strip())
    return int(found[1]) - FIRST_NUMBER if found and int(found[1]) > FIRST_NUMBER else None


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for; what is empty leaves nothing out. `since` and `until` are moments: from, and before."""

    number: str = ""
    states: tuple[str, ...] = ()
    method: int | None = None
    kind: str = ""
    currency: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def of_shop(seller_id: int) -> QuerySet[Payout]:
    """All payouts of a shop, with where they go. One statement."""
    return Payout.objects.filter(seller_id=seller_id).select_related("method", "schedule").order_by("-pk")


def own_payout(user: User | AnonymousUser, pk: int) -> Payout:
    """The payout of this id, where it is of the person's shop. Raises Http404 for another's, and records that it was
    asked for.
    """
    among = Payout.objects.filter(pk=pk)
    own = among.filter(seller__user=user.pk or 0).select_related("method", "schedule")
    return get_own_or_404(own, among=among, user=user, role="seller")


def filtered(rows: QuerySet[Payout], looked: Looked) -> QuerySet[Payout]:
    """Those that are looked for."""
    wanted = Q()
    if looked.number:
        wanted &= Q(pk=id_of(looked.number) or 0)
    if looked.states:
        wanted &= Q(status__in=looked.states)
    if looked.method is not None:
        wanted &= Q(method_id=looked.method)
    if looked.kind:
        wanted &= Q(method__kind=looked.kind)
    if looked.currency:
        wanted &= Q(currency=looked.currency)
    if looked.since:
        wanted &= Q(requested_at__gte=looked.since)
    if looked.until:
        wanted &= Q(requested_at__lt=looked.until)
    return rows.filter(wanted)


def methods_of(seller_id: int) -> list[PayoutMethod]:
    """Every destination that the shop has or had. One statement."""
    return list(PayoutMethod.objects.filter(seller_id=seller_id).order_by("pk"))
