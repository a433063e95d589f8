"""Pages of a seller's onboarding at Stripe."""
