"""Asks providers how attempts fare: what an event would have told, what a dead process left, what must be taken back."""

from __future__ import annotations

import structlog
from django.db.models import F

from banibs.core.clock import Now
from payments.gateways import outcomes
from payouts import policy
from payouts.models import Payout, PayoutAttempt
from payouts.providers.interface import PROVIDERS, Progress, QuoteWorse, ShortOfFunds
from payouts.sending import key_refused
from payouts.sending import send_payout as sending
from payouts.sending.sync_payout import stuck, sync_payout, wants_back

log = structlog.get_logger(__name__)


def due_attempts() -> list[int]:
    """Attempts whose provider is asked now, the longest waiting first."""
    due = PayoutAttempt.objects.filter(look_at__lte=Now()).order_by("look_at", "pk")
    return list(due.values_list("pk", flat=True)[: policy.ATTEMPTS_LOOKED_UP_AT_ONCE])


def look_up_due() -> int:
    """Looks up every attempt whose time has come; returns how many. For the timetable."""
    looked = 0
    for attempt_id in due_attempts():
        try:
            look_up(attempt_id)
            looked += 1
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("payout.look_up_broke", attempt=attempt_id)
    return looked


def look_up(attempt_id: int) -> None:
    """Asks the provider of an attempt and takes in what it says. What it refuses or does not answer is asked again later."""
    try:
        ask(attempt_id)
    except outcomes.Refused as refused:
        log.warning("payout.look_up_refused", attempt=attempt_id, error=refused.for_staff)
    except outcomes.Unknown as unknown:
        log.warning("payout.look_up_unknown", attempt=attempt_id, error=str(unknown))


def ask(attempt_id: int) -> None:
    """Asks the provider of an attempt, outside any transaction, and takes in what it says. Raises Refused, Unknown.

    Taken by one worker at a time: its next look is written first.
    """
    attempt = PayoutAttempt.objects.select_related("payout__method", "payout__seller").get(pk=attempt_id)
    if attempt.failed_at is not None or attempt.returned_at is not None:
        PayoutAttempt.objects.filter(pk=attempt_id).update(look_at=None)
        return
    _plan_next(attempt)
    if not wants_back(attempt) and _may_go_on(attempt):
        sending.carry(attempt_id)
        return
    try:
        progress = _said(attempt)
    except outcomes.Unknown as unknown:
        key_refused.tell_staff(attempt.provider, unknown)
        raise
    if progress is not None:
        sync_payout(attempt_id, progress)


def _said(attempt: PayoutAttempt) -> Progress | None:
    """What the provider says; None where its no was taken in already. Raises Refused, Unknown."""
    provider = PROVIDERS.get(attempt.provider)
    if wants_back(attempt):
        try:
            return provider.bring_back(attempt)
        except outcomes.Refused as refused:
            stuck(attempt.pk, detail=refused.for_staff)
            return None
    try:
        return provider.look_up(attempt)
    except ShortOfFunds as short:
        sending.give_back(attempt.pk, short, waits_for="provider_short", looked=True)
    except QuoteWorse as worse:
        sending.give_back(attempt.pk, worse, waits_for="quote_worse", looked=True)
    return None


def _may_go_on(attempt: PayoutAttempt) -> bool:
    """Whether a process died before the provider was asked, or before it had answered, and its key still protects us: then
    the same key goes again. Later it is found by what it was marked with, never sent.
    """
    young = PayoutAttempt.objects.filter(pk=attempt.pk, created_at__gt=Now() - policy.ATTEMPT_KEY_GOOD_FOR)
    return attempt.state == PayoutAttempt.State.CREATED and young.exists()


def _plan_next(attempt: PayoutAttempt) -> None:
    paid_long_ago = Payout.objects.filter(
        pk=attempt.payout_id, paid_at__lte=Now() - policy.PAID_LOOKED_AT_FOR
    ).exists()
    PayoutAttempt.objects.filter(pk=attempt.pk).update(
        look_at=None if paid_long_ago else Now() + sending.next_look(attempt.looks), looks=F("looks") + 1
    )
