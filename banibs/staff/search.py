"""One box for staff: a number, an address, a name or Stripe's id, and what of everything bears it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core import policy
from banibs.core.ui.htmx import HtmxRequest
from banibs.users.models import User
from marketplace.models import Checkout, Order, Product, Seller
from payments.models import Dispute, Payment, Refund, WebhookLog
from payouts.models import Payout
from payouts.models.payouts import FIRST_NUMBER

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Place:
    """A table that is looked through: its name, how a row is found, and what is written beside its link."""

    label: StrOrPromise
    model: type[Model]
    find: Callable[[str], Q]
    beside: Callable[[Any], object]
    related: tuple[str, ...] = ()


def _begins(name: str) -> Callable[[str], Q]:
    return lambda q: Q(**{f"{name}__istartswith": q})


def _payment(q: str) -> Q:
    at_stripe = Q(intents__stripe_id=q) | Q(intents__session_id=q) | Q(intents__charge_id=q)
    return Q(checkout__number__iexact=q) | at_stripe


def _refund(q: str) -> Q:
    return Q(stripe_id=q) | Q(order__number__iexact=q) | Q(order__checkout__number__iexact=q)


def _payout(q: str) -> Q:
    number = re.fullmatch(r"po-([0-9]{1,15})", q.lower())
    at_provider = Q(attempts__external_id=q) | Q(attempts__payout_external_id=q)
    return Q(pk=int(number[1]) - FIRST_NUMBER) if number else at_provider


PLACES = (
    Place(
        gettext_lazy("Purchases"), Checkout, lambda q: Q(number__iexact=q), lambda row: row.user, ("user",)
    ),
    Place(
        gettext_lazy("Orders of one shop"),
        Order,
        lambda q: Q(number__iexact=q) | Q(checkout__number__iexact=q) | Q(tracking__iexact=q),
        lambda row: row.seller,
        ("seller",),
    ),
    Place(
        gettext_lazy("People"),
        User,
        lambda q: Q(email__istartswith=q) | Q(name__icontains=q) | Q(stripe_customer_id=q),
        lambda row: row.email,
    ),
    Place(
        gettext_lazy("Shops"),
        Seller,
        lambda q: (
            Q(name__icontains=q)
            | Q(slug=q.lower())
            | Q(user__email__istartswith=q)
            | Q(connected_account__stripe_account_id=q)
        ),
        lambda row: row.user.email,
        ("user",),
    ),
    Place(gettext_lazy("Listings"), Product, _begins("title"), lambda row: row.seller, ("seller",)),
    Place(
        gettext_lazy("Payments"),
        Payment,
        _payment,
        lambda row: row.get_status_display(),
        ("checkout",),
    ),
    Place(gettext_lazy("Refunds"), Refund, _refund, lambda row: row.get_status_display(), ("order",)),
    Place(
        gettext_lazy("Disputes"),
        Dispute,
        lambda q: Q(stripe_id=q) | Q(payment__checkout__number__iexact=q),
        lambda row: row.get_state_display(),
    ),
    Place(gettext_lazy("Payouts"), Payout, _payout, lambda row: row.get_status_display()),
    Place(
        gettext_lazy("Stripe's events"),
        WebhookLog,
        lambda q: Q(external_id=q),
        lambda row: row.type,
    ),
)


@require_safe
@never_cache
def show(request: HtmxRequest, site: dict[str, Any]) -> HttpResponse:
    """`/admin/search/?q=`: what bears the words, table by table; the one thing itself where there is just one.

    A query for each table that the asker may see; at most so many of each.
    """
    wanted = " ".join(request.GET.get("q", "").split())[: policy.STAFF_SEARCH_MOST_CHARACTERS]
    found = (
        [group for place in PLACES if (group := _found(request, place, wanted))] if len(wanted) > 1 else []
    )
    rows = [row for group in found for row in group["rows"]]
    if len(rows) == 1:
        return redirect(rows[0]["url"])
    context = {**site, "title": _("Search"), "home": True, "wanted": wanted, "found": found}
    return render(request, "admin/dashboard/search.html", context)


def _found(request: HtmxRequest, place: Place, wanted: str) -> dict[str, Any] | None:
    meta = place.model._meta
    if not request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
        return None
    rows: QuerySet[Any] = place.model._default_manager.filter(place.find(wanted))
    if place.related:
        rows = rows.select_related(*place.related)
    shown = list(rows.order_by("-pk").distinct()[: policy.STAFF_SEARCH_ROWS])
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    listed = [
        {"url": reverse(name, args=[row.pk]), "text": str(row), "beside": str(place.beside(row))}
        for row in shown
    ]
    return {"label": place.label, "rows": listed} if listed else None
