"""A plain catalogue of any size, and plain orders for it: for measuring."""
