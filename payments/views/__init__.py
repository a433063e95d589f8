"""Pages of the checkout."""
