"""Pieces of SQL that several checks of payments are made of."""

from __future__ import annotations

# Whether an order is of files alone: fulfilled by being paid, so that its fee was earned at once.
FILES_ALONE = (
    "NOT EXISTS (SELECT FROM marketplace_orderline parcel"
    " WHERE parcel.order_id = o.id AND parcel.kind = 'physical')"
)
JURISDICTION = "coalesce(nullif(o.tax_jurisdiction, ''), c.region_id)"
TAX = f"'platform:tax:' || {JURISDICTION}"


def booked(key: str, account: str) -> str:
    """Whether a movement moved the platform's account for the order `o`."""
    return f"""EXISTS (
         SELECT FROM wallet_movement bm
           JOIN wallet_transfer bt ON bt.movement_id = bm.id AND bt.subject = 'order:' || o.id
           JOIN wallet_account ba ON ba.id IN (bt.source_id, bt.target_id) AND ba.code = '{account}'
          WHERE bm.key = {key})"""


# The first edition of the chart booked every fee to the revenue at once. Such an order never recognised it again.
PAID_TO_REVENUE = booked("'checkout:' || o.checkout_id || ':paid'", "platform:revenue")
RECOGNISED = (
    "EXISTS (SELECT FROM wallet_movement rm WHERE rm.key = 'order:' || o.id || ':revenue_recognised')"
)


# What of an order that will not be sent came back to BANIBS is earned: a refund undone, a loss given back. So is what
# later leaves it again.
_CAME_BACK = """o.canceled_at IS NOT NULL AND (
             EXISTS (SELECT FROM payments_refund br
                       JOIN wallet_movement bm ON bm.key = 'refund:' || br.id || ':canceled'
                      WHERE br.order_id = o.id AND bm.at >= o.canceled_at
                        AND bm.id < (SELECT id FROM wallet_movement WHERE key = {key}))
          OR EXISTS (SELECT FROM payments_disputeshare bs
                       JOIN payments_disputeround bn ON bn.id = bs.round_id
                       JOIN wallet_movement bm
                         ON bm.key = 'dispute:' || bn.dispute_id || ':' || bn.number || ':reinstated'
                      WHERE bs.order_id = o.id AND bm.at >= o.canceled_at
                        AND bm.id < (SELECT id FROM wallet_movement WHERE key = {key})))"""


def fee_account(key: str, moment: str, *, back: bool = False) -> str:
    """Where a part of an order's fee stood at a moment: deferred until it was fulfilled, then the platform's.

    `back`: the movement gives it back to BANIBS. Of an order that will not be sent it is the platform's from then on. Of
    an order that was paid under the first edition it may be the revenue before that too, when the movement says so:
    what is deferred is held by `payments.revenue_deferred`.
    """
    given_back = f"o.canceled_at <= {moment}" if back else _CAME_BACK.format(key=key)
    return f"""CASE WHEN o.fulfilled_at <= {moment} OR ({given_back}) THEN 'platform:revenue'
              WHEN o.fee_deferred = 0 AND NOT {RECOGNISED}
                   AND {PAID_TO_REVENUE} AND {booked(key, "platform:revenue")} THEN 'platform:revenue'
              ELSE 'platform:revenue_deferred' END"""


def touched(table: str, column: str, subject: str) -> str:
    """The ids of a table's rows whose `column` an event since the last run speaks of."""
    return (
        f"SELECT id FROM {table} WHERE {column} IN (SELECT subject_id FROM core_event"
        f" WHERE id > %(core_event)s AND subject_type = '{subject}')"
    )


def touched_itself(subject: str) -> str:
    """The ids of which an event since the last run speaks."""
    return f"SELECT subject_id FROM core_event WHERE id > %(core_event)s AND subject_type = '{subject}'"
