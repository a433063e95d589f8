"""The parcel of an agreed case: what goes back to the shop (a return), or comes anew to the buyer (a replacement)."""

from __future__ import annotations

from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.users.models import User
from payments import policy
from payments.cases import answers, moves
from payments.cases.moves import Side, Status
from payments.cases.refused import moved_on
from payments.models import Case, Proposal

_OTHER = {Side.BUYER: Side.SELLER, Side.SELLER: Side.BUYER}


def parcel_sent(case_id: int, *, side: str, user: User, carrier: str = "", tracking: str = "") -> Case:
    """The side whose turn it is has sent the parcel; the other says that it came. Raises CaseRefused."""

    def work() -> Case:
        with transaction.atomic():
            case = moves.held(case_id, state=Status.AGREED, turn=side)
            offer = answers.standing_offer(case)
            if offer.sent_at is not None:
                raise moved_on()
            said = {"carrier": carrier.strip()[:60], "tracking": tracking.strip()[:80]}
            Proposal.objects.filter(pk=offer.pk).update(sent_at=Now(), **said)
            moves.move(
                case,
                Status.AGREED,
                actor=events.Actor.person(user, role=side),
                waits_for=_OTHER[Side(side)],
                within=policy.CASE_PARCEL_ARRIVES_WITHIN,
                kind="case.parcel_sent",
                data={"proposal": offer.kind, **said},
            )
            return case

    return db_retry.atomic_retry(work)


def parcel_received(case_id: int, *, side: str, user: User) -> Case:
    """The parcel is there: of a return all of the money goes back and the things are for sale again.

    Raises CaseRefused when it is not that side's turn or nothing was sent, and RefundRefused; then nothing has moved.
    """

    def work() -> Case:
        with transaction.atomic():
            case = moves.held(case_id, state=Status.AGREED, turn=side)
            offer = answers.standing_offer(case)
            if offer.sent_at is None:
                raise moved_on()
            actor = events.Actor.person(user, role=side)
            Proposal.objects.filter(pk=offer.pk).update(received_at=Now())
            if offer.kind == Proposal.Kind.RETURN:
                answers.pay(case, offer, actor=actor, user_id=user.pk, restock=True)
            else:
                moves.close(case, Case.Outcome.REPLACED, actor=actor)
            return case

    return db_retry.atomic_retry(work)
