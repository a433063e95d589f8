"""What stories of a shop's figures share: the months as they stand, and what the ledger says of the same sales."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict

from banibs.core.jobs import event_delivery
from marketplace.models import SalesMonth, Seller
from marketplace.sellers import time_zones
from payouts.analytics.facts_sql import MEASURES
from wallet.models import Account, Movement, Transfer

# What a sale does to a shop's accounts. Clearing, holding back and a dispute that is open only move it among them.
OF_SALES = (
    *("order_paid", "order_refunded", "refund_canceled", "dispute_opened", "dispute_won", "dispute_lost"),
    *("dispute_reinstated", "dispute_fee", "dispute_fee_returned", "funds_cleared"),
)


def told() -> None:
    """Every event is handed to whom it concerns."""
    while event_delivery.deliver_due():
        pass


def months(shop: Seller) -> dict[tuple[object, ...], tuple[int, ...]]:
    """The shop's summed months, row by row; rows of nothing left out."""
    names = ("month", "currency", "region", "part", "kind", "product")
    rows = SalesMonth.objects.filter(seller=shop).values_list(*names, *MEASURES)
    return {row[: len(names)]: row[len(names) :] for row in rows if any(row[len(names) :])}


def by_ledger(shop: Seller) -> dict[tuple[str, str], int]:
    """(month, currency) → what movements of sales did to all the shop's accounts, in the shop's own months."""
    zone: zoneinfo.ZoneInfo = time_zones.zone(shop)
    own = set(Account.objects.filter(code__startswith=f"seller:{shop.pk}:").values_list("pk", flat=True))
    kinds = dict(Movement.objects.filter(kind__in=OF_SALES).values_list("pk", "kind"))
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in Transfer.objects.filter(movement__in=list(kinds)):
        month = f"{one.at.astimezone(zone):%Y-%m}"
        sums[month, one.currency] += one.amount * ((one.target_id in own) - (one.source_id in own))
    return {key: amount for key, amount in sums.items() if amount}


def by_months(shop: Seller) -> dict[tuple[str, str], int]:
    """The same from the summed months."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in SalesMonth.objects.filter(seller=shop):
        sums[f"{row.month:%Y-%m}", row.currency] += row.net
    return {key: amount for key, amount in sums.items() if amount}
