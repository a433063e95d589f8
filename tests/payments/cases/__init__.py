"""Cases, returns and messages: what the two sides of an order settle."""
