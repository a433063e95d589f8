"""What each account holds is what the rows say: revenue, tax, the shops' balances, the wallets, and BANIBS's expenses.

The figures are of columns alone, never of movements, but for the kinds whose movements stand on no row's figure.
"""

from __future__ import annotations

from banibs.core.audit import Check

_SUMMED = """(SELECT code, currency, ledger_summed(id, 'infinity') AS held FROM wallet_account WHERE code {which})"""
_STORED = """(SELECT code, currency, balance AS held FROM wallet_account WHERE code ~ '{pattern}')"""
# What orders sold, refunds gave back and lost rounds took, of one column each.
_PARTS = """
  SELECT {account} AS code, o.currency, o.{sold} AS amount
    FROM marketplace_order o JOIN marketplace_checkout c ON c.id = o.checkout_id
   WHERE o.paid_at IS NOT NULL
   UNION ALL
  SELECT {account}, o.currency, -r.{part}
    FROM payments_refund r
    JOIN marketplace_order o ON o.id = r.order_id JOIN marketplace_checkout c ON c.id = o.checkout_id
   WHERE r.status <> 'canceled'
   UNION ALL
  SELECT {account}, o.currency, -s.{part}
    FROM payments_disputeshare s
    JOIN payments_disputeround n ON n.id = s.round_id AND n.state = 'lost'
    JOIN marketplace_order o ON o.id = s.order_id JOIN marketplace_checkout c ON c.id = o.checkout_id"""


def _equal(name: str, promise: str, *, held: str, rows: str) -> Check:
    return Check(
        name,
        promise,
        f"""SELECT coalesce(a.code, r.code) AS account, coalesce(a.currency, r.currency) AS currency,
                   coalesce(a.held, 0) AS ledger, coalesce(r.amount, 0) AS by_rows
              FROM {held} a
              FULL JOIN (SELECT code, currency, sum(amount) AS amount FROM ({rows}) parts GROUP BY code, currency) r
                ON r.code = a.code AND r.currency = a.currency
             WHERE coalesce(a.held, 0) <> coalesce(r.amount, 0)""",
    )


def _moved(kinds: str, pattern: str) -> str:
    """What movements of these kinds did to accounts of a pattern."""
    listed = ", ".join(f"'{kind}'" for kind in kinds.split())
    return f"""
  SELECT a.code, t.currency, CASE WHEN a.id = t.target_id THEN t.amount ELSE -t.amount END AS amount
    FROM wallet_movement m
    JOIN wallet_transfer t ON t.movement_id = m.id
    JOIN wallet_account a ON a.id IN (t.source_id, t.target_id) AND a.code ~ '{pattern}'
   WHERE m.kind IN ({listed})"""


_TAX = "'platform:tax:' || coalesce(nullif(o.tax_jurisdiction, ''), c.region_id)"
_ON_HOLD = "s.from_held + s.from_reserve + s.from_available"
_BY_THEIR_OWN_ROWS = (
    "reserve_held reserve_released debt_agreed debt_share debt_repaid debt_recalled"
    " payout_sent payout_failed payout_returned earnings_to_wallet"
)
# The net that is no longer held went to the available balance, but for what refunds and disputes took of it; a round
# that was lost and credited again gave back to it all that it had taken.
_AVAILABLE = f"""
  SELECT 'seller:' || o.seller_id || ':available' AS code, o.currency, o.seller_net - o.held AS amount
    FROM marketplace_order o WHERE o.paid_at IS NOT NULL
   UNION ALL
  SELECT 'seller:' || o.seller_id || ':available', o.currency, -(r.from_held + r.from_available)
    FROM payments_refund r JOIN marketplace_order o ON o.id = r.order_id WHERE r.status <> 'canceled'
   UNION ALL
  SELECT 'seller:' || o.seller_id || ':available', o.currency,
         CASE n.state WHEN 'reinstated' THEN s.from_reserve WHEN 'won' THEN 0
                      ELSE -(s.from_held + s.from_available) END
         - CASE WHEN n.fee_returned > 0 THEN 0 ELSE s.dispute_fee END
    FROM payments_disputeshare s
    JOIN payments_disputeround n ON n.id = s.round_id
    JOIN marketplace_order o ON o.id = s.order_id
   UNION ALL{_moved(_BY_THEIR_OWN_ROWS, "^seller:[0-9]+:available$")}"""

