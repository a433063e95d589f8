"""Looks up an intent at Stripe, and closes one that is not wanted any more."""

from __future__ import annotations

import structlog
from django.db.models import F

from banibs.core import events
from banibs.core.clock import Now
from payments import policy
from payments.charges.create_intent import create_at_stripe
from payments.charges.sync_intent import NOT_OVER, sync_intent, sync_session
from payments.gateways import outcomes
from payments.gateways.stripe import checkout_sessions, payment_intents
from payments.models import Intent, Payment

log = structlog.get_logger(__name__)
Kind = Intent.Kind
Status = Intent.Status


def close_intent(row_id: int) -> bool:
    """Ends an intent at Stripe, so that no money can come by it any more; True when it is over, unpaid.

    False when it was too late: then the money has been taken in, or the bank works on it and it stays open. Raises
    outcomes.Unknown, outcomes.Refused: ask again.
    """
    row = Intent.objects.get(pk=row_id)
    if row.status not in NOT_OVER:
        return row.status == Status.CANCELED
    _asked(row)
    if row.status == Status.CREATED and not (row.stripe_id or row.session_id):
        row = _find_at_stripe(row)
    state = _end(row)
    if state is None:
        Intent.objects.filter(pk=row.pk, status__in=NOT_OVER).update(
            status=Status.CANCELED, client_secret="", url=""
        )
        return True
    sync_intent(state, actor=events.SYSTEM)
    row.refresh_from_db()
    return row.status == Status.CANCELED


def _find_at_stripe(row: Intent) -> Intent:
    """Asks with the row's own key, which finds what a lost answer made, or makes what can then be ended."""
    try:
        return reopen_intent(row)
    except (
        outcomes.Refused,
        outcomes.KeyConflict,
    ) as refused:  # nobody was told of what its key made, if anything
        log.warning("intent.refused_when_closing", intent=row.pk, said=str(refused))
        return row


def reopen_intent(row: Intent) -> Intent:
    """Repeats the creation of a payment intent with the same key, whatever became of its payment meanwhile.

    A session is left to expire by itself.
    """
    return create_at_stripe(row) if row.kind == Kind.PAYMENT_INTENT else row


def _end(row: Intent) -> payment_intents.IntentState | None:
    """Cancels at Stripe what there is; None when nothing was ever made there or nobody can pay by it any more."""
    try:
        if row.kind == Kind.CHECKOUT_SESSION and row.session_id:
            return _end_session(row.session_id)
        return _cancel(row.stripe_id) if row.stripe_id else None
    except outcomes.Refused as refused:
        if refused.code != "resource_missing":
            raise
        log.warning("intent.gone_at_stripe", intent=row.pk, stripe=row.stripe_id or row.session_id)
        return None


def _end_session(session_id: str) -> payment_intents.IntentState | None:
    try:
        session = checkout_sessions.expire_session(session_id)
    except outcomes.Refused:
        session = checkout_sessions.read_session(session_id)
    if not session.over:
        raise outcomes.Unknown(f"{session_id} is still open")
    if not session.intent:
        return None
    state = _cancel(session.intent)
    return None if _left_behind(session, state) else state


def _cancel(stripe_id: str) -> payment_intents.IntentState:
    try:
        return payment_intents.cancel_intent(stripe_id)
    except outcomes.Refused:
        return payment_intents.read_intent(stripe_id)


def _left_behind(session: checkout_sessions.SessionState, state: payment_intents.IntentState) -> bool:
    """Whether the intent of a session that is over waits for a card that nobody can give any more."""
    return session.over and state.status in ("requires_payment_method", "requires_confirmation")


def sync_session_whole(session: checkout_sessions.SessionState, *, actor: events.Actor) -> Intent | None:
    """Takes in a session and its intent as they are now: paid, under way at the bank, or over. Returns our row, if it is
    ours. Raises outcomes.Unknown.
    """
    row = sync_session(session)
    if row is None or not session.intent:
        return row
    state = payment_intents.read_intent(session.intent)
    row = sync_intent(state, actor=actor) or row
    if _left_behind(
        session, state
    ):  # the bank said no days later, or the page was closed: the next try is another
        Intent.objects.filter(pk=row.pk, status__in=NOT_OVER).update(
            status=Status.CANCELED, client_secret="", url=""
        )
        row.refresh_from_db()
    return row


def bank_works_on(payment_id: int) -> bool:
    """Whether money of this payment is under way at the bank, which may take days; Stripe is asked when our rows say so.

    Raises outcomes.Unknown.
    """
    rows = Intent.objects.filter(
        payment=payment_id, payment__status=Payment.Status.PROCESSING, status=Status.OPEN
    )
    for row in rows.exclude(stripe_id=None):
        state = payment_intents.read_intent(row.stripe_id or "")
        sync_intent(state, actor=events.SYSTEM)
        _asked(row)
        if state.status == "processing":
            return True
    return False


def _asked(row: Intent) -> None:
    """Answered or not, the others come first now."""
    Intent.objects.filter(pk=row.pk).update(looked_up_at=Now())


def look_up(row_id: int) -> Intent:
    """Asks Stripe how an intent stands and takes the answer in: what the return page and the sweeper call.

    Raises outcomes.Unknown. A row whose creation went unanswered is asked for again, with its key.
    """
    row = Intent.objects.select_related("payment").get(pk=row_id)
    if row.status not in NOT_OVER:
        return row
    _asked(row)
    if row.payment.status in (Payment.Status.SUCCEEDED, Payment.Status.CANCELED):
        close_intent(row.pk)  # paid or ended another way: nothing may come by this one any more
        row.refresh_from_db()
        return row
    if not (row.stripe_id or row.session_id):
        row = reopen_intent(row)
    if row.session_id:
        sync_session_whole(checkout_sessions.read_session(row.session_id), actor=events.SYSTEM)
    elif row.stripe_id:
        sync_intent(payment_intents.read_intent(row.stripe_id), actor=events.SYSTEM)
    row.refresh_from_db()
    return row


def stale_intents() -> list[int]:
    """Intents not over that nobody has asked about for a while: the sweeper's list, the longest unasked first."""
    return list(
        Intent.objects.filter(status__in=NOT_OVER, created_at__lte=Now() - policy.INTENT_STALE_AFTER)
        .exclude(looked_up_at__gt=Now() - policy.INTENT_STALE_AFTER)
        .exclude(
            payment__status=Payment.Status.PROCESSING,
            manual_capture=False,
            looked_up_at__gt=Now() - policy.PROCESSING_ASKED_AFTER,
        )
        .order_by(F("looked_up_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )
