"""Money to sellers at the local Stripe: transfers, payouts, and how they move as the clock does."""