_WALLET = f"""
  SELECT 'user:' || p.user_id || ':wallet' AS code, p.currency,
         CASE WHEN p.checkout_id IS NULL THEN CASE p.status WHEN 'succeeded' THEN p.amount ELSE 0 END
              WHEN p.status = 'succeeded' THEN -p.wallet_part ELSE -p.reserved END AS amount
    FROM payments_payment p
   UNION ALL
  SELECT 'user:' || (a.payload ->> 'user') || ':wallet', a.payload ->> 'currency', (a.payload ->> 'amount')::bigint
    FROM wallet_approval a WHERE a.status = 'approved' AND a.action = 'credit_wallet'
   UNION ALL
  SELECT 'user:' || o.buyer_id || ':wallet', r.currency,
         CASE WHEN r.status <> 'canceled' THEN r.wallet_part ELSE 0 END
         + CASE WHEN r.to_wallet_at IS NOT NULL THEN r.card_part ELSE 0 END
    FROM payments_refund r JOIN marketplace_order o ON o.id = r.order_id
   UNION ALL
  SELECT 'user:' || p.user_id || ':wallet', i.currency, i.amount
    FROM payments_intent i JOIN payments_payment p ON p.id = i.payment_id WHERE i.to_wallet_at IS NOT NULL
   UNION ALL
  SELECT 'user:' || s.user_id || ':wallet', d.currency, -s.from_wallet
    FROM payments_disputeshare s
    JOIN payments_disputeround n ON n.id = s.round_id AND n.state IN ('open', 'lost')
    JOIN payments_dispute d ON d.id = n.dispute_id
   WHERE s.order_id IS NULL
   UNION ALL{_moved("demo_credited debt_repaid earnings_to_wallet", "^user:[0-9]+:wallet$")}"""

# What of an order's fee is not yet earned: nothing once it is fulfilled or over, else what was not given back.
_DEFERRED = """SELECT o.number, o.status, o.fee_deferred, CASE
           WHEN o.paid_at IS NULL OR o.fulfilled_at IS NOT NULL OR o.status IN ('canceled', 'refunded') THEN 0
           ELSE o.marketplace_fee
                - coalesce((SELECT sum(r.fee) FROM payments_refund r
                             WHERE r.order_id = o.id AND r.status <> 'canceled'), 0)
                - coalesce((SELECT sum(s.fee) FROM payments_disputeshare s
                              JOIN payments_disputeround n ON n.id = s.round_id AND n.state = 'lost'
                             WHERE s.order_id = o.id), 0) END AS by_rows
    FROM marketplace_order o"""

# Of each line, of the delivery and of the card's charge: what was given back beside what is due by the rule. Rounding may
# move a few units from one step to the next, so that nobody gives less than nothing.
_DUE = "floor((2 * {sold}::numeric * {given} + {total}) / (2 * {total}))"


def _due(sold: str, given: str, total: str, *, free: str = "0") -> str:
    due = _DUE.format(sold=sold, given=given, total=total)
    return f"CASE WHEN o.whole THEN {sold} WHEN {total} = 0 THEN {free} ELSE {due} END"


def _due_of_line(column: str) -> str:
    """Of a line: by what it cost, or by its units where it cost nothing."""
    free = _DUE.format(sold=f"l.{column}", given="l.refunded_units", total="l.quantity")
    return _due(f"l.{column}", "l.refunded", "l.total", free=free)


