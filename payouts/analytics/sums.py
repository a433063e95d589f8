"""Sales summed by month: each thing that moves a shop's earnings is counted once, and all can be counted anew.

`hear` counts what an event's order brought; `sum_again` forgets a shop's months and counts all its orders. Both run the
same statement, which adds what `CountedSale` does not know yet, so neither can count anything twice, and a job that dies
leaves nothing half done.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.models import Event
from marketplace.models import CountedSale, Order, SalesMonth, Seller, SummedShop
from marketplace.sellers import time_zones
from payments.models import DisputeShare
from payouts import policy
from payouts.analytics.facts_sql import FACTS, MEASURES, PARTS

log = structlog.get_logger(__name__)
_SUMS = ", ".join(f"sum(p.{name})" for name in MEASURES)
_ADDED = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in MEASURES)
# Rows are written in one order, so that two who add to the same months never wait for each other in a circle.
_COUNT = f"""
WITH {FACTS},
fresh AS (
  INSERT INTO marketplace_countedsale (what, of, order_id, seller_id, currency, movement, at, net)
  SELECT what, of, order_id, seller_id, currency, movement, at, net FROM facts ORDER BY at, order_id, what, of
      ON CONFLICT (order_id, what, of) DO NOTHING
  RETURNING what || ':' || of || ':' || order_id AS fact),
new_facts AS (SELECT f.* FROM facts f JOIN fresh USING (fact)),
{PARTS.format(facts="new_facts")}
INSERT INTO marketplace_salesmonth AS kept
       (seller_id, month, currency, region_id, part, kind, product_id, {", ".join(MEASURES)})
SELECT f.seller_id, date_trunc('month', f.at AT TIME ZONE shop.zone)::date AS month, f.currency, f.region_id, p.part, p.kind,
       p.product_id, {_SUMS}
  FROM new_facts f
  JOIN parts p USING (fact)
  JOIN marketplace_summedshop shop ON shop.seller_id = f.seller_id
 GROUP BY 1, 2, 3, 4, 5, 6, 7
 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (seller_id, month, currency, region_id, part, kind, product_id) DO UPDATE SET {_ADDED}
"""


def hear(event: Event) -> None:
    """A subscriber of events: counts what is new of the orders that an event is about."""
    if event.kind == "dispute.fee_returned":
        shares = DisputeShare.objects.filter(round__dispute=event.subject_id, order__isnull=False)
        orders = list(shares.values_list("order", flat=True).distinct())
    else:
        orders = [event.subject_id]
    count_orders(orders)


def count_orders(orders: list[int]) -> None:
    """Adds what these orders brought and is not counted yet to their shops' months.

    A shop that was never summed, or whose clock changed, is summed anew, whole.
    """
    with transaction.atomic():
        for shop in Seller.objects.filter(orders__in=orders).distinct().order_by("pk"):
            if not _summed(shop):
                sum_again(shop)
        _count("o.id = ANY(%(orders)s)", {"orders": orders})


def _summed(shop: Seller) -> bool:
    """Whether the shop is summed by the clock that it has now; then nobody sums it anew until the end."""
    known = SummedShop.objects.filter(pk=shop.pk, zone=time_zones.zone_name(shop))
    return known.exists() and bool(_locked(shop, _SHARED))


def sum_again(shop: Seller) -> None:
    """Forgets the shop's months and sums all its orders. Others who count its sales wait meanwhile."""
    clock = {"country": shop.country, "timezone": shop.timezone, "zone": time_zones.zone_name(shop)}
    with transaction.atomic():
        SummedShop.objects.bulk_create([SummedShop(seller=shop, **clock)], ignore_conflicts=True)
        _locked(shop, _ALONE)
        SummedShop.objects.filter(pk=shop.pk).update(**clock, summed_at=Now())
        CountedSale.objects.filter(seller=shop.pk).delete()
        SalesMonth.objects.filter(seller=shop.pk).delete()
        _count("o.seller_id = %(shop)s", {"shop": shop.pk})


_SHARED = "SELECT * FROM marketplace_summedshop WHERE seller_id = %s FOR SHARE"
_ALONE = "SELECT * FROM marketplace_summedshop WHERE seller_id = %s FOR UPDATE"


def _locked(shop: Seller, how: str) -> list[SummedShop]:
    return list(SummedShop.objects.raw(how, [shop.pk]))


def _count(which: str, params: Mapping[str, int | list[int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(which=which), params)


def sum_due() -> int:
    """Sums shops that sold and were never summed, or whose clock changed since; returns how many. For the timetable."""
    sold = Order.objects.filter(seller=OuterRef("pk"), paid_at__isnull=False)
    known = SummedShop.objects.filter(seller=OuterRef("pk"))
    same = known.filter(country=OuterRef("country"), timezone=OuterRef("timezone"))
    due = Seller.objects.filter(Exists(known) | Q(Exists(sold))).exclude(Exists(same)).order_by("pk")
    done = 0
    for shop in due[: policy.SHOPS_SUMMED_AT_ONCE]:
        try:
            db_retry.atomic_retry(functools.partial(sum_again, shop))
            done += 1
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("sales.sum_broke", shop=shop.pk)
    return done
