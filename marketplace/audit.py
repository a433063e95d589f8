"""What must hold of orders, stock and downloads (docs "Money", What must hold at any moment), as queries."""

from banibs.core.audit import Check

CHECKS = [
    Check(
        "marketplace.checkout_is_its_orders",
        "Every figure of a checkout is the sum of its orders'.",
        """SELECT c.number, c.total, sum(o.total) AS orders
             FROM marketplace_checkout c LEFT JOIN marketplace_order o ON o.checkout_id = c.id
            GROUP BY c.id
           HAVING (c.subtotal, c.discount, c.shipping, c.tax, c.total) IS DISTINCT FROM
                  (sum(o.subtotal), sum(o.discount), sum(o.shipping), sum(o.tax), sum(o.total))
               OR bool_or(o.currency <> c.currency) OR bool_or(o.buyer_id <> c.user_id)""",
    ),
    Check(
        "marketplace.order_is_its_lines",
        "Every figure of an order is the sum of its lines', and its delivery.",
        """SELECT o.number, o.total, sum(l.total) AS lines
             FROM marketplace_order o
             JOIN marketplace_checkout c ON c.id = o.checkout_id
             LEFT JOIN marketplace_orderline l ON l.order_id = o.id
            GROUP BY o.id, c.id
           HAVING (o.subtotal, o.discount, o.promotion, o.tax - o.shipping_tax, o.marketplace_fee) IS DISTINCT FROM
                  (sum(l.subtotal), sum(l.discount), sum(l.promotion), sum(l.tax), sum(l.fee))
               OR o.total <> sum(l.total) + o.shipping + CASE WHEN c.tax_inclusive THEN 0 ELSE o.shipping_tax END""",
    ),
    Check(
        "marketplace.tax_is_base_times_rate",
        "The tax of a line, and of delivery, is its base at its rate, half up, in the jurisdiction of its order.",
        # (2n + d) / 2d is n / d, half up. A line without jurisdiction was placed by a server of the release before.
        """SELECT o.number, o.tax_jurisdiction AS order_in, l.tax_jurisdiction AS line_in,
                  l.tax, l.tax_base, l.tax_rate_bps, o.shipping_tax, o.shipping_tax_rate_bps
             FROM marketplace_orderline l
             JOIN marketplace_order o ON o.id = l.order_id
             JOIN marketplace_checkout c ON c.id = o.checkout_id
            WHERE l.tax_jurisdiction <> o.tax_jurisdiction
               OR (l.tax_jurisdiction <> '' AND (l.tax_base + l.tax <> l.total OR l.tax <>
                   CASE WHEN c.tax_inclusive
                        THEN (2 * l.total * l.tax_rate_bps + 10000 + l.tax_rate_bps) / (2 * (10000 + l.tax_rate_bps))
                        ELSE (2 * l.tax_base * l.tax_rate_bps + 10000) / 20000 END))
               OR (o.shipping_tax_rate_bps > 0 AND o.shipping_tax <>
                   CASE WHEN c.tax_inclusive
                        THEN (2 * o.shipping * o.shipping_tax_rate_bps + 10000 + o.shipping_tax_rate_bps)
                             / (2 * (10000 + o.shipping_tax_rate_bps))
                        ELSE (2 * o.shipping * o.shipping_tax_rate_bps + 10000) / 20000 END)
               OR (o.shipping_tax_rate_bps = 0 AND o.shipping_tax > 0 AND o.tax_jurisdiction NOT IN ('', c.region_id))""",
    ),
    Check(
        "marketplace.order_is_shared_out",
        "What the buyer pays and BANIBS adds is what the shop, the fees and the tax get, to the last unit.",
        """SELECT number, total, promotion, seller_net, marketplace_fee, processing_fee, tax FROM marketplace_order
            WHERE total + promotion <> seller_net + marketplace_fee + processing_fee + tax""",
    ),
    Check(
        "marketplace.order_states",
        "What is paid, sent, complete or refunded was paid; what waits was not; what was given back is no more than paid.",
        """SELECT number, status, paid_at, refunded, held FROM marketplace_order
            WHERE (status IN ('paid', 'fulfilled', 'completed', 'refunded') AND paid_at IS NULL)
               OR (status = 'created' AND (paid_at IS NOT NULL OR held <> 0))
               OR (status IN ('fulfilled', 'completed') AND fulfilled_at IS NULL)
               OR (status = 'completed' AND completed_at IS NULL)
               OR (status = 'canceled' AND (canceled_at IS NULL OR held <> 0))
               OR (status = 'canceled' AND paid_at IS NOT NULL AND refunded <> total
                   AND dispute = 'none') -- a bank may give back what it took
               OR (paid_at IS NULL AND refunded <> 0)""",
    ),
    Check(
        "marketplace.checkout_paid_whole",
        "A checkout is paid exactly when all its orders were.",
        """SELECT c.number, c.paid_at, count(o.id) AS orders, count(o.paid_at) AS paid
             FROM marketplace_checkout c JOIN marketplace_order o ON o.checkout_id = c.id
            GROUP BY c.id
           HAVING count(o.paid_at) <> CASE WHEN c.paid_at IS NULL THEN 0 ELSE count(o.id) END""",
    ),
    Check(
        "marketplace.held_is_pending",
        "What the ledger holds as pending for a shop is what its orders hold.",
        """SELECT coalesce(a.code, 'seller:' || h.seller_id || ':pending') AS account,
                  coalesce(a.currency, h.currency) AS currency, coalesce(a.balance, 0) AS ledger, coalesce(h.held, 0) AS held
             FROM (SELECT code, currency, balance FROM wallet_account WHERE code LIKE 'seller:%:pending') a
             FULL JOIN (SELECT seller_id, currency, sum(held) AS held FROM marketplace_order
                         WHERE held <> 0 GROUP BY seller_id, currency) h
               ON a.code = 'seller:' || h.seller_id || ':pending' AND a.currency = h.currency
            WHERE coalesce(a.balance, 0) <> coalesce(h.held, 0)""",
    ),
    Check(
        "marketplace.refunded_within",
        "No line gave back more than it took, and no order more than its total.",
        """SELECT o.number, o.refunded, sum(l.refunded) AS lines
             FROM marketplace_order o JOIN marketplace_orderline l ON l.order_id = o.id
            GROUP BY o.id HAVING sum(l.refunded) > o.refunded OR o.refunded > o.total""",
    ),
    Check(
        "marketplace.coupons_counted",
        "A coupon was used as often as checkouts redeemed it.",
        """SELECT k.code, k.used, count(r.id) AS redeemed
             FROM marketplace_coupon k LEFT JOIN marketplace_couponredemption r ON r.coupon_id = k.id
            GROUP BY k.id HAVING k.used <> count(r.id)""",
    ),
    Check(
        "marketplace.downloads_were_paid",
        "Every download that was counted was paid before, and not given back when it was served.",
        """SELECT e.subject_id AS download, o.number, e.at
             FROM core_event e
             JOIN marketplace_download d ON d.id = e.subject_id
             JOIN marketplace_orderline l ON l.id = d.line_id
             JOIN marketplace_order o ON o.id = l.order_id
            WHERE e.kind = 'download.started' AND (o.paid_at IS NULL OR e.at < o.paid_at OR e.at > o.canceled_at)""",
    ),
    Check(
        "marketplace.stock_not_negative",
        "Nothing was sold that was not there.",
        "SELECT id AS variant, stock FROM marketplace_variant WHERE stock < 0",
    ),
]
