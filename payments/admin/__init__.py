"""Payments in the staff's site: our own rows, and Stripe's objects as dj-stripe copied them."""

from payments.admin import disputes, payments, stripe_mirror

__all__ = ["disputes", "payments", "stripe_mirror"]
