"""`/admin/desk/payouts/`: what waits, is held, is stuck or lacks money at a provider, and what staff should know of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core import clock
from banibs.core.clock import Now
from banibs.core.db import keyset_pagination
from banibs.core.models import Event
from banibs.core.money import Money
from marketplace.regions.visitor_request import VisitorRequest
from payouts import policy
from payouts.models import Payout, PayoutHold, PayoutMethod
from payouts.sending.refusals import waits_text
from payouts.sending.send_payout import waiting_for_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PageContext = dict[str, object]
SEE, ACT = "payouts.view_payout", "payouts.change_payout"
S = Payout.Status
OPEN = (S.REQUESTED, S.HELD, S.SENDING, S.UNKNOWN, S.IN_TRANSIT, S.RETURNING, S.STUCK)
TABS: dict[str, tuple[StrOrPromise, Q]] = {
    "open": (gettext_lazy("Not over"), Q(status__in=OPEN)),
    "waiting": (gettext_lazy("Waiting"), Q(status=S.REQUESTED)),
    "held": (gettext_lazy("Held"), Q(status=S.HELD)),
    "stuck": (gettext_lazy("Stuck"), Q(status__in=[S.STUCK, S.UNKNOWN])),
    "short": (gettext_lazy("Short of funds"), waiting_for_money()),
    "crypto": (
        gettext_lazy("For the treasury"),
        Q(status__in=[S.SENDING, S.IN_TRANSIT], method__kind=PayoutMethod.Kind.CRYPTO),
    ),
    "failed": (gettext_lazy("Failed"), Q(status=S.FAILED)),
    "all": (gettext_lazy("All"), Q()),
}


@dataclass(frozen=True)
class Row:
    """A payout in the queue: what blocks it, by when somebody must have looked, and what is risky about it."""

    payout: Payout
    blocks: str
    deadline: dt.datetime | None
    late: bool
    risks: Sequence[str]


@dataclass(frozen=True)
class Short:
    """How much of BANIBS's money a provider lacks in a currency."""

    provider: str
    amount: Money
    payouts: int
    since: dt.datetime


@require_safe
@never_cache
def show(request: VisitorRequest, site: PageContext) -> HttpResponse:
    """A page of the queue. The same number of statements however many payouts there are."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    tab = request.GET.get("show", "open")
    tab = tab if tab in TABS else "open"
    rows = Payout.objects.filter(TABS[tab][1]).select_related("seller", "method")
    found = keyset_pagination.page(rows, request.GET, size=policy.PAYOUT_DESK_ROWS)
    context = {
        **site,
        "title": _("Payouts"),
        "rows": described(list(found.rows)),
        "pages": found.links(request.GET),
        "tabs": [(name, label) for name, (label, _rows) in TABS.items()],
        "tab": tab,
        "shorts": shorts(),
        "holds": PayoutHold.objects.filter(lifted_at=None)
        .select_related("seller", "placed_by")
        .order_by("review_on", "pk")[: policy.PAYOUT_DESK_ROWS],
        "today": clock.now().date(),
    }
    return render(request, "admin/dashboard/payouts/payouts.html", context)


def shorts() -> list[Short]:
    """What waits for money of BANIBS's, per provider and currency, the largest wait first. One statement."""
    kinds = dict(PayoutMethod.Kind.choices)
    rows = (
        Payout.objects.filter(waiting_for_money())
        .values("method__kind", "currency")
        .annotate(total=Sum("amount"), payouts=Count("pk"), since=Min("requested_at"))
        .order_by("since")
    )
    return [
        Short(
            str(kinds[one["method__kind"]]),
            Money(one["total"], one["currency"]),
            one["payouts"],
            one["since"],
        )
        for one in rows
    ]


def described(payouts: Sequence[Payout]) -> list[Row]:
    """The payouts with what blocks them and what is risky. Four statements however many."""
    now, held = clock.now(), _held_since(payouts)
    risks = _risks(payouts, now)
    rows = []
    for one in payouts:
        since = held.get(one.pk)
        deadline = since + policy.CHECKED_WITHIN if since else None
        late = deadline is not None and deadline <= now
        rows.append(Row(one, blocks(one), deadline, late, risks[one.pk]))
    return rows


def blocks(payout: Payout) -> str:
    """Why it does not go, in words for staff; empty where nothing keeps it."""
    if payout.status == S.HELD:
        return payout.held_reason
    if payout.status == S.REQUESTED:
        if payout.waits_for == "on_hold":
            return _("All payouts of this shop are held.")
        return waits_text(payout.waits_for) if payout.waits_for else ""
    if payout.status == S.STUCK:
        return _("The provider does not give it back. The money stands in transit.")
    if payout.status == S.UNKNOWN:
        return _("Nobody knows yet whether the provider has it. It is asked by itself.")
    return payout.failure_text


def _held_since(payouts: Sequence[Payout]) -> Mapping[int, dt.datetime]:
    """When each held one was held last. One statement."""
    held = Event.objects.filter(
        subject_type="payout", subject_id=OuterRef("pk"), kind="payout.held"
    ).order_by("-pk")
    rows = Payout.objects.filter(pk__in=[one.pk for one in payouts if one.status == S.HELD])
    return {
        pk: since
        for pk, since in rows.annotate(since=Subquery(held.values("at")[:1])).values_list("pk", "since")
        if since is not None
    }


def _risks(payouts: Sequence[Payout], now: dt.datetime) -> Mapping[int, list[str]]:
    """What is unusual: a young destination, a first payout, many in a week. Two statements."""
    sellers = {one.seller_id for one in payouts}
    paid = set(_of(sellers).exclude(paid_at=None).values_list("seller_id", flat=True).distinct())
    busy = {
        one["seller_id"]: one["how_many"]
        for one in _of(sellers)
        .filter(requested_at__gt=Now() - policy.RISK_BUSY_WEEK)
        .values("seller_id")
        .annotate(how_many=Count("pk"))
    }
    found: dict[int, list[str]] = {}
    for one in payouts:
        notes = []
        age = now - one.method.created_at
        if age < policy.RISK_NEW_METHOD:
            notes.append(_added(max(age.days, 0)))
        if one.seller_id not in paid:
            notes.append(_("First payout of this shop"))
        number = busy.get(one.seller_id, 0)
        if number > policy.RISK_BUSY_PAYOUTS:
            notes.append(_("%(number)s payouts asked for in a week") % {"number": number})
        found[one.pk] = notes
    return found


def _added(days: int) -> str:
    if not days:
        return _("Destination added today")
    return ngettext("Destination added %(days)s day ago", "Destination added %(days)s days ago", days) % {
        "days": days
    }


def _of(sellers: set[int]) -> QuerySet[Payout]:
    return Payout.objects.filter(seller_id__in=sellers)
