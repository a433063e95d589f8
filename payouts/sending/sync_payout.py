"""Takes in what a provider says of an attempt: every answer, event and look-up ends here.

Any number of times, in any order: each fact is booked once, under the payout's lock.
"""

from __future__ import annotations

from typing import TypedDict

import structlog
from django.db import transaction
from django.db.models import Q

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from banibs.core.money import Money
from payments import incidents
from payments.models import Incident
from payouts import policy
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.providers.interface import Progress
from payouts.sending import transitions
from payouts.sending.refusals import being_checked
from wallet import ledger, movements

log = structlog.get_logger(__name__)
HANDS_OVER = "stripe"  # its money leaves our balance before it is paid: a Transfer, then a payout
LOOK_UP_TASK = "payouts.tasks.look_up_attempt"
Status = Payout.Status
CONTRADICTIONS = ("payout_handed_after_failed", "payout_paid_after_failed")


def sync_payout(attempt_id: int, progress: Progress) -> Payout:
    """Books what is new of an attempt and moves its payout, in one transaction."""
    with transaction.atomic():
        attempt = transitions.lock_attempt(attempt_id)
        wanted = wants_back(attempt)
        _note(attempt, progress)
        _book_handed(attempt, progress)
        _book_fee(attempt, progress)
        _MOVES[progress.state](attempt, progress)
        if wants_back(attempt) and not wanted:  # later tries are the timetable's, however often it is told
            transaction.on_commit(lambda: task_wakeup.send(LOOK_UP_TASK, attempt_id))
    return attempt.payout


def wants_back(attempt: PayoutAttempt) -> bool:
    """Whether money that was handed over, and did not get through, has still to be taken back."""
    if attempt.payout.status == Status.RETURNING:
        return attempt.returned_at is None
    out = attempt.handed_at is not None and attempt.paid_at is None and attempt.failed_at is None
    return out and bool(attempt.failure) and attempt.payout.status != Status.STUCK


def _note(attempt: PayoutAttempt, progress: Progress) -> None:
    new: dict[str, object] = {}
    for name in ("external_id", "payout_external_id"):
        told = getattr(progress, name)
        if told and told != getattr(attempt, name):
            new[name] = told
    if progress.quote is not None:
        new["quote"] = progress.quote.as_json()
    if attempt.state in (PayoutAttempt.State.CREATED, PayoutAttempt.State.UNKNOWN):
        new["state"] = PayoutAttempt.State.ACCEPTED
    if new and progress.state != "not_found":
        transitions.set_columns(attempt, **new)


def _book_handed(attempt: PayoutAttempt, progress: Progress) -> None:
    if not progress.handed or attempt.handed_at is not None or attempt.taken_back_ref:
        return  # what left and was taken back before we heard of either has moved nothing
    if attempt.failed_at is not None:
        _contradiction(
            attempt, "payout_handed_after_failed", f"left by {progress.handed} after it was given back"
        )
        return
    transitions.set_columns(attempt, handed_ref=progress.handed, handed_at=Now())
    ledger.post(movements.payout_handed(amount=attempt.payout.money, **_named(attempt)))


def _book_fee(attempt: PayoutAttempt, progress: Progress) -> None:
    if not progress.fee or attempt.fee_ref:
        return
    currency = progress.fee_currency or attempt.payout.currency
    transitions.set_columns(attempt, fee=progress.fee, fee_ref=progress.fee_id)
    ledger.post(
        movements.provider_fee_settled(
            balance_transaction=progress.fee_id,
            provider=attempt.provider,
            fee=Money(progress.fee, currency),
            memo=attempt.payout.number,
        )
    )


