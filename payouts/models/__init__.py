"""Rows of payouts: where money goes, what was sent, when it is sent by itself, and what waits."""

from payouts.models.crypto_offers import CryptoOffer
from payouts.models.holds import PayoutHold
from payouts.models.methods import PayoutMethod
from payouts.models.payouts import EarningsTransfer, Payout, PayoutAttempt
from payouts.models.schedules import PayoutSchedule, ScheduleRun

__all__ = [
    "CryptoOffer",
    "EarningsTransfer",
    "Payout",
    "PayoutAttempt",
    "PayoutHold",
    "PayoutMethod",
    "PayoutSchedule",
    "ScheduleRun",
]
