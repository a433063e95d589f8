"""Clearing: what a sale holds becomes its seller's available balance; and what a seller can read of when."""

from payouts.clearing.clear_orders import clear, clear_due, due_orders

__all__ = ["clear", "clear_due", "due_orders"]