def _accepted(attempt: PayoutAttempt, progress: Progress) -> None:
    """It is on its way. What comes later than its end is old."""
    payout = attempt.payout
    if _is_current(attempt) and payout.status in (Status.SENDING, Status.UNKNOWN):
        transitions.move(
            payout, Status.IN_TRANSIT, actor=_who(attempt), changes={"arrives_on": progress.arrives_on}
        )
    elif (
        _is_current(attempt)
        and payout.status in (Status.IN_TRANSIT, Status.STUCK)
        and progress.arrives_on
        and progress.arrives_on != payout.arrives_on
    ):
        Payout.objects.filter(pk=payout.pk).update(arrives_on=progress.arrives_on)


def _paid(attempt: PayoutAttempt, progress: Progress) -> None:
    if attempt.paid_at is not None:
        return
    if attempt.failed_at is not None:
        _contradiction(attempt, "payout_paid_after_failed", "was paid after its money was available again")
        return
    if attempt.provider == HANDS_OVER and attempt.handed_at is None:
        transitions.set_columns(
            attempt, look_at=Now()
        )  # it is paid out of what was handed over: that is read first
        return
    transitions.set_columns(
        attempt,
        paid_at=Now(),
        state=PayoutAttempt.State.DONE,
        failure="",
        look_at=Now() + policy.LOOK_UP_WAITS[-1],
    )
    changes: dict[str, object] = {"paid_at": Now(), "ended_at": Now(), "failure": "", "failure_text": ""}
    if progress.arrives_on:
        changes["arrives_on"] = progress.arrives_on
    transitions.move(attempt.payout, Status.PAID, actor=_who(attempt), changes=changes)
    PayoutMethod.objects.filter(pk=attempt.payout.method_id, first_paid_at=None).update(first_paid_at=Now())
    ledger.post(movements.payout_paid(amount=attempt.payout.money, **_theirs(attempt)))


def _failed(attempt: PayoutAttempt, progress: Progress) -> None:
    """Not handed over, or taken back again: available at once. Handed over: it is taken back first (`wants_back`)."""
    payout = attempt.payout
    if attempt.failed_at is not None or attempt.returned_at is not None:
        return
    why = {"failure": (progress.code or "failed")[:60], "failure_text": progress.words[:300]}
    if attempt.paid_at is not None:
        if payout.status == Status.PAID:
            transitions.set_columns(
                attempt, failure=why["failure"], detail=progress.detail[:500], look_at=Now()
            )
            transitions.move(payout, Status.RETURNING, actor=_who(attempt), reason=progress.code, changes=why)
        return
    columns: dict[str, object] = {
        "failure": why["failure"],
        "detail": progress.detail[:500] or attempt.detail,
    }
    if attempt.handed_at is not None and not progress.taken_back:
        if not attempt.failure:  # told again it keeps its time: the provider is not asked in a loop
            columns["look_at"] = Now()
        transitions.set_columns(attempt, **columns)
        Payout.objects.filter(pk=payout.pk).update(**why)
        return
    if not progress.words:  # a reversal says nothing of why: that was told before
        why = {"failure": payout.failure or why["failure"], "failure_text": payout.failure_text}
    transitions.back_to_available(
        attempt,
        Status.FAILED,
        code=progress.code or "failed",
        columns={"detail": columns["detail"], "taken_back_ref": progress.taken_back},
        actor=_who(attempt),
        reason=progress.code,
        changes={**why, "ended_at": Now()},
    )


