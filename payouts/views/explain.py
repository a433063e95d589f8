"""A seller's figure explained: the months that a longer time is made of, or the ledger's entries of a month."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.db.keyset_pagination import turned_query
from banibs.core.money import Money
from marketplace.catalogue import categories
from marketplace.models import Product
from marketplace.regions import lookup as regions
from marketplace.sellers import time_zones
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from payouts.analytics import explain
from wallet.statement import Place


@require_safe
@seller_required
def figure(request: SellerRequest, currency: str, period: str, measure: str) -> HttpResponseBase:
    """`/seller/payouts/explain/<currency>/<period>/<measure>/`, narrowed by `category`, `kind`, `region`, `product`."""
    try:
        asked = explain.read(currency, period, measure, request.GET)
        older, newer = (_place(request, name) for name in ("older", "newer"))
    except ValueError as error:  # also NoSuchFigure
        raise Http404 from error
    context = {"figure": asked, "name": _name(asked), "when": _when(asked), "which": _which(request, asked)}
    if not asked.is_month:
        return render_page(request, "seller/payouts/explain.html", context | _months(request, asked))
    shop = request.shop
    found = explain.entries(shop.pk, asked, time_zones.zone(shop), older_than=older, newer_than=newer)
    context |= {
        "entries": found.entries.rows,
        "total": found.total,
        "count": found.count,
        "newer_url": _turned(request, "newer", found.entries.previous),
        "older_url": _turned(request, "older", found.entries.next),
    }
    if is_fragment(request):
        return render_page(request, "seller/payouts/explain.html#entries", context)
    return render_page(request, "seller/payouts/explain.html", context | _ratio(request, asked))


def _place(request: SellerRequest, name: str) -> Place | None:
    text = request.GET.get(name)
    return Place.parse(text) if text else None


def _turned(request: SellerRequest, side: str, entry: explain.Entry | None) -> str | None:
    return turned_query(request.GET, ("older", "newer"), side, entry.place) if entry else None


def _name(asked: explain.Figure) -> str:
    ratios = {"average": _("Average order"), "conversion": _("Conversion"), "refund-rate": _("Refund rate")}
    return ratios.get(asked.measure) or str(explain.MEASURES[asked.measure][0])


def _when(asked: explain.Figure) -> str:
    if asked.period == "all":
        return _("all time")
    if not asked.is_month:
        return asked.period
    return date_format(dt.date(int(asked.period[:4]), int(asked.period[5:]), 1), "F Y")


def _which(request: SellerRequest, asked: explain.Figure) -> list[str]:
    """What the figure is narrowed to, in words."""
    which, words = asked.which, []
    for key in sorted(which.categories, key=lambda one: (one is None, one or 0)):
        node = categories.by_id(key) if key else None
        words.append(
            node.name
            if node
            else _("listings that are gone")
            if key == 0
            else _("delivery and card fees")
            if key is None
            else str(key)
        )
    words += {"physical": [_("physical")], "digital": [_("digital")]}.get(which.kind, [])
    if which.region:
        place = regions.places().get(which.region)
        words.append(place.name if place else which.region)
    if which.product:
        own = Product.objects.filter(pk=which.product, seller=request.shop.pk)
        words.append(own.values_list("title", flat=True).first() or _("a listing that is gone"))
    return words


def _months(request: SellerRequest, asked: explain.Figure) -> dict[str, object]:
    months = explain.by_month(request.shop.pk, asked)
    query = f"?{request.GET.urlencode()}" if asked.which.narrows else ""
    return {
        "months": [
            (
                date_format(month, "F Y"),
                money,
                reverse("payouts:explain", args=[asked.currency, f"{month:%Y-%m}", asked.measure]) + query,
            )
            for month, money in months
        ],
        "total": Money(sum(money.amount for _month, money in months), asked.currency),
    }


def _ratio(request: SellerRequest, asked: explain.Figure) -> dict[str, object]:
    """How a figure that is no sum is reckoned, in words."""
    if asked.measure not in explain.RATIOS:
        return {}
    sums, views = explain.ratio(request.shop.pk, asked)
    average, converted, refunded = (
        sums.average(asked.currency),
        sums.conversion(views),
        sums.refund_rate(),
    )
    said = {"paid": Money(sums.sales, asked.currency), "back": Money(sums.refunds, asked.currency)}
    counted = {"orders": sums.orders, "views": views}
    if asked.measure == "average" and average:
        text = _("%(paid)s paid by buyers ÷ %(orders)d orders = %(result)s")
        return {"reckoned": text % (said | counted | {"result": average})}
    if asked.measure == "conversion" and converted is not None:
        text = _("%(orders)d orders ÷ %(views)d views of your listings = %(result).1f%%")
        return {"reckoned": text % (counted | {"result": converted})}
    if asked.measure == "refund-rate" and refunded is not None:
        text = _("%(back)s given back ÷ %(paid)s paid by buyers = %(result).1f%%")
        return {"reckoned": text % (said | {"result": refunded})}
    return {"reckoned": _("There is nothing yet to reckon it from.")}
