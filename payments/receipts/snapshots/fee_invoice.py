"""BANIBS's fees of a shop's month in one currency: what was earned by orders, less what was given back of it.

The figures are the ledger's: what moved into and out of the platform's revenue for each order, months by UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.conf import settings
from django.db import connection

from banibs.core.money import half_up
from marketplace.models import Seller
from payments import policy
from payments.receipts.months import Month
from payments.receipts.snapshots.draft import Draft, LineData, NotYet, Said
from payments.receipts.snapshots.parties import Party, platform, shops

# One pass over the month's part of the revenue, by the index of its sums.
_FEES = """
WITH revenue AS MATERIALIZED (SELECT id FROM wallet_account WHERE code = 'platform:revenue'), moved AS (
  SELECT t.subject, t.currency, t.amount AS earned, 0 AS back FROM wallet_transfer t
   WHERE t.target_id IN (SELECT id FROM revenue) AND t.target_balance IS NULL AND t.at >= %(since)s AND t.at < %(until)s
   UNION ALL
  SELECT t.subject, t.currency, 0, t.amount FROM wallet_transfer t
   WHERE t.source_id IN (SELECT id FROM revenue) AND t.source_balance IS NULL AND t.at >= %(since)s AND t.at < %(until)s
)
SELECT o.seller_id, moved.currency, o.number, sum(moved.earned)::bigint, sum(moved.back)::bigint
  FROM moved JOIN marketplace_order o ON o.id = split_part(moved.subject, ':', 2)::bigint
 WHERE moved.subject LIKE 'order:%%' AND (%(sellers)s::bigint[] IS NULL OR o.seller_id = ANY(%(sellers)s::bigint[]))
 GROUP BY o.seller_id, moved.currency, o.id ORDER BY o.seller_id, moved.currency, o.id
"""


Fee = tuple[str, int, int]  # the order's number, earned, given back


def fees(month: Month, sellers: Sequence[int] | None = None) -> dict[tuple[int, str], list[Fee]]:
    """(shop, currency) → its orders' fees of the month, of these shops or of all. One statement."""
    found: dict[tuple[int, str], list[Fee]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _FEES,
            {
                "since": month.since,
                "until": month.until,
                "sellers": None if sellers is None else list(sellers),
            },
        )
        for seller, currency, number, earned, back in cursor.fetchall():
            found[seller, currency].append((number, earned, back))
    return found


def subject(seller: int, currency: str, month: Month) -> str:
    """What a fee invoice is about."""
    return f"shop:{seller}:{currency}:{month.name}"


def fee_invoices(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """Fee invoices of shops' months. Two statements, and one for each month."""
    wanted = [(one, *one.split(":")[1:]) for one in subjects]
    sellers = Seller.objects.in_bulk({int(seller) for _one, seller, _currency, _month in wanted})
    parties = shops(sellers.values())
    months = {name: fees(Month(name), list(sellers)) for name in {month for *_rest, month in wanted}}
    return {
        one: partial(
            _draft,
            sellers[int(seller)],
            parties[int(seller)],
            currency,
            Month(month),
            months[month].get((int(seller), currency), []),
        )
        for one, seller, currency, month in wanted
        if int(seller) in sellers
    }


def _draft(shop: Seller, party: Party, currency: str, month: Month, rows: Sequence[Fee]) -> Draft:
    if not rows:
        raise NotYet(f"no fees of {shop.name} in {month.name}")
    earned, back = sum(row[1] for row in rows), sum(row[2] for row in rows)
    total = earned - back
    return Draft(
        language=settings.LANGUAGE_CODE,
        country=shop.country,
        seller_id=shop.pk,
        data={
            "currency": currency,
            "month": month.name,
            "issuer": platform().frozen(),
            "seller": {"slug": shop.slug, **party.frozen()},
            "lines": _lines(rows),
            "earned": earned,
            "back": back,
            "total": total,
            **tax_on_fees(shop.country, total),
        },
    )


def _lines(rows: Sequence[Fee]) -> list[LineData]:
    """A line for each order; for as many orders in a row as needed where they would be too many."""
    together = -(-len(rows) // policy.DOCUMENT_MOST_LINES)
    groups = [rows[first : first + together] for first in range(0, len(rows), together)]
    return [
        {
            "order": group[0][0] if len(group) == 1 else f"{group[0][0]} – {group[-1][0]}",
            "quantity": len(group),
            "earned": sum(row[1] for row in group),
            "back": sum(row[2] for row in group),
        }
        for group in groups
    ]


def tax_on_fees(country: str, total: int) -> Said:
    """The tax inside the fees by where BANIBS is registered, else which note the invoice bears."""
    rate = settings.PLATFORM_TAX_REGISTRATIONS.get(country)
    if rate:
        tax = half_up(total * rate, 10_000 + rate)
        return {"rate_bps": rate, "tax": tax, "note": ""}
    note = "reverse_charge" if country in policy.REVERSE_CHARGE_COUNTRIES else "outside_scope"
    return {"rate_bps": 0, "tax": 0, "note": note}
