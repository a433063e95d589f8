"""Pages of disputes: a seller's, and those of staff."""
