"""Who hears of what: event kinds → the function that reacts. A reaction may be late, and never moves an order's money."""

SUBSCRIBERS: dict[str, tuple[str, frozenset[str]]] = {
    "documents": ("payments.receipts.requests.hear", frozenset({"order.paid", "order.refunded"})),
    "notices": (
        "banibs.notifications.dispatch.notify",
        frozenset(
            {
                "order.paid",
                "order.fulfilled",
                "order.canceled",
                "order.completed",
                "order.refunded",
                "order.refund_sent",
                "order.refund_to_wallet",
                "order.refund_canceled",
                "order.disputed",
                "order.dispute_won",
                "order.dispute_lost",
                "order.dispute_reinstated",
                "order.evidence_due",
                "order.evidence_sent",
                "order.inquiry_closed",
                "order.inquiry_opened",
                "payment.failed",
                "payment.disputed",
                "payment.dispute_lost",
                "payment.unapplied",
                "payment.unapplied_refunded",
                "payment.unapplied_to_wallet",
                "shop.suspended",
                "shop.active",
                "shop.file_refused",
                "wallet.topped_up",
                "case.open",
                "case.proposed",
                "case.taken_back",
                "case.agreed",
                "case.declined",
                "case.parcel_sent",
                "case.staff",
                "case.closed",
                "message.written",
                "payout_method.added",
                "payout_method.checked",
                "payout_method.removed",
            }
        ),
    ),
    "sales": (
        "payouts.analytics.sums.hear",
        frozenset(
            {
                "order.paid",
                "order.refunded",
                "order.refund_canceled",
                "order.disputed",
                "order.dispute_lost",
                "order.dispute_reinstated",
                "dispute.fee_returned",
            }
        ),
    ),
    "cases": (
        "payments.cases.order_events.end_case",
        frozenset({"order.canceled", "order.disputed", "order.fulfilled", "order.given_back"}),
    ),
}