def _returned(attempt: PayoutAttempt, progress: Progress) -> None:
    """It came back after it was paid: what really came is available; the rest was lost in conversion."""
    payout = attempt.payout
    if attempt.returned_at is not None or attempt.failed_at is not None:
        return
    came = progress.returned or payout.money
    if came.currency != payout.currency or not 0 < came.amount <= payout.amount:
        detail = f"came back as {incidents.amount_text(came.amount, came.currency)}"
        _incident(attempt, "payout_return_mismatch", detail)
        return
    if attempt.paid_at is None:
        if came == payout.money and attempt.handed_at is None:
            _failed(attempt, progress)
            return
        _paid(attempt, progress)
        if attempt.paid_at is None:
            return
    transitions.set_columns(
        attempt,
        returned_at=Now(),
        returned_amount=came.amount,
        taken_back_ref=progress.taken_back,
        failure=(progress.code or attempt.failure)[:60],
        look_at=None,
    )
    transitions.move(
        payout,
        Status.RETURNED,
        actor=_who(attempt),
        reason=progress.code,
        data={"returned": came.amount},
        changes={
            "returned_amount": came.amount,
            "lost_in_conversion": payout.amount - came.amount,
            "failure": (progress.code or payout.failure)[:60],
            "failure_text": (progress.words or payout.failure_text)[:300],
            "ended_at": Now(),
        },
    )
    ledger.post(movements.payout_returned(amount=came, **_theirs(attempt)))
    if progress.fee_back:
        ledger.post(
            movements.provider_fee_returned(
                balance_transaction=attempt.fee_ref or progress.fee_id,
                provider=attempt.provider,
                fee=Money(progress.fee_back, progress.fee_currency or payout.currency),
                memo=payout.number,
            )
        )


def _not_found(attempt: PayoutAttempt, progress: Progress) -> None:
    """The provider never had it, and never will: available again, and tried again as another attempt."""
    if attempt.handed_at or attempt.paid_at or attempt.failed_at or not _is_current(attempt):
        return
    transitions.back_to_available(attempt, Status.REQUESTED, code="not_found", reason="not_found")


def stuck(attempt_id: int, *, detail: str) -> None:
    """The provider does not give back what did not get through: it stays in transit, and people are told."""
    with transaction.atomic():
        attempt = transitions.lock_attempt(attempt_id)
        if wants_back(attempt):
            transitions.move(attempt.payout, Status.STUCK, reason=detail)
            _incident(attempt, "payout_stuck", f"could not be taken back: {detail}")


def _is_current(attempt: PayoutAttempt) -> bool:
    return attempt.number == attempt.payout.attempt


class _Named(TypedDict):
    payout: int
    attempt: int
    reference: str


class _Theirs(_Named):
    seller: int
    provider: str


def _named(attempt: PayoutAttempt) -> _Named:
    return {"payout": attempt.payout_id, "attempt": attempt.number, "reference": attempt.payout.number}


def _theirs(attempt: PayoutAttempt) -> _Theirs:
    return {**_named(attempt), "seller": attempt.payout.seller_id, "provider": attempt.provider}


def _who(attempt: PayoutAttempt) -> events.Actor:
    return events.STRIPE if attempt.provider == "stripe" else events.Actor(name=attempt.provider)


def _contradiction(attempt: PayoutAttempt, kind: str, detail: str) -> None:
    """The provider says that it has money which we hold for given back. Until somebody has looked, it is not sent again:
    that would pay it twice.
    """
    _incident(attempt, kind, detail)
    payout = attempt.payout
    if payout.status == Status.REQUESTED:
        transitions.move(payout, Status.HELD, reason=kind, changes={"held_reason": being_checked()})


def contradicted(payout_id: int) -> bool:
    """Whether an incident is open that says so of this payout. One statement."""
    keys = Q()
    for kind in CONTRADICTIONS:
        keys |= Q(key__startswith=f"{kind}:{payout_id}:")
    return Incident.objects.filter(keys, closed_at=None).exists()


def _incident(attempt: PayoutAttempt, kind: str, detail: str) -> None:
    payout = attempt.payout
    incidents.open_incident(
        kind,
        key=f"{payout.pk}:{attempt.number}",
        detail=f"{payout.number} of {payout.seller}, "
        f"{incidents.amount_text(payout.amount, payout.currency)} by {attempt.provider}, {detail}",
        again=True,
    )


_MOVES = {
    "accepted": _accepted,
    "in_transit": _accepted,
    "paid": _paid,
    "failed": _failed,
    "returned": _returned,
    "not_found": _not_found,
}
