"""Which of our functions hears of which Stripe event, by the endpoint that it comes to.

A type that is not here is stored and ignored, with that reason. `register_webhooks` asks Stripe for exactly these.
"""

_INTENT = "payments.webhooks.handlers.payment_intent"
_CHARGE = "payments.webhooks.handlers.charge"
_REFUND = "payments.webhooks.handlers.refund"
_SESSION = "payments.webhooks.handlers.checkout_session"
_DISPUTE = "payments.webhooks.handlers.dispute"
_NOTED = "payments.webhooks.handlers.log_only"
_FRAUD_WARNING = "payments.webhooks.risk_handlers.early_fraud_warning"
_REVIEW = "payments.webhooks.risk_handlers.review"
_ACCOUNT = "payouts.webhooks.account_updated"
_PAYOUT = "payouts.webhooks.payout_changed"
_TRANSFER = "payouts.webhooks.transfer_changed"
_AVAILABLE = "payouts.webhooks.money_became_available"
_PART_OF_ACCOUNT = "payouts.webhooks.account_part_updated"

# Of our own account: all money of ours.
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
    "checkout.session.async_payment_succeeded": _SESSION,
    "checkout.session.async_payment_failed": _SESSION,
    "checkout.session.expired": _SESSION,
    "charge.dispute.created": _DISPUTE,
    "charge.dispute.updated": _DISPUTE,
    "charge.dispute.closed": _DISPUTE,
    "charge.dispute.funds_withdrawn": _DISPUTE,
    "charge.dispute.funds_reinstated": _DISPUTE,
    "radar.early_fraud_warning.created": _FRAUD_WARNING,
    "radar.early_fraud_warning.updated": _FRAUD_WARNING,
    "review.opened": _REVIEW,
    "review.closed": _REVIEW,
    "customer.created": _NOTED,
    "customer.updated": _NOTED,
    "payment_method.attached": _NOTED,
    "payment_method.detached": _NOTED,
    "transfer.created": _TRANSFER,
    "transfer.updated": _TRANSFER,
    "transfer.reversed": _TRANSFER,
    "balance.available": _AVAILABLE,
    "payout.created": _NOTED,
    "payout.updated": _NOTED,
    "payout.paid": _NOTED,
    "payout.failed": _NOTED,
    "payout.canceled": _NOTED,
}

# Of connected accounts: what a shop's account can do, and its way to the bank. Never money of ours, whatever its
# metadata say.
CONNECT_HANDLERS: dict[str, str] = {
    "account.updated": _ACCOUNT,
    "account.application.deauthorized": "payouts.webhooks.account_deauthorized",
    "account.external_account.created": _PART_OF_ACCOUNT,
    "account.external_account.updated": _PART_OF_ACCOUNT,
    "account.external_account.deleted": _PART_OF_ACCOUNT,
    "capability.updated": _PART_OF_ACCOUNT,
    "person.updated": _PART_OF_ACCOUNT,
    "balance.available": _AVAILABLE,
    "payout.created": _PAYOUT,
    "payout.updated": _PAYOUT,
    "payout.paid": _PAYOUT,
    "payout.failed": _PAYOUT,
    "payout.canceled": _PAYOUT,
}
