"""What is stuck is asked back once more, after people have mended what kept it."""

from __future__ import annotations

from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from banibs.core.states.state_machine import InvalidTransition
from payouts.models import Payout
from payouts.sending import transitions
from payouts.sending.sync_payout import LOOK_UP_TASK

Status = Payout.Status


def ask_back_again(payout_id: int, *, actor: events.Actor, reason: str) -> Payout:
    """The provider is asked again to give back a payout that is stuck. Raises InvalidTransition; nothing moves by this."""
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        attempt = payout.attempts.filter(number=payout.attempt).first()
        to = Status.IN_TRANSIT if attempt is None or attempt.paid_at is None else Status.RETURNING
        if payout.status != Status.STUCK or attempt is None:
            raise InvalidTransition(payout, current=payout.status, to=to)
        transitions.move(payout, to, actor=actor, reason=reason)
        transitions.set_columns(attempt, look_at=Now())
        transaction.on_commit(lambda: task_wakeup.send(LOOK_UP_TASK, attempt.pk))
    return payout