_BY_THE_RULE = f"""
  WITH gave AS (
    SELECT o.*, o.refunded = o.total AND (o.total > 0 OR o.status IN ('canceled', 'refunded')) AS whole,
           (SELECT count(*) + 1 FROM marketplace_orderline l WHERE l.order_id = o.id) AS parts,
           (SELECT count(*) FROM payments_refund r WHERE r.order_id = o.id)
           + (SELECT count(*) FROM payments_disputeshare s WHERE s.order_id = o.id) AS steps
      FROM marketplace_order o
     WHERE o.paid_at IS NOT NULL AND (o.refunded > 0 OR o.status IN ('canceled', 'refunded')))
  SELECT o.number, 'line ' || l.id || ' ' || part.name AS what, part.given, part.due, o.whole, o.parts, o.steps
    FROM gave o
    JOIN marketplace_orderline l ON l.order_id = o.id
   CROSS JOIN LATERAL (VALUES
           ('tax', l.refunded_tax, {_due_of_line("tax")}),
           ('fee', l.refunded_fee, {_due_of_line("fee")}),
           ('promotion', l.refunded_promotion, {_due_of_line("promotion")})) part(name, given, due)
   UNION ALL
  SELECT o.number, part.name, part.given, part.due, o.whole, o.parts, o.steps
    FROM gave o
   CROSS JOIN LATERAL (VALUES
           ('delivery tax', o.refunded_shipping_tax,
            CASE WHEN o.whole THEN o.shipping_tax WHEN o.refunded_shipping = 0 THEN 0 ELSE o.refunded_shipping_tax END),
           ('charge', o.refunded_processing, {_due("o.processing_fee", "o.refunded", "o.total")})) part(name, given, due)"""

