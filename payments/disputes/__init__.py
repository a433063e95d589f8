"""Card disputes: what a buyer's bank withdrew, whose money it was, and how it ended."""
