"""Handlers of Stripe's events of connected accounts; `banibs/registry/stripe_event_handlers.py` names them."""

from __future__ import annotations

from payments import incidents
from payments.gateways.stripe import connected_accounts
from payments.webhooks.process import Ignored, WebhookContext
from payouts import onboarding


def account_updated(seen: WebhookContext) -> None:
    """`account.updated`: what a seller's account can do now, and what it lacks."""
    _sync(connected_accounts.account_state(seen.object))


def account_part_updated(seen: WebhookContext) -> None:
    """`capability.updated`, `person.updated`, `account.external_account.*`: a part of an account, which is read whole."""
    _sync(connected_accounts.read_account(seen.account))


def account_deauthorized(seen: WebhookContext) -> None:
    """`account.application.deauthorized`: the seller ended the connection. Nothing can be paid out there any more."""
    seller = onboarding.disconnect(seen.account)
    if seller is None:
        raise Ignored("an account that we do not know")
    incidents.open_incident(
        "account_deauthorized",
        key=seen.account,
        detail=f"{seller} ended the connection of {seen.account} with BANIBS: it cannot be paid out to its bank",
        again=True,
    )


def _sync(state: connected_accounts.AccountState) -> None:
    if not onboarding.sync_account(state):
        raise Ignored("an account that we do not know")
