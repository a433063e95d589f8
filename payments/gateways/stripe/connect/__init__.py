"""Money to sellers at Stripe: transfers to their accounts, and payouts from there to their banks."""
