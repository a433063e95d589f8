"""Handlers of Stripe's events of connected accounts; `banibs/registry/stripe_event_handlers.py` names them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from banibs.core.money import Money
from payments import incidents
from payments.gateways.stripe import connected_accounts, stripe_balance
from payments.gateways.stripe.connect import connected_payouts, transfers
from payments.webhooks.process import Ignored, WebhookContext
from payouts import onboarding
from payouts.models import PayoutAttempt
from payouts.providers import stripe
from payouts.sending import look_up, request_payout, send_payout
from payouts.sending.sync_payout import sync_payout


def account_updated(seen: WebhookContext) -> None:
    """`account.updated`: what a seller's account can do now, and where its money goes. Read anew: an event that comes late
    would name a bank account that is not there any more.
    """
    _sync(connected_accounts.read_account(str(seen.object["id"])))


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


def payout_changed(seen: WebhookContext) -> None:
    """`payout.*` of a seller's account: how a payout of ours fares on its way to the bank, in whatever order it is told."""
    state = connected_payouts.payout_state(seen.object)
    known = _attempts().filter(payout_external_id=state.id).values_list("pk", flat=True).first()
    if known is not None:
        sync_payout(known, stripe.progress_of(state))
        return
    attempt = _marked(state.metadata)
    if attempt is None:
        raise Ignored("a payout that is none of ours")
    _look_up(attempt)


def transfer_changed(seen: WebhookContext) -> None:
    """`transfer.*` of our own account: it was made while its answer was lost, or was reversed by hand."""
    state = transfers.transfer_state(seen.object)
    attempt = _attempts().filter(external_id=state.id).first() or _marked(state.metadata)
    if attempt is None:
        raise Ignored("a transfer that is none of ours")
    if attempt.external_id and not (state.taken_back and attempt.taken_back_ref == ""):
        raise Ignored("a transfer that we know")
    _look_up(attempt)


def money_became_available(seen: WebhookContext) -> None:
    """`balance.available`: of ours, payouts that waited for it go; of a seller's account, what waits there goes on."""
    if not seen.account:
        there = [
            Money(available, currency) for currency, available, _pending in stripe_balance.read_balance()
        ]
        if sum(send_payout.money_came("stripe", money) for money in there if money.amount > 0):
            request_payout.request_send()
        return
    waiting = _attempts().filter(
        params__account=seen.account, payout_external_id="", handed_at__isnull=False, failed_at=None
    )
    for attempt_id in waiting.values_list("pk", flat=True):
        look_up.look_up(attempt_id)


def _attempts() -> QuerySet[PayoutAttempt]:
    return PayoutAttempt.objects.filter(provider="stripe")


def _marked(metadata: Mapping[str, str]) -> PayoutAttempt | None:
    """The attempt of ours that these metadata name."""
    named = stripe.marked_attempt(metadata)
    if named is None:
        return None
    payout, number = named
    return _attempts().filter(payout=payout, number=number).first()


def _look_up(attempt: PayoutAttempt) -> None:
    """Asks Stripe for the whole of it, unless the worker that sends it is still at it: that one takes the answer in. Where
    nobody knows, the event is worked on again.
    """
    if attempt.state == PayoutAttempt.State.CREATED:
        raise Ignored("is being sent just now")
    look_up.ask(attempt.pk)


def _sync(state: connected_accounts.AccountState) -> None:
    if not onboarding.sync_account(state):
        raise Ignored("an account that we do not know")
