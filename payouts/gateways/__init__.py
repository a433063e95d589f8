"""What payout providers other than Stripe are spoken to with: their documented REST, as plain data and three outcomes."""
