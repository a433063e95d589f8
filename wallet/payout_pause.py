"""The row that pauses payouts: while one is open nothing leaves to a bank, PayPal, Wise or a crypto address.

A check of the books that finds something opens one by itself; two people lift it (`approvals.lift_payout_pause`).
"""

from __future__ import annotations

import structlog
from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from wallet.models import PayoutPause

log = structlog.get_logger(__name__)


def pause_payouts(reason: str, *, key: str, actor: str = "system") -> PayoutPause:
    """Pauses payouts; the same key is the same pause while it is open. For everybody at once, when this commits."""
    with transaction.atomic():
        pause, new = PayoutPause.objects.get_or_create(
            key=key[:100], lifted_at=None, defaults={"reason": reason, "opened_by": actor}
        )
        if new:
            events.record(events.New("payouts.paused", pause, events.SYSTEM, reason=reason))
            log.error("payouts.paused", key=key, reason=reason)
    return pause


def payouts_paused() -> bool:
    """Whether any pause is open. Read again under the seller's lock before money leaves. One statement."""
    return PayoutPause.objects.filter(lifted_at=None).exists()


def lift(pause_id: int, *, actor: str, note: str) -> bool:
    """Ends a pause, in the transaction of the decision; payouts go on when none is left. False when it was over."""
    lifted = PayoutPause.objects.filter(pk=pause_id, lifted_at=None).update(
        lifted_at=Now(), lifted_by=actor, note=note
    )
    if lifted:
        events.record(events.New("payouts.resumed", PayoutPause(pk=pause_id), events.SYSTEM, reason=note))
    return bool(lifted)
