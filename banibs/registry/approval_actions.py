"""What staff may ask for, and whose verb does it: the name as rows keep it → the action, in the app that owns the verb."""

ACTIONS: dict[str, str] = {
    "credit_wallet": "wallet.approvals.credit_wallet.ACTION",
    "lift_payout_pause": "wallet.approvals.lift_payout_pause.ACTION",
    "move_treasury": "wallet.approvals.move_treasury.ACTION",
    "refund_order": "payments.refunds.decisions.staff_refund.ACTION",
    "refund_to_wallet": "payments.refunds.decisions.approval_actions.REFUND_TO_WALLET",
    "refund_given_back": "payments.refunds.decisions.approval_actions.REFUND_GIVEN_BACK",
    "refund_part_given_back": "payments.refunds.decisions.approval_actions.REFUND_PART_GIVEN_BACK",
    "refund_sent_again": "payments.refunds.decisions.approval_actions.REFUND_SENT_AGAIN",
    "refund_canceled": "payments.refunds.decisions.approval_actions.REFUND_CANCELED",
    "unapplied_to_wallet": "payments.refunds.decisions.approval_actions.UNAPPLIED_TO_WALLET",
    "unapplied_given_back": "payments.refunds.decisions.approval_actions.UNAPPLIED_GIVEN_BACK",
    "unapplied_sent_again": "payments.refunds.decisions.approval_actions.UNAPPLIED_SENT_AGAIN",
    "foreign_refund_booked": "payments.refunds.decisions.approval_actions.FOREIGN_BOOKED",
    "release_payout": "payouts.sending.approval_actions.RELEASE_PAYOUT",
    "retry_stuck_payout": "payouts.sending.approval_actions.RETRY_STUCK_PAYOUT",
    "lift_payout_hold": "payouts.sending.approval_actions.LIFT_PAYOUT_HOLD",
    "settle_crypto": "payouts.sending.treasury_actions.SETTLE_CRYPTO",
}
