"""Customers and their cards; the test numbers and what each does."""
