"""Giving money back: of an order, and of a payment that has no order."""
