"""Payments in the staff's site: our own rows, and Stripe's objects as dj-stripe copied them."""

from payments.admin import disputes, documents, payments, stripe_mirror

__all__ = ["disputes", "documents", "payments", "stripe_mirror"]
