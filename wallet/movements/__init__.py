"""Every way that money moves, as plain data: arithmetic in, a `Posting` out. No database, no orders.

All amounts are minor units of their currency. A key is made of business facts, so that a fact is booked once
however often it is told. The table of movements: docs "Money", The ledger. Worked examples: tests/wallet.
"""

from wallet.movements.disputes import (
    DisputedOrder,
    DisputedWallet,
    dispute_fee,
    dispute_lost,
    dispute_opened,
    dispute_reinstated,
    dispute_won,
)
from wallet.movements.payouts import (
    earnings_to_wallet,
    payout_failed,
    payout_handed,
    payout_paid,
    payout_returned,
    payout_sent,
)
from wallet.movements.refunds import (
    RefundShare,
    order_refunded,
    payment_unapplied,
    refund_canceled,
    refund_failed,
    refund_sent,
    refund_to_wallet,
    unapplied_refunded,
    unapplied_to_wallet,
)
from wallet.movements.sales import (
    OrderShare,
    funds_cleared,
    order_paid,
    processing_fee_settled,
    provider_fee_returned,
    provider_fee_settled,
    revenue_recognised,
)
from wallet.movements.sellers import (
    debt_agreed,
    debt_recalled,
    debt_repaid,
    debt_share,
    reserve_held,
    reserve_released,
    written_off,
)
from wallet.movements.treasury import reclassified, revenue_withdrawn, tax_remitted, treasury_moved
from wallet.movements.wallets import (
    adjusted,
    demo_credited,
    wallet_released,
    wallet_reserved,
    wallet_topped_up,
)

__all__ = [
    "DisputedOrder",
    "DisputedWallet",
    "OrderShare",
    "RefundShare",
    "adjusted",
    "debt_agreed",
    "debt_recalled",
    "debt_repaid",
    "debt_share",
    "demo_credited",
    "dispute_fee",
    "dispute_lost",
    "dispute_opened",
    "dispute_reinstated",
    "dispute_won",
    "earnings_to_wallet",
    "funds_cleared",
    "order_paid",
    "order_refunded",
    "payment_unapplied",
    "payout_failed",
    "payout_handed",
    "payout_paid",
    "payout_returned",
    "payout_sent",
    "processing_fee_settled",
    "provider_fee_returned",
    "provider_fee_settled",
    "reclassified",
    "refund_canceled",
    "refund_failed",
    "refund_sent",
    "refund_to_wallet",
    "reserve_held",
    "reserve_released",
    "revenue_recognised",
    "revenue_withdrawn",
    "tax_remitted",
    "treasury_moved",
    "unapplied_refunded",
    "unapplied_to_wallet",
    "wallet_released",
    "wallet_reserved",
    "wallet_topped_up",
    "written_off",
]
