"""What must hold between payouts, their attempts and the ledger."""

from __future__ import annotations

from banibs.core.audit import Check
from payments.audit.pieces import touched_itself
from wallet.audit.kinds import Rows

_EVENTS = touched_itself("payout")
_FROM = """
  FROM payouts_payout root
  JOIN payouts_payoutattempt a ON a.payout_id = root.id"""


def _legs(fact: str, when: str, legs: str) -> str:
    return f"""
SELECT 'payout:' || root.id || ':' || a.number || ':{fact}' AS key, root.currency,
       'payout:' || root.id AS subject, leg.account, leg.change{_FROM}
 CROSS JOIN LATERAL (VALUES {legs}) leg(account, change)
 WHERE {when} AND {{where}}"""


def _rows(fact: str, promise: str, *, when: str, legs: str) -> Rows:
    return Rows(
        kind=f"payout_{fact}",
        name=f"payouts.{fact}",
        promise=promise,
        table="payouts_payout",
        key=f"^payout:([0-9]+):[0-9]+:{fact}$",
        legs=_legs(fact, when, legs),
        touched=_EVENTS,
    )


_AVAILABLE = "'seller:' || root.seller_id || ':available'"
_IN_TRANSIT = "'seller:' || root.seller_id || ':in_transit'"

KINDS = (
    _rows(
        "sent",
        "Each attempt took its payout's amount out of the available balance once, before its provider was asked.",
        when="a.sent_at IS NOT NULL",
        legs=f"({_AVAILABLE}, -root.amount), ({_IN_TRANSIT}, root.amount)",
    ),
    _rows(
        "handed",
        "What left Stripe's balance by a Transfer is booked once.",
        when="a.handed_at IS NOT NULL",
        legs="('stripe:connected', -root.amount), ('stripe:clearing', root.amount)",
    ),
    _rows(
        "paid",
        "What a provider paid left the books once, from where the provider holds it.",
        when="a.paid_at IS NOT NULL",
        legs=f"""({_IN_TRANSIT}, -root.amount),
             (CASE a.provider WHEN 'stripe' THEN 'stripe:connected' ELSE a.provider || ':clearing' END, root.amount)""",
    ),
    _rows(
        "failed",
        "What did not get through is available again, once; a Transfer was reversed before it.",
        when="a.failed_at IS NOT NULL",
        legs=f"""({_IN_TRANSIT}, -root.amount), ({_AVAILABLE}, root.amount),
             ('stripe:clearing', CASE WHEN a.handed_at IS NULL THEN 0 ELSE -root.amount END),
             ('stripe:connected', CASE WHEN a.handed_at IS NULL THEN 0 ELSE root.amount END)""",
    ),
    _rows(
        "returned",
        "What came back after it was paid is available again, once, and no more than really came.",
        when="a.returned_at IS NOT NULL",
        legs=f"(a.provider || ':clearing', -a.returned_amount), ({_AVAILABLE}, a.returned_amount)",
    ),
    Rows(
        kind="earnings_to_wallet",
        name="payouts.earnings_to_wallet",
        promise="What a shop's owner moved to the own wallet is booked once, to that wallet alone.",
        table="payouts_earningstransfer",
        key="^earnings:([0-9]+):to_wallet$",
        legs="""
SELECT 'earnings:' || root.id || ':to_wallet' AS key, root.currency, 'earnings:' || root.id AS subject,
       leg.account, leg.change
  FROM payouts_earningstransfer root
 CROSS JOIN LATERAL (VALUES ('seller:' || root.seller_id || ':available', -root.amount),
                            ('user:' || root.user_id || ':wallet', root.amount)) leg(account, change)
 WHERE {where}""",
    ),
)

# Money of an attempt that left the available balance and has come to no end.
_OUT = "a.sent_at IS NOT NULL AND a.paid_at IS NULL AND a.failed_at IS NULL"

CHECKS = [
    *(kind.check() for kind in KINDS),
    Check(
        "payouts.in_transit",
        "A shop's money in transit is its payouts that were begun and have not ended.",
        f"""SELECT coalesce(held.code, rows.code) AS account, coalesce(held.currency, rows.currency) AS currency,
                   coalesce(held.balance, 0) AS ledger, coalesce(rows.amount, 0) AS by_rows
              FROM (SELECT code, currency, balance FROM wallet_account WHERE code ~ '^seller:[0-9]+:in_transit$') held
              FULL JOIN (SELECT 'seller:' || root.seller_id || ':in_transit' AS code, root.currency,
                                sum(root.amount) AS amount{_FROM}
                          WHERE {_OUT} GROUP BY root.seller_id, root.currency) rows
                ON rows.code = held.code AND rows.currency = held.currency
             WHERE coalesce(held.balance, 0) <> coalesce(rows.amount, 0)""",
    ),
    Check(
        "payouts.connected",
        "What stands on connected accounts is what was handed over and neither paid nor taken back.",
        f"""SELECT coalesce(held.currency, rows.currency) AS currency, coalesce(held.amount, 0) AS ledger,
                   coalesce(rows.amount, 0) AS by_rows
              FROM (SELECT currency, -ledger_summed(id, 'infinity') AS amount FROM wallet_account
                     WHERE code = 'stripe:connected') held
              FULL JOIN (SELECT root.currency, sum(CASE
                                  WHEN a.handed_at IS NOT NULL AND a.paid_at IS NULL AND a.failed_at IS NULL
                                  THEN root.amount ELSE 0 END) AS amount{_FROM}
                          WHERE a.provider = 'stripe' GROUP BY root.currency) rows ON rows.currency = held.currency
             WHERE coalesce(held.amount, 0) <> coalesce(rows.amount, 0)""",
    ),
    Check(
        "payouts.one_attempt",
        "At most one attempt of a payout is out at a time, and none of one that waits, failed or was canceled.",
        f"""SELECT root.id AS payout, root.status, count(*) AS out{_FROM}
             WHERE {_OUT} GROUP BY root.id, root.status
            HAVING count(*) > 1 OR root.status NOT IN ('sending', 'unknown', 'in_transit', 'stuck')""",
    ),
    Check(
        "payouts.paid_once",
        "A payout was paid by at most one attempt, and says so.",
        f"""SELECT root.id AS payout, root.status, count(a.paid_at) AS paid, count(a.returned_at) AS returned{_FROM}
             GROUP BY root.id, root.status, root.paid_at, root.returned_amount
            HAVING count(a.paid_at) > 1 OR (count(a.paid_at) = 1) <> (root.paid_at IS NOT NULL)
                OR (root.status IN ('paid', 'returning')) <> (count(a.paid_at) = 1 AND count(a.returned_at) = 0
                    AND root.status <> 'stuck')
                OR sum(a.returned_amount) <> root.returned_amount""",
    ),
    Check(
        "payouts.of_its_shop",
        "A payout goes to a destination of its own shop.",
        """SELECT p.id AS payout FROM payouts_payout p JOIN payouts_payoutmethod m ON m.id = p.method_id
            WHERE m.seller_id <> p.seller_id""",
    ),
    Check(
        "payouts.earnings_to_their_owner",
        "Earnings went to the wallet of the shop's owner alone.",
        """SELECT e.id AS transfer FROM payouts_earningstransfer e JOIN marketplace_seller s ON s.id = e.seller_id
            WHERE s.user_id <> e.user_id""",
    ),
]
