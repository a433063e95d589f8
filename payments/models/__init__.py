"""Rows of payments, a file per subject."""

from payments.models.accounts import ConnectedAccount
from payments.models.payments import Intent, Method, Payment, PaymentSplit
from payments.models.refunds import Refund
from payments.models.webhooks import Incident, WebhookLog, WebhookSecret

__all__ = [
    "ConnectedAccount",
    "Incident",
    "Intent",
    "Method",
    "Payment",
    "PaymentSplit",
    "Refund",
    "WebhookLog",
    "WebhookSecret",
]
