"""Deadlines of cases: whoever does not answer in time leaves it to staff (the shop), or lets it be (the buyer)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from payments import policy
from payments.cases import moves
from payments.cases.moves import Side, Status
from payments.models import Case, Proposal


def overdue() -> Iterable[int]:
    """The cases whose deadline is over, the longest ago first."""
    due = Case.objects.exclude(status=Status.CLOSED).filter(respond_by__lte=Now())
    return due.order_by("respond_by", "pk").values_list("pk", flat=True)[: policy.CASES_MOVED_AT_ONCE]


def move_on(case_id: int) -> bool:
    """Moves one case whose deadline is over; False when somebody answered meanwhile. One transaction."""

    def work() -> bool:
        with transaction.atomic():
            case = moves.held(case_id)
            if case.respond_by is None or case.respond_by > clock.now():
                return False
            _move_on(case)
            return True

    return db_retry.atomic_retry(work)


def _move_on(case: Case) -> None:
    if case.waits_for == Side.SELLER:
        moves.move(
            case, Status.STAFF, actor=events.SYSTEM, waits_for=Side.STAFF, data={"overdue": Side.SELLER}
        )
        return
    replaced = case.status == Status.AGREED and case.proposals.filter(
        kind=Proposal.Kind.REPLACEMENT, state=Proposal.State.ACCEPTED, sent_at__isnull=False
    )
    outcome = Case.Outcome.REPLACED if replaced else Case.Outcome.LAPSED
    moves.close(case, outcome, actor=events.SYSTEM, data={"overdue": Side.BUYER})
