"""Asking, approving, refusing: the same for every action (docs "Money", Two people).

What was asked is fixed when it is asked: the database refuses a change, and a digest of it is checked again before it is
done. Approving does it, in the same transaction, once. Small amounts are done by one person with a reason; what counts
is the sum of what one person asked about one subject on one day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.db import connection, transaction
from django.db.models import F, Func, Sum, Value
from django.db.models.fields import BinaryField

from banibs.core import events
from banibs.core.clock import Now, now
from banibs.core.db import db_retry
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.users.models import User
from wallet import policy
from wallet.approvals.action import Action, Tampered
from wallet.approvals.registry import action_of
from wallet.models import Approval

Status = Approval.Status
TRANSITIONS: state_machine.Transitions = {
    Status.REQUESTED: frozenset({Status.APPROVED, Status.REFUSED, Status.EXPIRED}),
}
COUNTED = (Status.REQUESTED, Status.APPROVED)


class NotAllowed(Exception):
    """This person may not: they asked for it themselves, or they would gain by it."""


class NotPermitted(NotAllowed):
    """This person has not the permission that the action asks for."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person may do alone: `limit` for one subject in a day, `used` of it before; None where two always decide.

    `enough`: this request is within it, and the person may decide too.
    """

    limit: Money | None
    used: Money | None
    enough: bool


if TYPE_CHECKING:
    BytesFunc: TypeAlias = Func["BinaryField[bytes, bytes]"]
else:  # not generic where it runs
    BytesFunc = Func


class Digest(BytesFunc):
    """SHA-256 of what is asked for, made and re-made by the database."""

    function = "wallet_approval_digest"
    output_field = BinaryField()


def request(name: str, *, payload: Mapping[str, str | int], requester: User, reason: str) -> Approval:
    """Asks for an action. Within the limit for one person it is done when this returns (`alone`), else it waits.

    Raises NotPermitted for who may not ask, NotAllowed for who would gain by it, Tampered when it cannot be done,
    ValueError without a reason; nothing has moved then.
    """
    if not reason.strip():
        raise ValueError("say why")
    return db_retry.atomic_retry(lambda: _request(name, payload, requester, reason.strip()))


def _request(name: str, payload: Mapping[str, str | int], requester: User, reason: str) -> Approval:
    action = action_of(name)
    if not requester.has_perm(action.asks):
        raise NotPermitted
    if action.gains(payload) == requester.pk:
        raise NotAllowed
    amount, subject = action.amount(payload), action.subject(payload)
    with transaction.atomic():
        _one_at_a_time(requester.pk, subject)
        action.preview(payload)  # what cannot be done is not asked for
        allowance = _allowance(action, amount, subject=subject, requester=requester)
        approval = Approval.objects.create(
            action=name,
            payload=dict(payload),
            payload_hash=Digest(
                Value(name), Value(dict(payload), Approval._meta.get_field("payload")), Value(reason)
            ),
            words=action.words(payload)[:300],
            subject=subject,
            amount=amount.amount if amount else None,
            currency=amount.currency if amount else "",
            reason=reason,
            requester=requester,
            expires_at=now() + action.lapses_after(),
        )
        events.record(
            events.New(
                kind="approval.requested",
                subject=approval,
                actor=events.Actor.person(requester, role="staff"),
                to_state=Status.REQUESTED,
                reason=reason,
                data={"action": name, "subject": subject},
            )
        )
        if allowance.enough and allowance.limit is not None:
            _alone(approval, action, requester, allowance.limit.amount)
    return approval


def allowance(name: str, *, payload: Mapping[str, str | int], requester: User) -> Allowance:
    """What `requester` may do alone of this action now, and whether this request is within it. Moves nothing.

    Raises Tampered for a payload of another shape.
    """
    action = action_of(name)
    amount = action.amount(payload)
    return _allowance(action, amount, subject=action.subject(payload), requester=requester)


def _allowance(action: Action, amount: Money | None, *, subject: str, requester: User) -> Allowance:
    """Two people decide above the limit, without one, and where who asks may not decide."""
    limit = None if action.always_two or amount is None else policy.TWO_PERSON_LIMIT.get(amount.currency)
    if limit is None or amount is None:
        return Allowance(None, None, enough=False)
    used = _asked_on(now(), requester.pk, subject, amount.currency)
    within = used + amount.amount <= limit and requester.has_perm(action.decides)
    return Allowance(Money(limit, amount.currency), Money(used, amount.currency), enough=within)


def asked_that_day(approval: Approval) -> Money | None:
    """What its requester asked for about the same on the same day (UTC), itself counted; None where no amount counts."""
    if approval.amount is None:
        return None
    total = _asked_on(approval.requested_at, approval.requester_id, approval.subject, approval.currency)
    return Money(total, approval.currency)


def _asked_on(moment: dt.datetime, requester: int, subject: str, currency: str) -> int:
    """The sum of a day of what waits and what was done, in minor units."""
    day = dt.datetime.combine(moment.astimezone(dt.UTC).date(), dt.time.min, dt.UTC)
    counted = Approval.objects.filter(
        requester=requester,
        subject=subject,
        currency=currency,
        status__in=COUNTED,
        requested_at__gte=day,
        requested_at__lt=day + dt.timedelta(days=1),
    )
    return int(counted.aggregate(total=Sum("amount"))["total"] or 0)


def _one_at_a_time(requester: int, subject: str) -> None:
    """Two requests of one person about one subject are added up one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"approval:{requester}:{subject}"]
        )


