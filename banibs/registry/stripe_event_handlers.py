"""Which of our functions hears of which Stripe event. A type that is not here is stored and ignored, with that reason."""

_INTENT = "payments.webhooks.handlers.payment_intent"
_CHARGE = "payments.webhooks.handlers.charge"
_REFUND = "payments.webhooks.handlers.refund"
_SESSION = "payments.webhooks.handlers.checkout_session"
_DISPUTE = "payments.webhooks.handlers.dispute"
_NOTED = "payments.webhooks.handlers.log_only"

HANDLERS: dict[str, str] = {
    "payment_intent.created": _INTENT,
    "payment_intent.succeeded": _INTENT,
    "payment_intent.payment_failed": _INTENT,
    "payment_intent.requires_action": _INTENT,
    "payment_intent.amount_capturable_updated": _INTENT,
    "payment_intent.processing": _INTENT,
    "payment_intent.canceled": _INTENT,
    "charge.succeeded": _CHARGE,
    "charge.updated": _CHARGE,
    "charge.captured": _CHARGE,
    "charge.refunded": _CHARGE,
    "charge.failed": _NOTED,
    "charge.expired": _NOTED,
    "refund.created": _REFUND,
    "refund.updated": _REFUND,
    "refund.failed": _REFUND,
    "charge.refund.updated": _REFUND,
    "checkout.session.completed": _SESSION,
    "checkout.session.expired": _SESSION,
    "account.updated": "payouts.webhooks.account_updated",
    "charge.dispute.created": _DISPUTE,
    "charge.dispute.updated": _DISPUTE,
    "charge.dispute.closed": _DISPUTE,
    "charge.dispute.funds_withdrawn": _DISPUTE,
    "charge.dispute.funds_reinstated": _DISPUTE,
    "customer.created": _NOTED,
    "customer.updated": _NOTED,
    "payment_method.attached": _NOTED,
    "payment_method.detached": _NOTED,
    "transfer.created": _NOTED,
    "transfer.updated": _NOTED,
    "transfer.reversed": _NOTED,
    "payout.created": _NOTED,
    "payout.updated": _NOTED,
    "payout.paid": _NOTED,
    "payout.failed": _NOTED,
    "payout.canceled": _NOTED,
}
