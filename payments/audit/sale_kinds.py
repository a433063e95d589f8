"""The movements of a sale, of what was set aside for it, and of top-ups, as their rows say."""

from __future__ import annotations

from payments.audit.pieces import (
    FILES_ALONE,
    PAID_TO_REVENUE,
    RECOGNISED,
    TAX,
    touched,
    touched_itself,
)
from wallet.audit.kinds import Rows, Shape
from wallet.audit.own_kinds import before

ORDER_PAID = Rows(
    kind="order_paid",
    name="payments.booked_as_sold",
    promise="Each paid checkout is booked once, order by order: the buyer's tenders and what BANIBS added, to the shop, "
    "the fee, the tax and the card's charge; and nothing else is booked as a sale.",
    table="marketplace_checkout",
    key="^checkout:([0-9]+):paid$",
    legs=f"""
SELECT 'checkout:' || root.id || ':paid' AS key, o.currency, 'order:' || o.id AS subject, leg.account, leg.change
  FROM marketplace_checkout root
  JOIN marketplace_order o ON o.checkout_id = root.id
  JOIN marketplace_checkout c ON c.id = root.id
  JOIN payments_payment p ON p.checkout_id = root.id
  LEFT JOIN wallet_movement paid ON paid.key = 'checkout:' || root.id || ':paid'
  JOIN payments_paymentsplit s ON s.order_id = o.id AND s.payment_id = p.id
 CROSS JOIN LATERAL (VALUES
         ('platform:promotions', -o.promotion),
         ('user:' || o.buyer_id || CASE WHEN p.card_part > 0 THEN ':reserved' ELSE ':wallet' END, -s.wallet_part),
         ('stripe:clearing', -s.card_part),
         ('seller:' || o.seller_id || ':pending', o.seller_net),
         (CASE WHEN {FILES_ALONE} THEN 'platform:revenue'
               WHEN {before("platform:revenue_deferred", "o.currency", "paid")} AND {PAID_TO_REVENUE}
               THEN 'platform:revenue'
               WHEN o.fee_deferred = 0 AND NOT {RECOGNISED} AND {PAID_TO_REVENUE} THEN 'platform:revenue'
               ELSE 'platform:revenue_deferred' END, o.marketplace_fee),
         ({TAX}, o.tax),
         ('platform:processing', o.processing_fee)) leg(account, change)
 WHERE root.paid_at IS NOT NULL AND {{where}}""",
    touched=touched("marketplace_checkout", "id", "checkout")
    + "\n   UNION\n  SELECT checkout_id FROM marketplace_order WHERE id IN ("
    + touched_itself("order")
    + ")",
)

# The fee less what was given back before the order was fulfilled: a refund says when it was made, a lost round and what
# was undone when they were booked.
REVENUE_RECOGNISED = Rows(
    kind="revenue_recognised",
    name="payments.revenue_recognised",
    promise="The fee of an order with a parcel is earned once, when it is fulfilled: what was left of it.",
    table="marketplace_order",
    key="^order:([0-9]+):revenue_recognised$",
    legs=f"""
SELECT 'order:' || root.id || ':revenue_recognised' AS key, root.currency, 'order:' || root.id AS subject, leg.account,
       leg.change
  FROM marketplace_order root
  JOIN marketplace_order o ON o.id = root.id
 CROSS JOIN LATERAL (
   SELECT root.marketplace_fee
          - coalesce((SELECT sum(r.fee) FROM payments_refund r
                       WHERE r.order_id = root.id AND r.created_at < root.fulfilled_at
                         AND NOT EXISTS (SELECT FROM wallet_movement undone
                                          WHERE undone.key = 'refund:' || r.id || ':canceled'
                                            AND undone.at < root.fulfilled_at)), 0)
          - coalesce((SELECT sum(s.fee) FROM payments_disputeshare s
                        JOIN payments_disputeround n ON n.id = s.round_id
                        JOIN wallet_movement lost ON lost.key = 'dispute:' || n.dispute_id || ':' || n.number || ':lost'
                       WHERE s.order_id = root.id AND lost.at < root.fulfilled_at
                         AND NOT EXISTS (SELECT FROM wallet_movement undone
                                          WHERE undone.key = 'dispute:' || n.dispute_id || ':' || n.number || ':reinstated'
                                            AND undone.at < root.fulfilled_at)), 0) AS fee) earned
 CROSS JOIN LATERAL (VALUES ('platform:revenue_deferred', -earned.fee), ('platform:revenue', earned.fee))
              leg(account, change)
 WHERE root.fulfilled_at IS NOT NULL AND NOT {FILES_ALONE}
   AND ({RECOGNISED} OR NOT {PAID_TO_REVENUE}) AND {{where}}""",
    touched=touched_itself("order"),
)