def _alone(approval: Approval, action: Action, requester: User, limit: int) -> None:
    state_machine.move(
        [approval],
        to=Status.APPROVED,
        table=TRANSITIONS,
        kind="approval.approved",
        actor=events.Actor.person(requester, role="staff"),
        reason=approval.reason,
        data={"alone": True},
        changes={"alone_limit": limit, "decided_at": Now()},
    )
    action.perform(approval, actor=f"staff:{requester.pk}")


def approve(approval_id: int, *, decider: User, note: str = "") -> Approval:
    """Does what was asked for, in one transaction with the decision.

    Raises NotPermitted, NotAllowed for whoever asked or would gain, InvalidTransition when it was decided or lapsed
    meanwhile, Tampered when the request was altered since or can no longer be done; nothing moves then.
    """

    def work() -> Approval:
        with transaction.atomic():
            approval = _decide(
                approval_id, decider=decider, to=Status.APPROVED, kind="approval.approved", note=note
            )
            if not unaltered(approval):
                raise Tampered("the request was altered")
            action_of(approval.action).perform(approval, actor=f"staff:{decider.pk}")
            return approval

    return db_retry.atomic_retry(work)


def refuse(approval_id: int, *, decider: User, note: str) -> Approval:
    """Closes a request; nothing moves. Raises as `approve` does."""
    with transaction.atomic():
        return _decide(approval_id, decider=decider, to=Status.REFUSED, kind="approval.refused", note=note)


def expire_due() -> int:
    """Lapses requests that nobody decided in time; returns how many."""
    with transaction.atomic():
        due = list(
            Approval.objects.select_for_update(skip_locked=True)
            .filter(status=Status.REQUESTED, expires_at__lte=Now())
            .order_by("pk")[: policy.APPROVALS_LAPSED_AT_ONCE]
        )
        state_machine.move(
            due, to=Status.EXPIRED, table=TRANSITIONS, kind="approval.expired", actor=events.SYSTEM
        )
    return len(due)


def unaltered(approval: Approval) -> bool:
    """Whether the row still says what its digest says."""
    same = Approval.objects.filter(
        pk=approval.pk, payload_hash=Digest(F("action"), F("payload"), F("reason"))
    )
    return same.exists()


def may_decide(approval: Approval, person: User) -> bool:
    """Whether this person has the permission, and is neither who asked nor who would gain."""
    return _permitted(approval, person) and person.pk not in (approval.requester_id, _gains(approval))


def _permitted(approval: Approval, person: User) -> bool:
    return person.has_perm(action_of(approval.action).decides)


def _gains(approval: Approval) -> int | None:
    return action_of(approval.action).gains(approval.payload)


def _decide(approval_id: int, *, decider: User, to: Status, kind: str, note: str) -> Approval:
    """Locks, checks who asks, moves. In the caller's transaction."""
    found = state_machine.lock(Approval, [approval_id])
    if not found:
        raise Approval.DoesNotExist
    (approval,) = found
    if not _permitted(approval, decider):
        raise NotPermitted
    if not may_decide(approval, decider):
        raise NotAllowed
    if approval.status == Status.REQUESTED and approval.expires_at <= now():
        raise state_machine.InvalidTransition(approval, current=Status.EXPIRED, to=to)
    state_machine.move(
        [approval],
        to=to,
        table=TRANSITIONS,
        kind=kind,
        actor=events.Actor.person(decider, role="staff"),
        reason=note,
        changes={"decider": decider, "decided_at": Now(), "decision_note": note},
    )
    return approval
