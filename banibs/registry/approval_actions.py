"""What staff may ask for, and whose verb does it: the name as rows keep it → the action, in the app that owns the verb."""

ACTIONS: dict[str, str] = {
    "credit_wallet": "wallet.approvals.credit_wallet.ACTION",
    "lift_payout_pause": "wallet.approvals.lift_payout_pause.ACTION",
}
