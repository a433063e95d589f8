"""Sales in SQL: what moved a shop's earnings, and how each of it is made up by listing.

A *fact* is an order paid, a refund, a refund taken back, a dispute lost or reinstated, the fee of a dispute and its
return. What it did to the shop's accounts is read from the ledger; how that is made up, from the rows of the sale. A
*part* is a fact's share of one listing (`goods`), or of the order as a whole (`order`): whatever its goods do not explain,
so that the parts of a fact always add up to the ledger.
"""

# The facts of the orders that {which} chooses (o: marketplace_order). `sign` is 1 where money goes back, -1 where that is
# undone. A refund is no fact without its movement: an order that cost nothing gives nothing back.
FACTS = """
chosen AS (
  SELECT o.*, c.region_id FROM marketplace_order o JOIN marketplace_checkout c ON c.id = o.checkout_id
   WHERE o.paid_at IS NOT NULL AND {which}),
happened AS (
  SELECT 'paid' AS what, o.id AS of, o.id AS order_id, 'checkout:' || o.checkout_id || ':paid' AS key, 0 AS sign,
         NULL::jsonb AS breakdown, 0::bigint AS amount, 0::bigint AS tax, 0::bigint AS fee, 0::bigint AS promotion,
         0::bigint AS processing
    FROM chosen o
   UNION ALL
  SELECT did.what, r.id, r.order_id, 'refund:' || r.id || did.ending, did.sign, r.breakdown, r.amount, r.tax, r.fee,
         r.promotion, r.processing
    FROM payments_refund r JOIN chosen o ON o.id = r.order_id
   CROSS JOIN LATERAL (SELECT 'refunded' AS what, ':posted' AS ending, 1 AS sign
                        UNION ALL SELECT 'refund_canceled', ':canceled', -1 WHERE r.status = 'canceled') did
   UNION ALL
  SELECT did.what, n.id, s.order_id, 'dispute:' || n.dispute_id || ':' || n.number || did.ending, did.sign,
         s.breakdown, s.amount, s.tax, s.fee, s.promotion, s.processing
    FROM payments_disputeshare s JOIN payments_disputeround n ON n.id = s.round_id JOIN chosen o ON o.id = s.order_id
   CROSS JOIN LATERAL (SELECT 'lost' AS what, ':lost' AS ending, 1 AS sign WHERE n.state IN ('lost', 'reinstated')
                        UNION ALL SELECT 'reinstated', ':reinstated', -1 WHERE n.state = 'reinstated') did
   UNION ALL
  SELECT did.what, n.id, s.order_id, 'dispute:' || n.dispute_id || ':' || n.number || did.ending, 0,
         NULL, 0, 0, 0, 0, 0
    FROM payments_disputeshare s JOIN payments_disputeround n ON n.id = s.round_id JOIN chosen o ON o.id = s.order_id
   CROSS JOIN LATERAL (SELECT 'dispute_fee' AS what, ':fee' AS ending WHERE s.dispute_fee > 0
                        UNION ALL SELECT 'fee_returned', ':fee_returned'
                        WHERE s.dispute_fee > 0 AND n.fee_returned > 0) did),
facts AS (
  SELECT h.*, h.what || ':' || h.of || ':' || h.order_id AS fact,
         o.seller_id, o.currency, o.region_id, m.id AS movement, coalesce(m.at, o.paid_at) AS at,
         coalesce(did.net, 0) AS net
    FROM happened h
    JOIN chosen o ON o.id = h.order_id
    LEFT JOIN wallet_movement m ON m.key = h.key
    LEFT JOIN LATERAL (
      SELECT sum(CASE WHEN d.code LIKE own.codes THEN t.amount ELSE 0 END
                 - CASE WHEN s.code LIKE own.codes THEN t.amount ELSE 0 END)::bigint AS net
        FROM wallet_transfer t
        JOIN wallet_account s ON s.id = t.source_id
        JOIN wallet_account d ON d.id = t.target_id
       CROSS JOIN (SELECT 'seller:' || o.seller_id || ':%%' AS codes) own
       WHERE t.movement_id = m.id AND t.subject = 'order:' || o.id) did ON true
   WHERE m.id IS NOT NULL OR h.what = 'paid')"""

