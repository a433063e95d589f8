"""Charges, refunds and disputes, and the balance that they move."""
