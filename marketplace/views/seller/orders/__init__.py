"""Pages of what a shop has sold."""