# The parts of the facts in {facts}, which has the columns of `facts`. Joined by one column: of three together the planner
# believes that hardly any row is left, and reads lists of 100,000 once for each of their rows.
PARTS = """
goods AS (
  SELECT f.fact, l.product_id, l.kind, l.quantity AS units, l.total + l.discount AS gross, l.discount,
         l.promotion, l.tax, l.fee, 0::bigint AS refunds, l.total - l.tax - l.fee + l.promotion AS net
    FROM {facts} f JOIN marketplace_orderline l ON l.order_id = f.order_id
   WHERE f.what = 'paid'
   UNION ALL
  SELECT f.fact, l.product_id, l.kind, 0, 0, 0, f.sign * -b.promotion, f.sign * -b.tax, f.sign * -b.fee,
         f.sign * b.total, f.sign * -(b.total - b.tax - b.fee + b.promotion)
    FROM {facts} f
   CROSS JOIN LATERAL jsonb_each(f.breakdown) AS each_line(line, figures)
   CROSS JOIN LATERAL (SELECT (figures ->> 0)::bigint AS total, (figures ->> 1)::bigint AS tax,
                              (figures ->> 2)::bigint AS fee, (figures ->> 3)::bigint AS promotion) b
    JOIN marketplace_orderline l ON l.id = line::bigint AND l.order_id = f.order_id
   WHERE f.breakdown IS NOT NULL),
explained AS (
  SELECT fact, sum(gross - discount)::bigint AS total, sum(tax)::bigint AS tax, sum(fee)::bigint AS fee,
         sum(promotion)::bigint AS promotion, sum(refunds)::bigint AS refunds, sum(net)::bigint AS net
    FROM goods GROUP BY fact),
whole AS (
  SELECT f.fact,
         CASE WHEN EXISTS (SELECT FROM marketplace_orderline l WHERE l.order_id = o.id AND l.kind = 'physical')
              THEN 'physical' ELSE 'digital' END AS kind,
         CASE f.what WHEN 'paid' THEN 1 ELSE 0 END AS orders,
         CASE f.what WHEN 'paid' THEN o.promotion ELSE f.sign * -f.promotion END - coalesce(e.promotion, 0) AS promotion,
         CASE f.what WHEN 'paid' THEN o.total - coalesce(e.total, 0) ELSE 0 END AS shipping,
         CASE f.what WHEN 'paid' THEN o.tax ELSE f.sign * -f.tax END - coalesce(e.tax, 0) AS tax,
         CASE f.what WHEN 'paid' THEN o.marketplace_fee ELSE f.sign * -f.fee END - coalesce(e.fee, 0) AS fee,
         CASE f.what WHEN 'paid' THEN o.processing_fee ELSE f.sign * -f.processing END AS processing,
         CASE f.what WHEN 'paid' THEN 0 ELSE f.sign * f.amount END - coalesce(e.refunds, 0) AS refunds,
         f.net - coalesce(e.net, 0) AS net
    FROM {facts} f
    JOIN marketplace_order o ON o.id = f.order_id
    LEFT JOIN explained e ON e.fact = f.fact),
parts AS (
  SELECT fact, 'goods' AS part, kind, product_id, 0 AS orders, units, gross, discount, promotion,
         0::bigint AS shipping, tax, fee, 0::bigint AS processing, refunds, 0::bigint AS charges, net
    FROM goods
   UNION ALL
  SELECT fact, 'order', kind, NULL, orders, 0, 0, 0, promotion, shipping, tax, fee, processing, refunds,
         promotion + shipping - tax - fee - processing - refunds - net, net
    FROM whole)"""

MEASURES = (
    *("orders", "units", "gross", "discount", "promotion", "shipping"),
    *("tax", "fee", "processing", "refunds", "charges", "net"),
)
