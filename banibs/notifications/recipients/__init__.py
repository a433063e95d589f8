"""Who is told of an event, and what of it: a payment's people, a shop's people."""
