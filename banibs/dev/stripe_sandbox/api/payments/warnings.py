"""What Stripe, or a card's bank, suspects about a payment. None comes by itself: the control API tells them."""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.store import Object


def retrieve_review(ctx: Context, review_id: str) -> Object:
    """One review."""
    return ctx.load("review", review_id)


def retrieve_warning(ctx: Context, warning_id: str) -> Object:
    """One early fraud warning."""
    return ctx.load("radar.early_fraud_warning", warning_id)
