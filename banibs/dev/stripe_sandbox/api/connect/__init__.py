"""Money to sellers: transfers to their accounts, reversals, and payouts to banks."""
