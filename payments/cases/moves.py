"""Moves of a case: the table of allowed ones, its deadline with each, and `Order.case_open` beside it.

Every verb holds the order first, so that the verbs of one order come one after the other; the case's
own row is locked last, by the UPDATE.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.states import state_machine
from marketplace.models import Order
from marketplace.orders import transitions
from payments import policy
from payments.cases.refused import moved_on
from payments.models import Case

Status, Side = Case.Status, Case.Side
TRANSITIONS: state_machine.Transitions = {
    Status.OPEN: frozenset({Status.PROPOSED, Status.DECLINED, Status.STAFF, Status.CLOSED}),
    Status.PROPOSED: frozenset({Status.OPEN, Status.AGREED, Status.DECLINED, Status.STAFF, Status.CLOSED}),
    Status.AGREED: frozenset({Status.AGREED, Status.STAFF, Status.CLOSED}),
    Status.DECLINED: frozenset({Status.PROPOSED, Status.STAFF, Status.CLOSED}),
    Status.STAFF: frozenset({Status.CLOSED}),
}


def _patience(side: str) -> dt.timedelta | None:
    """How long a side may take, unless the move says otherwise; staff have no deadline of their own."""
    if side == Side.SELLER:
        return policy.CASE_SELLER_ANSWERS_WITHIN
    return policy.CASE_BUYER_ANSWERS_WITHIN if side == Side.BUYER else None


def held(case_id: int, *, state: str = "", turn: str = "") -> Case:
    """The case as it is now, its order locked until the transaction ends (`case.order`).

    With `state` or `turn` it must be there: raises CaseRefused `invalid_transition`. Raises Case.DoesNotExist.
    """
    order_id = Case.objects.values_list("order_id", flat=True).get(pk=case_id)
    (order,) = transitions.lock([order_id])
    case = Case.objects.get(pk=case_id)
    case.order = order
    if (state and case.status != state) or (turn and case.waits_for != turn):
        raise moved_on()
    return case


def move(
    case: Case,
    to: str,
    *,
    actor: events.Actor,
    waits_for: str,
    within: dt.timedelta | None = None,
    kind: str = "",
    reason: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Moves a case whose order the caller holds, and gives `waits_for` their deadline. Raises CaseRefused."""
    patience = within or _patience(waits_for)
    _move(
        case,
        to,
        actor=actor,
        kind=kind or f"case.{to}",
        reason=reason,
        data=data or {},
        changes={"waits_for": waits_for, "respond_by": Now() + patience if patience else None},
    )
    if to == Status.STAFF:
        events.record(events.New("order.case_at_staff", case.order, actor))


def close(
    case: Case,
    outcome: str,
    *,
    actor: events.Actor,
    reason: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Ends a case whose order the caller holds; the order completes and clears again. Raises CaseRefused."""
    _move(
        case,
        Status.CLOSED,
        actor=actor,
        kind="case.closed",
        reason=reason,
        data={"outcome": outcome, **(data or {})},
        changes={
            "waits_for": Side.NOBODY,
            "respond_by": None,
            "outcome": outcome,
            "closed_at": Now(),
        },
    )
    Order.objects.filter(pk=case.order_id).update(case_open=False)
    events.record(events.New("order.case_closed", case.order, actor))


def _move(
    case: Case,
    to: str,
    *,
    actor: events.Actor,
    kind: str,
    reason: str,
    data: Mapping[str, object],
    changes: Mapping[str, object],
) -> None:
    try:
        state_machine.move(
            [case],
            to=to,
            table=TRANSITIONS,
            kind=kind,
            actor=actor,
            reason=reason,
            data=data,
            changes=changes,
        )
    except state_machine.InvalidTransition as not_so:
        raise moved_on() from not_so