# What an order held is what the shop earned of it, less what refunds and disputes had taken before.
CLEARED = Rows(
    kind="funds_cleared",
    name="payments.cleared_as_held",
    promise="What an order still held became available to its shop once, when it was cleared: its net less what refunds "
    "and disputes had taken.",
    table="marketplace_order",
    key="^order:([0-9]+):cleared$",
    legs="""
SELECT 'order:' || root.id || ':cleared' AS key, root.currency, 'order:' || root.id AS subject, leg.account, leg.change
  FROM marketplace_order root
 CROSS JOIN LATERAL (
   SELECT root.seller_net - root.held
          - coalesce((SELECT sum(r.from_held) FROM payments_refund r
                       WHERE r.order_id = root.id
                         AND NOT EXISTS (SELECT FROM wallet_movement undone
                                          WHERE undone.key = 'refund:' || r.id || ':canceled'
                                            AND undone.at < root.cleared_at)), 0)
          - coalesce((SELECT sum(s.from_held) FROM payments_disputeshare s
                        JOIN payments_disputeround n ON n.id = s.round_id
                       WHERE s.order_id = root.id
                         AND NOT EXISTS (SELECT FROM wallet_movement undone
                                          WHERE undone.key = 'dispute:' || n.dispute_id || ':' || n.number || ':won'
                                            AND undone.at < root.cleared_at)), 0) AS net) held
 CROSS JOIN LATERAL (VALUES ('seller:' || root.seller_id || ':pending', -held.net),
                            ('seller:' || root.seller_id || ':available', held.net)) leg(account, change)
 WHERE root.cleared_at IS NOT NULL AND {where}""",
    touched=touched_itself("order"),
)

# The last attempt's amount stands on the payment while it is set aside, and where it paid; an earlier one, and one that
# was released, is what was set aside, which `wallet_released` must give back.
_ATTEMPTS = """
  FROM payments_payment root
 CROSS JOIN LATERAL generate_series(1, root.attempt) AS attempt(number)
  LEFT JOIN LATERAL (SELECT max(t.amount) AS amount FROM wallet_movement m JOIN wallet_transfer t ON t.movement_id = m.id
                      WHERE m.key = 'payment:' || root.id || ':' || attempt.number || ':reserved') aside ON true
 CROSS JOIN LATERAL (SELECT attempt.number = root.attempt AND root.status = 'succeeded'
                            AND root.card_part > 0 AND root.wallet_part > 0 AS paid,
                            attempt.number = root.attempt AND root.reserved > 0 AS kept) stands"""

RESERVED = Rows(
    kind="wallet_reserved",
    name="payments.reserved_as_paid",
    promise="Each time a wallet's part was set aside is an attempt of a payment, from its payer's wallet.",
    table="payments_payment",
    key="^payment:([0-9]+):[0-9]+:reserved$",
    legs=f"""
SELECT 'payment:' || root.id || ':' || attempt.number || ':reserved' AS key, root.currency,
       'payment:' || root.id AS subject, leg.account, leg.change
{_ATTEMPTS}
 CROSS JOIN LATERAL (SELECT CASE WHEN stands.paid THEN root.wallet_part WHEN stands.kept THEN root.reserved
                                 ELSE coalesce(aside.amount, 1) END AS amount) sum
 CROSS JOIN LATERAL (VALUES ('user:' || root.user_id || ':wallet', -sum.amount),
                            ('user:' || root.user_id || ':reserved', sum.amount)) leg(account, change)
 WHERE {{where}}""",
    touched=touched_itself("payment"),
)

RELEASED = Rows(
    kind="wallet_released",
    name="payments.released_as_reserved",
    promise="What was set aside and did not pay went back to its payer's wallet, each attempt once and whole.",
    table="payments_payment",
    key="^payment:([0-9]+):[0-9]+:released$",
    legs=f"""
SELECT 'payment:' || root.id || ':' || attempt.number || ':released' AS key, root.currency,
       'payment:' || root.id AS subject, leg.account, leg.change
{_ATTEMPTS}
 CROSS JOIN LATERAL (VALUES ('user:' || root.user_id || ':reserved', -aside.amount),
                            ('user:' || root.user_id || ':wallet', aside.amount)) leg(account, change)
 WHERE NOT stands.paid AND NOT stands.kept AND {{where}}""",
    touched=touched_itself("payment"),
)

