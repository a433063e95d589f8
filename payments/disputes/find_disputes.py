"""Finds what lost events did not tell: disputes that went on, and disputes that we never heard of."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q

from banibs.core import clock
from banibs.core.clock import Now
from payments import policy
from payments.disputes.sync_dispute import UNDECIDED, NotPaidYet, sync_dispute
from payments.gateways.stripe import disputes
from payments.models import Dispute, DisputeRound


def due_disputes() -> list[int]:
    """Disputes that are not over and were not asked about lately, the longest unasked first: the sweeper's list."""
    open_round = DisputeRound.objects.filter(dispute=OuterRef("pk"), state=DisputeRound.State.OPEN)
    rested = Q(looked_up_at=None) | Q(looked_up_at__lte=Now() - policy.DISPUTE_ASKED_AFTER)
    return list(
        Dispute.objects.filter(Q(state__in=UNDECIDED) | Exists(open_round), rested)
        .order_by(F("looked_up_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def look_up_dispute(dispute_id: int) -> None:
    """Asks Stripe how a dispute stands. Raises outcomes.Unknown, outcomes.Refused."""
    row = Dispute.objects.get(pk=dispute_id)
    Dispute.objects.filter(pk=row.pk).update(looked_up_at=Now())
    sync_dispute(disputes.read_dispute(row.stripe_id))


def find_new_disputes() -> int:
    """Takes in disputes that Stripe opened lately and nobody told us of; returns how many. One or a few calls.

    One whose payment is still on its way to us is left for the next look. Raises outcomes.Unknown.
    """
    states = disputes.disputes_since(clock.now() - policy.DISPUTES_LISTED_BACK)
    known = set(
        Dispute.objects.filter(stripe_id__in=[one.id for one in states]).values_list("stripe_id", flat=True)
    )
    found = 0
    for state in reversed(states):
        if state.id in known:
            continue
        try:
            found += sync_dispute(state) is not None
        except NotPaidYet:
            continue
    return found
