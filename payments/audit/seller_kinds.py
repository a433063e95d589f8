"""The movements by which a shop's money is held back, or pays a debt, as reserves and agreements say."""

from __future__ import annotations

from banibs.core.audit import Check
from payments.audit.pieces import touched
from wallet.audit.kinds import Rows, Shape

_HOLDS = touched("payments_reservehold", "order_id", "order")

RESERVE_HELD = Rows(
    kind="reserve_held",
    name="payments.reserves_are_booked",
    promise="Each reserve was taken once from what its order had made available, and nothing else is held back.",
    table="payments_reservehold",
    key="^never:([0-9]+)$",
    legs="""
SELECT 'order:' || root.order_id || ':reserve_held' AS key, root.currency, 'order:' || root.order_id AS subject,
       leg.account, leg.change
  FROM payments_reservehold root
  JOIN marketplace_order o ON o.id = root.order_id
 CROSS JOIN LATERAL (VALUES ('seller:' || o.seller_id || ':available', -root.amount),
                            ('seller:' || o.seller_id || ':reserve', root.amount)) leg(account, change)
 WHERE {where}""",
    touched=_HOLDS,
)

# What is released is what refunds and disputes of the order have not taken.
RESERVE_RELEASED = Rows(
    kind="reserve_released",
    name="payments.reserves_released",
    promise="What was left of a reserve became available once, when its row says so.",
    table="payments_reservehold",
    key="^never:([0-9]+)$",
    legs="""
SELECT 'order:' || root.order_id || ':reserve_released' AS key, root.currency, 'order:' || root.order_id AS subject,
       leg.account, leg.change
  FROM payments_reservehold root
  JOIN marketplace_order o ON o.id = root.order_id
 CROSS JOIN LATERAL (
   SELECT root.amount
          - coalesce((SELECT sum(r.from_reserve) FROM payments_refund r
                       WHERE r.order_id = o.id AND r.status <> 'canceled'), 0)
          - coalesce((SELECT sum(s.from_reserve) FROM payments_disputeshare s
                        JOIN payments_disputeround n ON n.id = s.round_id
                       WHERE s.order_id = o.id AND n.state <> 'won'), 0) AS amount) kept
 CROSS JOIN LATERAL (VALUES ('seller:' || o.seller_id || ':reserve', -kept.amount),
                            ('seller:' || o.seller_id || ':available', kept.amount)) leg(account, change)
 WHERE root.released_at IS NOT NULL AND {where}""",
    touched=_HOLDS,
)

DEBT_AGREED = Rows(
    kind="debt_agreed",
    name="payments.debts_agreed",
    promise="Each debt that was agreed on left its shop's available balance once, and stands by itself.",
    table="payments_debtagreement",
    key="^debt:([0-9]+):agreed$",
    legs="""
SELECT 'debt:' || root.id || ':agreed' AS key, root.currency, 'debt:' || root.id AS subject, leg.account, leg.change
  FROM payments_debtagreement root
 CROSS JOIN LATERAL (VALUES ('seller:' || root.seller_id || ':debt', -root.agreed),
                            ('seller:' || root.seller_id || ':available', root.agreed)) leg(account, change)
 WHERE root.state <> 'proposed' AND {where}""",
)

DEBT_RECALLED = Rows(
    kind="debt_recalled",
    name="payments.debts_recalled",
    promise="What was left of a debt that was recalled fell due once.",
    table="payments_debtagreement",
    key="^debt:([0-9]+):recalled$",
    legs="""
SELECT 'debt:' || root.id || ':recalled' AS key, root.currency, 'debt:' || root.id AS subject, leg.account, leg.change
  FROM payments_debtagreement root
 CROSS JOIN LATERAL (SELECT root.agreed - root.repaid - root.written_off AS amount) rest
 CROSS JOIN LATERAL (VALUES ('seller:' || root.seller_id || ':available', -rest.amount),
                            ('seller:' || root.seller_id || ':debt', rest.amount)) leg(account, change)
 WHERE root.state = 'recalled' AND {where}""",
)

_DEBT = """
  LEFT JOIN payments_debtagreement g ON t.subject = 'debt:' || g.id AND g.currency = t.currency"""

DEBT_SHARE = Shape(
    kind="debt_share",
    name="payments.debt_shares",
    promise="What repays a debt from a sale is of an order that its shop has cleared.",
    joins=_DEBT
    + """
  LEFT JOIN marketplace_order o ON m.key = 'order:' || o.id || ':debt_share' AND o.cleared_at IS NOT NULL""",
    right="""o.seller_id = g.seller_id AND o.currency = t.currency
      AND s.code = 'seller:' || g.seller_id || ':available' AND d.code = 'seller:' || g.seller_id || ':debt'""",
)

DEBT_REPAID = Shape(
    kind="debt_repaid",
    name="payments.debts_repaid",
    promise="What repays a shop's debt from a wallet is from its owner's.",
    joins=_DEBT
    + """
  LEFT JOIN marketplace_seller shop ON shop.id = g.seller_id""",
    right="""m.key ~ ('^debt:' || g.id || ':[0-9]+:repaid$') AND s.code = 'user:' || shop.user_id || ':wallet'
      AND d.code IN ('seller:' || shop.id || ':debt', 'seller:' || shop.id || ':available')""",
)

WRITTEN_OFF = Shape(
    kind="written_off",
    name="payments.debts_written_off",
    promise="A debt that was given up was given up by two people, for its shop.",
    joins=_DEBT
    + """
  LEFT JOIN wallet_approval a ON m.key = 'approval:' || a.id || ':written_off'""",
    right="""s.code = 'platform:bad_debt' AND d.code = 'seller:' || g.seller_id || ':debt'
      AND a.action = 'write_off_debt' AND a.status = 'approved'
      AND a.amount = t.amount AND a.currency = t.currency""",
)

KINDS = (
    RESERVE_HELD,
    RESERVE_RELEASED,
    DEBT_AGREED,
    DEBT_RECALLED,
    DEBT_SHARE,
    DEBT_REPAID,
    WRITTEN_OFF,
)

CHECKS = [
    Check(
        "payments.debts_are_repaid",
        "What an agreement says to be repaid and written off is what was booked for it.",
        """SELECT g.id AS debt, g.repaid, g.written_off, booked.repaid AS booked_repaid, booked.written_off AS booked_off
             FROM payments_debtagreement g
            CROSS JOIN LATERAL (
              SELECT coalesce(sum(t.amount) FILTER (WHERE m.kind IN ('debt_share', 'debt_repaid')), 0) AS repaid,
                     coalesce(sum(t.amount) FILTER (WHERE m.kind = 'written_off'), 0) AS written_off
                FROM wallet_account a
                JOIN wallet_transfer t ON t.target_id = a.id AND t.target_balance IS NOT NULL
                                      AND t.subject = 'debt:' || g.id
                JOIN wallet_movement m ON m.id = t.movement_id
               WHERE a.code = 'seller:' || g.seller_id || ':debt' AND a.currency = g.currency) booked
            WHERE (g.repaid, g.written_off) IS DISTINCT FROM (booked.repaid, booked.written_off)""",
    ),
]
