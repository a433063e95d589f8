"""What must hold between checkouts, orders, payments and refunds (docs "Money", What must hold at any moment, 2 to 6)."""

from banibs.core.audit import Check
from marketplace import policy

_UNRECORDED = int(policy.CLEAR_AFTER_UNRECORDED.total_seconds())
_PAID = """
  SELECT m.id, m.key, (regexp_match(m.key, '^checkout:([0-9]+):paid$'))[1]::bigint AS checkout_id
    FROM wallet_movement m WHERE m.kind = 'order_paid'
"""

ROWS = [
    Check(
        "payments.every_checkout_has_one",
        "No checkout is without a payment, and no payment that is not a top-up is without orders.",
        """SELECT c.number, p.id AS payment FROM marketplace_checkout c
             LEFT JOIN payments_payment p ON p.checkout_id = c.id
            WHERE p.id IS NULL OR p.user_id <> c.user_id OR p.currency <> c.currency
               OR NOT EXISTS (SELECT FROM marketplace_order o WHERE o.checkout_id = c.id)""",
    ),
    Check(
        "payments.amounts_agree",
        "A payment's amount is the sum of its splits and of its orders' totals, and each split pays its order.",
        """SELECT p.id AS payment, p.amount, sum(s.wallet_part + s.card_part) AS splits, sum(o.total) AS orders
             FROM payments_payment p
             JOIN marketplace_order o ON o.checkout_id = p.checkout_id
             LEFT JOIN payments_paymentsplit s ON s.order_id = o.id AND s.payment_id = p.id
            GROUP BY p.id
           HAVING p.amount IS DISTINCT FROM sum(s.wallet_part + s.card_part) OR p.amount <> sum(o.total)
               OR p.wallet_part <> sum(s.wallet_part) OR bool_or(s.wallet_part + s.card_part IS DISTINCT FROM o.total)""",
    ),
    Check(
        "payments.succeeded_is_paid",
        "A payment succeeded exactly when its checkout is paid.",
        """SELECT c.number, p.status, c.paid_at FROM payments_payment p
             JOIN marketplace_checkout c ON c.id = p.checkout_id
            WHERE (p.status = 'succeeded') <> (c.paid_at IS NOT NULL)""",
    ),
    Check(
        "payments.paid_is_booked_once",
        "Each paid checkout has one order_paid movement (none where nothing was to pay), and nothing else has one.",
        f"""SELECT c.number, paid.key AS movement FROM marketplace_checkout c
              FULL JOIN ({_PAID}) paid ON paid.checkout_id = c.id
              LEFT JOIN LATERAL (SELECT sum(o.total + o.promotion) AS due FROM marketplace_order o
                                  WHERE o.checkout_id = c.id) owed ON true
             WHERE (paid.id IS NULL AND c.paid_at IS NOT NULL AND owed.due > 0)
                OR (paid.id IS NOT NULL AND (c.id IS NULL OR c.paid_at IS NULL))""",
    ),
    Check(
        "payments.cleared_is_booked_once",
        "What an order held became available exactly when it was cleared: once, not before the wait that its clearing "
        "kept was over since payment, and when sent.",
        # The wait stands on the event of the clearing: an order is judged by the policy under which it cleared.
        f"""SELECT o.number, o.cleared_at, o.held, m.key AS movement FROM marketplace_order o
             FULL JOIN (SELECT key, (regexp_match(key, '^order:([0-9]+):cleared$'))[1]::bigint AS order_id
                          FROM wallet_movement WHERE kind = 'funds_cleared') m ON m.order_id = o.id
             LEFT JOIN LATERAL (SELECT make_interval(secs => coalesce(min((e.data ->> 'waited_seconds')::bigint),
                                                                      {_UNRECORDED})) AS wait
                                  FROM core_event e
                                 WHERE e.subject_type = 'order' AND e.subject_id = o.id
                                   AND e.kind = 'order.cleared') kept ON true
            WHERE (m.key IS NOT NULL AND (o.id IS NULL OR o.cleared_at IS NULL))
               OR (o.cleared_at IS NOT NULL AND (o.held <> 0 OR o.fulfilled_at IS NULL OR o.cleared_at < o.fulfilled_at
                                                 OR o.cleared_at < o.paid_at + kept.wait))
               OR (o.cleared_at IS NOT NULL AND m.key IS NULL AND o.seller_net > 0 AND o.refunded = 0)""",
    ),
    Check(
        "payments.refunds_within",
        "What was given back, pending included, is no more than was paid: per payment, order and tender.",
        """SELECT o.number, o.refunded, coalesce(sum(r.amount), 0) AS refunds
             FROM marketplace_order o
             JOIN payments_paymentsplit s ON s.order_id = o.id
             LEFT JOIN payments_refund r ON r.order_id = o.id AND r.status <> 'canceled'
            CROSS JOIN LATERAL (SELECT coalesce(sum(h.amount), 0) AS amount FROM payments_disputeshare h
                                  JOIN payments_disputeround n ON n.id = h.round_id AND n.state IN ('open', 'lost')
                                 WHERE h.order_id = o.id) bank
            GROUP BY o.id, s.id, bank.amount
           HAVING coalesce(sum(r.amount), 0) + bank.amount <> o.refunded
               OR coalesce(sum(r.wallet_part), 0) > s.wallet_part
               OR coalesce(sum(r.card_part), 0) > s.card_part""",
    ),
    Check(
        "payments.refunds_of_payment",
        "A payment's refunded amount is the sum of its refunds.",
        """SELECT p.id AS payment, p.refunded, coalesce(sum(r.amount), 0) AS refunds
             FROM payments_payment p LEFT JOIN payments_refund r ON r.payment_id = p.id AND r.status <> 'canceled'
            WHERE p.checkout_id IS NOT NULL
            GROUP BY p.id HAVING p.refunded <> coalesce(sum(r.amount), 0)""",
    ),
    Check(
        "payments.reserved_is_set_aside",
        "What the ledger keeps reserved of a person's wallet is the wallet part of their open payments.",
        """SELECT coalesce(a.code, 'user:' || p.user_id || ':reserved') AS account, coalesce(a.balance, 0) AS ledger,
                  coalesce(p.reserved, 0) AS payments
             FROM (SELECT code, currency, balance FROM wallet_account WHERE code LIKE 'user:%:reserved') a
             FULL JOIN (SELECT user_id, currency, sum(reserved) AS reserved FROM payments_payment
                         WHERE reserved <> 0 GROUP BY user_id, currency) p
               ON a.code = 'user:' || p.user_id || ':reserved' AND a.currency = p.currency
            WHERE coalesce(a.balance, 0) <> coalesce(p.reserved, 0)""",
    ),
    Check(
        "payments.card_part_came_by_one_intent",
        "A payment with a card part succeeded exactly when one intent of that amount did.",
        """SELECT p.id AS payment, p.status, p.card_part, sum(i.amount) AS intents
             FROM payments_payment p
             LEFT JOIN payments_intent i ON i.payment_id = p.id AND i.status = 'succeeded'
            WHERE p.card_part > 0 OR i.id IS NOT NULL
            GROUP BY p.id
           HAVING (p.status = 'succeeded') <> (count(i.id) = 1)
               OR (p.status = 'succeeded' AND sum(i.amount) IS DISTINCT FROM p.card_part)""",
    ),
    Check(
        "payments.owed_to_cards",
        "What the books owe to cards is what refunds have not sent, or got back, and not put into a wallet instead.",
        """SELECT coalesce(a.currency, r.currency) AS currency, coalesce(a.held, 0) AS ledger, coalesce(r.owed, 0) AS refunds
             FROM (SELECT currency, ledger_summed(id, 'infinity') AS held FROM wallet_account
                    WHERE code = 'stripe:refunds') a
             FULL JOIN (SELECT currency, sum(card_part * (
                                 (status <> 'canceled')::int - (sent_at IS NOT NULL OR status = 'succeeded')::int
                                 + (returned_at IS NOT NULL)::int - (to_wallet_at IS NOT NULL)::int)) AS owed
                          FROM payments_refund GROUP BY currency) r ON r.currency = a.currency
            WHERE coalesce(a.held, 0) <> coalesce(r.owed, 0)""",
    ),
    Check(
        "payments.unapplied_is_kept_apart",
        "What the books keep apart is the money of intents that came for nothing and has not gone back.",
        """SELECT coalesce(a.currency, i.currency) AS currency, coalesce(a.held, 0) AS ledger, coalesce(i.kept, 0) AS intents
             FROM (SELECT currency, ledger_summed(id, 'infinity') AS held FROM wallet_account
                    WHERE code = 'stripe:unapplied') a
             FULL JOIN (SELECT currency, sum(kept) AS kept FROM (
                          SELECT currency, amount * (1 + (refund_returned_at IS NOT NULL)::int
                                 - (refund_sent_at IS NOT NULL OR (status = 'unapplied_refunded'
                                                                   AND to_wallet_at IS NULL))::int
                                 - (to_wallet_at IS NOT NULL)::int) AS kept
                            FROM payments_intent WHERE status IN ('unapplied', 'unapplied_refunded')
                           UNION ALL
                          SELECT d.currency, -s.from_unapplied
                            FROM payments_disputeshare s
                            JOIN payments_disputeround n ON n.id = s.round_id AND n.state = 'lost'
                            JOIN payments_dispute d ON d.id = n.dispute_id
                            JOIN payments_intent whole ON whole.id = d.intent_id
                             AND NOT (whole.status = 'unapplied_refunded' AND whole.refund_sent_at IS NULL
                                      AND whole.to_wallet_at IS NULL)  -- the whole went that way
                         ) part
                         GROUP BY currency) i ON i.currency = a.currency
            WHERE coalesce(a.held, 0) <> coalesce(i.kept, 0)""",
    ),
]
