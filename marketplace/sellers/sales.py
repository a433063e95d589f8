"""What a shop sold: which orders wait, what each month brought. A fixed number of statements; minor units.

A figure is per currency: money is never converted, and two currencies are never added.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace import policy
from marketplace.models import Order, OrderLine, Product


def of_shop(seller_id: int) -> QuerySet[Order]:
    """The shop's sales: every order that was ever paid, with its buyer and its lines. Two statements."""
    lines = Prefetch("lines", OrderLine.objects.order_by("id"))
    return (
        Order.objects.filter(seller_id=seller_id, paid_at__isnull=False)
        .select_related("checkout", "buyer")
        .prefetch_related(lines)
    )


def waiting(seller_id: int, *, limit: int | None = None) -> list[Order]:
    """What has to be sent, longest waiting first, with `waited` since it was paid."""
    waited = models.ExpressionWrapper(Now() - F("paid_at"), output_field=models.DurationField())
    rows = of_shop(seller_id).filter(status=Order.Status.PAID).annotate(waited=waited)
    return list(rows.order_by("paid_at", "pk")[: limit or policy.SELLER_WAITING_ROWS])


def send_by(order: Order) -> dt.datetime:
    """When a paid order should be on its way."""
    assert order.paid_at is not None
    return order.paid_at + policy.SEND_WITHIN


def late() -> QuerySet[Order]:
    """What should be on its way by now and is not, of every shop."""
    return Order.objects.filter(status=Order.Status.PAID, paid_at__lt=Now() - policy.SEND_WITHIN)


@dataclass(frozen=True, slots=True)
class Clearing:
    """Money of a currency that is not the shop's to take yet, and how many orders it is of."""

    orders: int
    held: Money


def clearing(seller_id: int) -> Mapping[str, Clearing]:
    """currency → what still clears (Σ `held`), which equals the ledger's seller:pending. One statement."""
    rows = (
        Order.objects.filter(seller_id=seller_id, held__gt=0)
        .order_by("currency")
        .values("currency")
        .annotate(orders=Count("pk"), held=Sum("held"))
    )
    return {
        row["currency"]: Clearing(orders=row["orders"], held=Money(int(row["held"]), row["currency"]))
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Month:
    """What the shop kept of what a month moved, and how many orders were paid in it: parcels and delivery, and files."""

    first: dt.date
    orders: int
    parcels: Money
    files: Money

    @property
    def kept(self) -> Money:
        """Both."""
        return self.parcels + self.files


_MONTHS = """
WITH this AS (SELECT date_trunc('month', banibs_now() AT TIME ZONE %(zone)s) AS first),
span AS (
  SELECT generate_series(first - make_interval(months => %(months)s - 1), first, '1 month')::date AS first FROM this),
kept AS (
  SELECT m.currency, m.month, sum(m.orders) AS orders, coalesce(sum(m.net) FILTER (WHERE m.kind = 'physical'), 0) AS parcels,
         coalesce(sum(m.net) FILTER (WHERE m.kind = 'digital'), 0) AS files
    FROM marketplace_salesmonth m
   WHERE m.seller_id = %(seller)s AND m.month >= (SELECT min(first) FROM span)
   GROUP BY m.currency, m.month HAVING sum(m.net) <> 0)
SELECT k.currency, span.first, k.orders, k.parcels, k.files
  FROM span LEFT JOIN kept k ON k.month = span.first
 ORDER BY span.first, k.currency
"""


def months(seller_id: int, *, last: int | None = None) -> Mapping[str, Sequence[Month]]:
    """currency → the last months, this one last, each of them even when nothing was sold. One statement.

    Read from the sums of `models.SalesMonth`, which follow a sale within seconds. A month begins at midnight in the zone
    that is current: the shop's, on its pages.
    """
    asked: dict[str, int | str] = {
        "seller": seller_id,
        "months": last or policy.SELLER_CHART_MONTHS,
        "zone": timezone.get_current_timezone_name(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, asked)
        rows = cursor.fetchall()
    firsts = list(dict.fromkeys(row[1] for row in rows))
    found = {(row[0], row[1]): row for row in rows if row[0]}
    currencies = sorted({currency for currency, _first in found})
    return {
        currency: [_month(currency, first, found.get((currency, first))) for first in firsts]
        for currency in currencies
    }


def _month(currency: str, first: dt.date, row: Sequence[object] | None) -> Month:
    orders, parcels, files = (int(str(value)) for value in row[2:]) if row else (0, 0, 0)
    return Month(first, orders, Money(parcels, currency), Money(files, currency))


STATES = {
    "to-send": Q(status=Order.Status.PAID),
    "posted": Q(status=Order.Status.FULFILLED),
    "complete": Q(status=Order.Status.COMPLETED),
    "cancelled": Q(status=Order.Status.CANCELED),
    "refunded": Q(refunded__gt=0),
    "clearing": Q(held__gt=0),
}


def filtered(
    rows: QuerySet[Order], *, text: str = "", state: str = "", period: str = "", currency: str = ""
) -> QuerySet[Order]:
    """The sales that a person looks for. Filters that are not known, or empty, leave out nothing.

    `text` is an order's number, or part of the buyer's name or of a title; `period` is a number of days of
    policy.SELLER_PERIODS_DAYS or a month ("2026-11").
    """
    if text:
        titles = OrderLine.objects.filter(order=OuterRef("pk"), title__icontains=text)
        rows = rows.filter(Q(number__istartswith=text) | Q(buyer__name__icontains=text) | Q(Exists(titles)))
    if state in STATES:
        rows = rows.filter(STATES[state])
    if currency:
        rows = rows.filter(currency=currency)
    if period in policy.SELLER_PERIODS_DAYS:
        return rows.filter(paid_at__gte=Now() - dt.timedelta(days=policy.SELLER_PERIODS_DAYS[period]))
    month = month_of(period)
    return rows.annotate(month=TruncMonth("paid_at")).filter(month__date=month) if month else rows


def month_of(text: str) -> dt.date | None:
    """The first day of a month written "2026-11"; None for anything else."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


def is_digital(order: Order) -> bool:
    """Whether the order is of files alone: nothing travels."""
    return order.min_days is None


def low_on_stock(seller_id: int, *, at_most: int | None = None) -> int:
    """How many listings on sale have a choice that is nearly or wholly sold out. One statement."""
    at_most = policy.SHOP_LOW_STOCK if at_most is None else at_most
    low = Q(variants__active=True, variants__stock__lte=at_most)
    return Product.objects.filter(low, seller_id=seller_id, status=Product.Status.ACTIVE).distinct().count()
