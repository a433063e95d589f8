"""Refunds: of an order, and of a payment that no order takes."""
