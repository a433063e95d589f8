"""Pages of a shop's statements."""
