"""API of a seller's shop, balance and onboarding."""
