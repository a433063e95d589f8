"""The moves that a payout may make, and its lock. Source: docs "Money", States."""

from __future__ import annotations

from collections.abc import Mapping

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.states import state_machine
from payouts.models import Payout, PayoutAttempt
from wallet import ledger, movements

S = Payout.Status
TRANSITIONS: state_machine.Transitions = {
    S.REQUESTED: frozenset({S.HELD, S.SENDING, S.CANCELED}),
    S.HELD: frozenset({S.REQUESTED, S.CANCELED}),
    # Short of funds: back to requested, tried again as another attempt.
    S.SENDING: frozenset({S.UNKNOWN, S.IN_TRANSIT, S.PAID, S.FAILED, S.REQUESTED, S.STUCK, S.CANCELED}),
    S.UNKNOWN: frozenset({S.IN_TRANSIT, S.PAID, S.FAILED, S.REQUESTED, S.STUCK}),
    S.IN_TRANSIT: frozenset({S.PAID, S.FAILED, S.REQUESTED, S.STUCK, S.CANCELED}),
    S.PAID: frozenset({S.RETURNING, S.RETURNED, S.STUCK}),
    S.RETURNING: frozenset({S.RETURNED, S.STUCK, S.PAID}),
    # Asked again to give it back: to where it was stuck.
    S.STUCK: frozenset({S.IN_TRANSIT, S.PAID, S.RETURNING, S.FAILED, S.RETURNED}),
    S.FAILED: frozenset({S.REQUESTED}),  # tried again by the seller or by staff
    S.RETURNED: frozenset(),
    S.CANCELED: frozenset(),
}
UNDER_WAY = (S.SENDING, S.UNKNOWN, S.IN_TRANSIT, S.STUCK)


def move(
    payout: Payout,
    to: str,
    *,
    actor: events.Actor = events.SYSTEM,
    reason: str = "",
    data: Mapping[str, object] | None = None,
    changes: Mapping[str, object] | None = None,
) -> None:
    """Moves a payout that the caller has locked, with other columns, and records `payout.<state>`.

    Raises InvalidTransition.
    """
    said = {"amount": payout.amount, "currency": payout.currency, "seller": payout.seller_id, **(data or {})}
    state_machine.move(
        [payout],
        to=to,
        table=TRANSITIONS,
        kind=f"payout.{to}",
        actor=actor,
        reason=reason[:500],
        data=said,
        changes=changes,
    )
    payout.refresh_from_db(fields=["status", *(changes or {})])


def lock(payout_id: int) -> Payout:
    """The payout as it is now, locked, with its shop and destination."""
    return Payout.objects.select_for_update(of=("self",)).select_related("seller", "method").get(pk=payout_id)


def lock_attempt(attempt_id: int) -> PayoutAttempt:
    """The attempt as it is now, with its payout locked before it: every writer takes them so."""
    payout_id = PayoutAttempt.objects.values_list("payout_id", flat=True).get(pk=attempt_id)
    payout = lock(payout_id)
    attempt = PayoutAttempt.objects.select_for_update(of=("self",)).get(pk=attempt_id)
    attempt.payout = payout
    return attempt


def set_columns(attempt: PayoutAttempt, **columns: object) -> None:
    """Writes columns of an attempt that the caller holds, and reads back the moments that the database set."""
    PayoutAttempt.objects.filter(pk=attempt.pk).update(**columns)
    attempt.refresh_from_db(fields=list(columns))


def back_to_available(
    attempt: PayoutAttempt,
    to: str,
    *,
    code: str,
    columns: Mapping[str, object] | None = None,
    actor: events.Actor = events.SYSTEM,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
) -> None:
    """The end of an attempt whose money is the shop's again: its columns, its payout's state, and `payout_failed`.

    The caller has locked the attempt and holds it for begun, not paid and not ended. Raises InvalidTransition.
    """
    ended = {"failed_at": Now(), "failure": code[:60], "state": PayoutAttempt.State.REFUSED, "look_at": None}
    set_columns(attempt, **{**ended, **(columns or {})})
    payout = attempt.payout
    move(payout, to, actor=actor, reason=reason, changes=changes)
    ledger.post(
        movements.payout_failed(
            payout=payout.pk,
            attempt=attempt.number,
            seller=payout.seller_id,
            provider=attempt.provider,
            amount=payout.money,
            handed=attempt.handed_at is not None,
            reference=payout.number,
        )
    )
