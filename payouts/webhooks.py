"""Handlers of Stripe's events of connected accounts; `banibs/registry/stripe_event_handlers.py` names them."""

from __future__ import annotations

from payments.gateways.stripe import connected_accounts
from payments.webhooks.process import Ignored, WebhookContext
from payouts import onboarding


def account_updated(seen: WebhookContext) -> None:
    """`account.updated`: what a seller's account can do now, and what it lacks."""
    if not onboarding.sync_account(connected_accounts.account_state(seen.object)):
        raise Ignored("an account that we do not know")
