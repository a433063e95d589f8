"""Events from Stripe: received and stored, then processed, each by its handler."""
