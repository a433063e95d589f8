"""Our books beside Stripe's: today, the fee that Stripe really took."""
