"""Pages of the seller's desk, a file per page."""
