"""Pages of what a shop offers."""
