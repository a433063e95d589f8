"""Rows of payments, a file per subject."""

from payments.models.accounts import ConnectedAccount
from payments.models.cases import Case, Proposal
from payments.models.disputes import Dispute, DisputeRound, DisputeShare, WalletFreeze
from payments.models.documents import Document, DocumentKind, DocumentRequest, DocumentSeries
from payments.models.evidence import DisputeEvidence, EvidenceFile, EvidenceSubmission
from payments.models.fraud_warnings import EarlyFraudWarning
from payments.models.payments import Intent, Method, Payment, PaymentSplit
from payments.models.refunds import Refund, RefundReason
from payments.models.reserves import DebtAgreement, ReserveHold
from payments.models.stripe_requests import Installation, StripeRequest
from payments.models.webhooks import Incident, WebhookLog, WebhookSecret

__all__ = [
    "Case",
    "ConnectedAccount",
    "DebtAgreement",
    "Dispute",
    "DisputeEvidence",
    "DisputeRound",
    "DisputeShare",
    "Document",
    "DocumentKind",
    "DocumentRequest",
    "DocumentSeries",
    "EarlyFraudWarning",
    "EvidenceFile",
    "EvidenceSubmission",
    "Incident",
    "Installation",
    "Intent",
    "Method",
    "Payment",
    "PaymentSplit",
    "Proposal",
    "Refund",
    "RefundReason",
    "ReserveHold",
    "StripeRequest",
    "WalletFreeze",
    "WebhookLog",
    "WebhookSecret",
]