TOPPED_UP = Rows(
    kind="wallet_topped_up",
    name="payments.top_ups_are_booked",
    promise="Each top-up that succeeded put its amount into the wallet of its payer once, and nothing else did.",
    table="payments_payment",
    key="^payment:([0-9]+):topped_up$",
    legs="""
SELECT 'payment:' || root.id || ':topped_up' AS key, root.currency, 'payment:' || root.id AS subject, leg.account,
       leg.change
  FROM payments_payment root
 CROSS JOIN LATERAL (VALUES ('stripe:clearing', -root.amount),
                            ('user:' || root.user_id || ':wallet', root.amount)) leg(account, change)
 WHERE root.checkout_id IS NULL AND root.status = 'succeeded' AND {where}""",
    touched=touched_itself("payment"),
)

# The key carries Stripe's id as Stripe writes it; the first edition wrote it in small letters. What Stripe took for a
# sale stands on its orders; for a top-up on nothing but the movement.
FEE_SETTLED = Rows(
    kind="processing_fee_settled",
    name="payments.fees_are_settled",
    promise="What Stripe took for a payment is booked once, by the balance transaction that its intent names, and is what "
    "its orders show.",
    table="payments_intent",
    key="^never:([0-9]+)$",  # the key names the balance transaction: `touched` finds its intent
    legs=f"""
SELECT coalesce(m.key, 'balance_transaction:' || root.balance_transaction || ':fee') AS key, root.currency,
       'payment:' || root.payment_id AS subject, leg.account, leg.change
  FROM payments_intent root
  LEFT JOIN LATERAL (
    SELECT f.id, f.key FROM wallet_movement f
     WHERE f.key IN ('balance_transaction:' || root.balance_transaction || ':fee',
                     'balance_transaction:' || lower(root.balance_transaction) || ':fee')
     ORDER BY f.key <> 'balance_transaction:' || root.balance_transaction || ':fee' LIMIT 1) m ON true
  LEFT JOIN LATERAL (SELECT sum(o.processing_fee_actual) AS fee
                       FROM payments_paymentsplit s JOIN marketplace_order o ON o.id = s.order_id
                      WHERE s.payment_id = root.payment_id AND root.status = 'succeeded') shown ON true
 CROSS JOIN LATERAL (SELECT coalesce(shown.fee, (SELECT sum(t.amount) FROM wallet_transfer t
                                                  WHERE t.movement_id = m.id), 0) AS fee) took
 CROSS JOIN LATERAL (VALUES
         (CASE WHEN {before("platform:card_fees", "root.currency")} THEN 'platform:processing'
               ELSE 'platform:card_fees' END, -took.fee),
         ('stripe:clearing', took.fee)) leg(account, change)
 WHERE root.balance_transaction <> '' AND {{where}}""",
    touched="""SELECT i.id FROM wallet_movement n
              JOIN wallet_transfer t ON t.movement_id = n.id
              JOIN payments_intent i ON t.subject = 'payment:' || i.payment_id
             WHERE n.id > %(wallet_movement)s AND n.kind = 'processing_fee_settled'""",
)

# Its rows are Stripe's own balance transactions, which the books are held against from outside.
PROVIDER_FEE = Shape(
    kind="provider_fee_settled",
    name="payments.provider_fees",
    promise="A fee that belongs to no payment is booked by a balance transaction that no payment names, from the account "
    "of such fees to that provider's clearing; what a payout provider gave back of it goes the other way, once.",
    right="""
      (m.key ~ '^balance_transaction:[A-Za-z0-9_]+:fee_returned$'
       AND (s.code, d.code) IN (('paypal:clearing', 'platform:payout_fees'), ('wise:clearing', 'platform:payout_fees'))
       AND EXISTS (SELECT FROM wallet_movement f WHERE f.key = replace(m.key, ':fee_returned', ':fee')))
      OR m.key ~ '^balance_transaction:[A-Za-z0-9_]+:fee$'
      AND (s.code, d.code) IN (('platform:card_fees', 'stripe:clearing'), ('platform:payout_fees', 'paypal:clearing'),
                               ('platform:payout_fees', 'wise:clearing'), ('platform:payout_fees', 'crypto:clearing'))
      AND NOT EXISTS (SELECT FROM payments_intent i WHERE m.key = 'balance_transaction:' || i.balance_transaction || ':fee')
      """,
)

KINDS = (
    ORDER_PAID,
    REVENUE_RECOGNISED,
    CLEARED,
    RESERVED,
    RELEASED,
    TOPPED_UP,
    FEE_SETTLED,
    PROVIDER_FEE,
)
