"""Clearing: what a sale holds becomes its seller's available balance; and what a seller can read of when."""

from payouts.clearing.clear_orders import clear, clear_due, due_orders
from payouts.clearing.schedule import Clearing, ClearsOn, HeldOrder, Waits, clearing_of

__all__ = [
    "Clearing",
    "ClearsOn",
    "HeldOrder",
    "Waits",
    "clear",
    "clear_due",
    "clearing_of",
    "due_orders",
]