CHECKS = [
    _equal(
        "payments.revenue",
        "BANIBS's revenue, earned and deferred, is the fees of paid orders less what was given back.",
        held="""(SELECT 'platform:revenue' AS code, currency, sum(ledger_summed(id, 'infinity')) AS held
                   FROM wallet_account WHERE code IN ('platform:revenue', 'platform:revenue_deferred')
                  GROUP BY currency)""",
        rows=_PARTS.format(account="'platform:revenue'", sold="marketplace_fee", part="fee"),
    ),
    _equal(
        "payments.revenue_deferred",
        "The deferred revenue is what orders say of their fees to be deferred.",
        held=_SUMMED.format(which="= 'platform:revenue_deferred'"),
        rows="SELECT 'platform:revenue_deferred' AS code, currency, fee_deferred AS amount FROM marketplace_order",
    ),
    Check(
        "payments.fee_deferred",
        "What an order defers is its fee less what was given back, until it is fulfilled.",
        # An order that a server of the release before was paid by deferred nothing: its fee was the revenue at once.
        f"""SELECT * FROM ({_DEFERRED}) one
             WHERE one.fee_deferred <> one.by_rows
               AND NOT (one.fee_deferred = 0 AND EXISTS (
                 SELECT FROM marketplace_order o
                   JOIN wallet_movement m ON m.key = 'checkout:' || o.checkout_id || ':paid'
                   JOIN wallet_transfer t ON t.movement_id = m.id AND t.subject = 'order:' || o.id
                   JOIN wallet_account a ON a.id = t.target_id AND a.code = 'platform:revenue'
                  WHERE o.number = one.number))""",
    ),
    _equal(
        "payments.tax",
        "The tax kept for each jurisdiction is that of paid orders, less what was given back and remitted.",
        held=_SUMMED.format(which="~ '^platform:tax:'"),
        rows=_PARTS.format(account=_TAX, sold="tax", part="tax")
        + f"\n   UNION ALL{_moved('tax_remitted', '^platform:tax:')}",
    ),
    _equal(
        "payments.processing",
        "What shops were charged for cards is the charge of paid orders, less what was given back.",
        held=_SUMMED.format(which="= 'platform:processing'"),
        rows=_PARTS.format(account="'platform:processing'", sold="processing_fee", part="processing"),
    ),
    _equal(
        "payments.promotions",
        "What BANIBS added to sales is the promotion of paid orders, less what came back.",
        held="""(SELECT code, currency, -ledger_summed(id, 'infinity') AS held FROM wallet_account
                  WHERE code = 'platform:promotions')""",
        rows=_PARTS.format(account="'platform:promotions'", sold="promotion", part="promotion"),
    ),
    _equal(
        "payments.goodwill",
        "What staff credited is the sum of the approved credits.",
        held="""(SELECT code, currency, -ledger_summed(id, 'infinity') AS held FROM wallet_account
                  WHERE code = 'platform:goodwill')""",
        rows="""SELECT 'platform:goodwill' AS code, payload ->> 'currency' AS currency,
                       (payload ->> 'amount')::bigint AS amount
                  FROM wallet_approval WHERE status = 'approved' AND action = 'credit_wallet'""",
    ),
    _equal(
        "payments.available",
        "What a shop has available is its cleared earnings, less what refunds, disputes and their fees took of it.",
        held=_STORED.format(pattern="^seller:[0-9]+:available$"),
        rows=_AVAILABLE,
    ),
    _equal(
        "payments.disputed",
        "What stands apart for a shop or a wallet is its shares of the rounds that are open.",
        held=_STORED.format(pattern="^(seller|user):[0-9]+:disputed$"),
        rows=f"""
  SELECT CASE WHEN o.id IS NULL THEN 'user:' || s.user_id ELSE 'seller:' || o.seller_id END || ':disputed' AS code,
         d.currency, CASE WHEN o.id IS NULL THEN s.from_wallet ELSE {_ON_HOLD} END AS amount
    FROM payments_disputeshare s
    JOIN payments_disputeround n ON n.id = s.round_id AND n.state = 'open'
    JOIN payments_dispute d ON d.id = n.dispute_id
    LEFT JOIN marketplace_order o ON o.id = s.order_id""",
    ),
    _equal(
        "payments.disputes_withdrawn",
        "What the books miss at Stripe for disputes is what the open rounds withdrew.",
        held="""(SELECT code, currency, -ledger_summed(id, 'infinity') AS held FROM wallet_account
                  WHERE code = 'stripe:disputes')""",
        rows="""SELECT 'stripe:disputes' AS code, d.currency, n.withdrawn AS amount
                  FROM payments_disputeround n JOIN payments_dispute d ON d.id = n.dispute_id WHERE n.state = 'open'""",
    ),
    _equal(
        "payments.reserves",
        "What is held back of a shop is what is left of its reserves.",
        held=_STORED.format(pattern="^seller:[0-9]+:reserve$"),
        rows="""SELECT 'seller:' || o.seller_id || ':reserve' AS code, h.currency, h."left" AS amount
                  FROM payments_reservehold h JOIN marketplace_order o ON o.id = h.order_id
                 WHERE h.released_at IS NULL""",
    ),
    _equal(
        "payments.debts",
        "What a shop owes under agreements is what is left of those that stand.",
        held=_STORED.format(pattern="^seller:[0-9]+:debt$"),
        rows="""SELECT 'seller:' || seller_id || ':debt' AS code, currency, -(agreed - repaid - written_off) AS amount
                  FROM payments_debtagreement WHERE state IN ('agreed', 'repaid', 'written_off')""",
    ),
    _equal(
        "payments.wallets",
        "What a person can spend is what came into the wallet, less what was paid from it and is set aside.",
        held=_STORED.format(pattern="^user:[0-9]+:wallet$"),
        rows=_WALLET,
    ),
    Check(
        "payments.over_keeps_nothing",
        "A payment that is over has nothing set aside.",
        """SELECT id AS payment, status, reserved FROM payments_payment
            WHERE status IN ('succeeded', 'canceled') AND reserved <> 0""",
    ),
    Check(
        "payments.lines_given_back",
        "What lines and orders say was given back is what refunds and disputes took, part by part.",
        # Rows from before shares were kept line by line have no breakdown: they gave back the whole of their order.
        """WITH taken AS (
             SELECT order_id, part, sum(total) AS total, sum(tax) AS tax, sum(fee) AS fee, sum(promotion) AS promotion
               FROM (SELECT order_id, breakdown FROM payments_refund WHERE status <> 'canceled'
                      UNION ALL
                     SELECT s.order_id, s.breakdown FROM payments_disputeshare s
                       JOIN payments_disputeround n ON n.id = s.round_id AND n.state IN ('open', 'lost')
                      WHERE s.order_id IS NOT NULL) share
              CROSS JOIN LATERAL jsonb_each(share.breakdown) AS each_part(part, figures)
              CROSS JOIN LATERAL (SELECT (figures ->> 0)::bigint AS total, (figures ->> 1)::bigint AS tax,
                                         (figures ->> 2)::bigint AS fee, (figures ->> 3)::bigint AS promotion) figure
              GROUP BY order_id, part)
           SELECT number, what, column_says, shares_say FROM (
             SELECT o.id, o.number, 'line ' || l.id AS what, l.refunded AS column_says,
                    coalesce(b.total, 0) AS shares_say,
                    (l.refunded, l.refunded_tax, l.refunded_fee, l.refunded_promotion) IS DISTINCT FROM
                    (coalesce(b.total, 0), coalesce(b.tax, 0), coalesce(b.fee, 0), coalesce(b.promotion, 0)) AS differs
               FROM marketplace_orderline l JOIN marketplace_order o ON o.id = l.order_id
               LEFT JOIN taken b ON b.order_id = o.id AND b.part = l.id::text
              UNION ALL
             SELECT o.id, o.number, 'delivery', o.refunded_shipping, coalesce(b.total, 0),
                    (o.refunded_shipping, o.refunded_shipping_tax) IS DISTINCT FROM
                    (coalesce(b.total, 0), coalesce(b.tax, 0))
               FROM marketplace_order o LEFT JOIN taken b ON b.order_id = o.id AND b.part = '0'
           ) one
            WHERE differs AND NOT EXISTS (SELECT FROM payments_refund r
                                           WHERE r.order_id = one.id AND r.breakdown = '{}' AND r.status <> 'canceled'
                                             AND r.amount + r.promotion > 0)""",
    ),
    Check(
        "payments.units_given_back",
        "How many of a line went back wholly is what its refunds say.",
        """SELECT o.number, l.id AS line, l.refunded_units, coalesce(given.units, 0) AS refunds_say
             FROM marketplace_orderline l JOIN marketplace_order o ON o.id = l.order_id
             LEFT JOIN (SELECT each_line.key::bigint AS line, sum(each_line.value::int) AS units
                          FROM payments_refund r CROSS JOIN LATERAL jsonb_each_text(r.units) AS each_line
                         WHERE r.status <> 'canceled' GROUP BY each_line.key) given ON given.line = l.id
            WHERE l.refunded_units <> coalesce(given.units, 0)""",
    ),
    Check(
        "payments.shares_by_the_rule",
        "Of what goes back each party gives its part: all of it with the whole order, else in proportion, half up.",
        f"""SELECT number, what, given, due FROM ({_BY_THE_RULE}) one
             WHERE abs(given - due) > CASE WHEN whole THEN 0 ELSE (2 * parts + 1) * (1 + steps) END""",
    ),
    Check(
        "payments.given_back_by_refunds",
        "What an order says was given back of tax, fee, promotion and charge is what its refunds and disputes say.",
        """SELECT o.number, l.tax, l.fee, l.promotion, o.refunded_processing
             FROM marketplace_order o
            CROSS JOIN LATERAL (SELECT coalesce(sum(refunded_tax), 0) + o.refunded_shipping_tax AS tax,
                                       coalesce(sum(refunded_fee), 0) AS fee,
                                       coalesce(sum(refunded_promotion), 0) AS promotion
                                  FROM marketplace_orderline WHERE order_id = o.id) l
            CROSS JOIN LATERAL (
              SELECT coalesce(sum(tax), 0) AS tax, coalesce(sum(fee), 0) AS fee, coalesce(sum(promotion), 0) AS promotion,
                     coalesce(sum(processing), 0) AS processing
                FROM (SELECT tax, fee, promotion, processing FROM payments_refund
                       WHERE order_id = o.id AND status <> 'canceled'
                       UNION ALL
                      SELECT s.tax, s.fee, s.promotion, s.processing FROM payments_disputeshare s
                        JOIN payments_disputeround n ON n.id = s.round_id AND n.state IN ('open', 'lost')
                       WHERE s.order_id = o.id) given) g
            WHERE (l.tax, l.fee, l.promotion, o.refunded_processing)
                  IS DISTINCT FROM (g.tax, g.fee, g.promotion, g.processing)""",
    ),
    Check(
        "payments.given_back_adds_up",
        "What an order says was given back is what its lines and its delivery say.",
        """SELECT o.number, o.refunded, coalesce(sum(l.refunded), 0) + o.refunded_shipping AS parts
             FROM marketplace_order o LEFT JOIN marketplace_orderline l ON l.order_id = o.id
            GROUP BY o.id HAVING o.refunded <> coalesce(sum(l.refunded), 0) + o.refunded_shipping""",
    ),
]
