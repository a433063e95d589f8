"""Evidence of a dispute: drafted by its sellers, gathered by itself, handed in to Stripe once."""
