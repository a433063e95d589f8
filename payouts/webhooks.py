"""What a Stripe event does to a seller's account here. Named by the table of event handlers in `banibs/`."""

from __future__ import annotations

from payments.gateways.stripe import connected_accounts
from payments.webhooks.process import Ignored, WebhookContext
from payouts import onboarding


def account_updated(seen: WebhookContext) -> None:
    """`account.updated`: what a seller's account can do now, and what it lacks."""
    if not onboarding.sync_account(connected_accounts.account_state(seen.object)):
        raise Ignored("an account that we do not know")
