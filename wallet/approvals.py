"""Staff actions that move money wait for a second person (docs "Money": with a reason, always).

What was asked is fixed when it is asked: a digest of it is checked again before it is done. Approving does
it, in the same transaction, once.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now, now
from banibs.core.db import db_retry
from banibs.core.idempotency import fingerprint
from banibs.core.money import MAX_AMOUNT, Money
from banibs.core.states import state_machine
from banibs.users.models import User
from wallet import ledger, movements, policy
from wallet.models import Approval

Status = Approval.Status
TRANSITIONS: state_machine.Transitions = {
    Status.REQUESTED: frozenset({Status.APPROVED, Status.REFUSED, Status.EXPIRED}),
}


class NotAllowed(Exception):
    """This person may not decide about this: they asked for it themselves, or it is their own wallet."""


class Tampered(Exception):
    """What would be done is no longer what was asked for. Nothing was done."""


def request_credit(*, requester: User, user_id: int, name: str, amount: Money, reason: str) -> Approval:
    """Asks a second person to credit the wallet of `user_id` (called `name`) at the platform's cost.

    Nothing moves yet. Raises NotAllowed for one's own wallet, ValueError without a positive amount and a reason.
    """
    if requester.pk == user_id:
        raise NotAllowed
    if not 0 < amount.amount <= MAX_AMOUNT or not reason.strip():
        raise ValueError("a credit has a positive amount and a reason")
    payload = {"user": user_id, "name": name, "amount": amount.amount, "currency": amount.currency}
    with transaction.atomic():
        approval = Approval.objects.create(
            action=Approval.Action.CREDIT_WALLET,
            payload=payload,
            payload_hash=digest(Approval.Action.CREDIT_WALLET, payload, reason.strip()),
            reason=reason.strip(),
            requester=requester,
            expires_at=now() + policy.APPROVAL_LAPSES_AFTER,
        )
        events.record(
            events.New(
                kind="approval.requested",
                subject=approval,
                actor=events.Actor.person(requester, role="staff"),
                to_state=Status.REQUESTED,
                reason=approval.reason,
                data={"user": user_id, "amount": amount.amount, "currency": amount.currency},
            )
        )
    return approval


def approve(approval_id: int, *, decider: User, note: str = "") -> Approval:
    """Does what was asked for, in one transaction with the decision.

    Raises NotAllowed for whoever asked or would gain, InvalidTransition when it was decided or lapsed
    meanwhile, Tampered when the request was altered since; nothing moves then.
    """

    def work() -> Approval:
        with transaction.atomic():
            approval = _decide(
                approval_id, decider=decider, to=Status.APPROVED, kind="approval.approved", note=note
            )
            if bytes(approval.payload_hash) != digest(approval.action, approval.payload, approval.reason):
                raise Tampered
            _perform(approval, decider)
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
            .order_by("pk")[:500]
        )
        state_machine.move(
            due, to=Status.EXPIRED, table=TRANSITIONS, kind="approval.expired", actor=events.SYSTEM
        )
    return len(due)


def digest(action: str, payload: Mapping[str, object], reason: str) -> bytes:
    """SHA-256 of what is asked for."""
    return fingerprint({"action": str(action), "payload": payload, "reason": reason})


def _decide(approval_id: int, *, decider: User, to: Status, kind: str, note: str) -> Approval:
    """Locks, checks who asks, moves. In the caller's transaction."""
    found = state_machine.lock(Approval, [approval_id])
    if not found:
        raise Approval.DoesNotExist
    (approval,) = found
    if decider.pk in (approval.requester_id, approval.payload.get("user")):
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


def _perform(approval: Approval, decider: User) -> None:
    payload = approval.payload
    if approval.action != Approval.Action.CREDIT_WALLET or not _is_person(payload["user"]):
        raise Tampered
    ledger.post(
        movements.adjusted(
            approval=approval.pk,
            user=payload["user"],
            amount=Money(payload["amount"], payload["currency"]),
            reason=approval.reason,
            actor=f"staff:{decider.pk}",
        )
    )


def _is_person(user_id: int) -> bool:
    return get_user_model()._default_manager.filter(pk=user_id).exists()
