"""Payouts to sellers: clearing of what they earned, and their accounts at Stripe Connect."""
