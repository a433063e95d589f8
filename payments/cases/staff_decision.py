"""Staff decide what the two sides could not settle: all of the money, a part of it, or nothing. It closes the case."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.db import db_retry
from banibs.users.models import User
from marketplace.messages import thread
from payments.cases import moves
from payments.cases.give_back import give_back
from payments.cases.moves import Side, Status
from payments.cases.refused import CaseRefused
from payments.models import Case


def decide(case_id: int, *, verdict: str, user: User, reason: str, amount: int | None = None) -> Case:
    """`verdict`: refund (all that is left), part (`amount`, minor units) or nothing. `reason` is read by both sides.

    Raises CaseRefused when it does not wait for staff or is the decider's own, RefundRefused, MessageRefused without a
    reason; then nothing has moved.
    """
    thread.checked(reason)
    if verdict not in ("refund", "part", "nothing") or (verdict == "part") != (amount is not None):
        raise CaseRefused("proposal_invalid", _("Say what goes back."), status=400)

    def work() -> Case:
        with transaction.atomic():
            case = moves.held(case_id, state=Status.STAFF)
            _refuse_own(case, user)
            _decide(case, amount=amount, nothing=verdict == "nothing", user=user, reason=reason)
            return case

    return db_retry.atomic_retry(work)


def _refuse_own(case: Case, user: User) -> None:
    if user.pk in (case.order.buyer_id, case.order.seller.user_id):
        message = _("This is your own order. Somebody else decides about it.")
        raise CaseRefused("self_decision_not_allowed", message, status=403)


def _decide(case: Case, *, amount: int | None, nothing: bool, user: User, reason: str) -> None:
    actor = events.Actor.person(user, role="staff")
    thread.add(case.order, side=Side.STAFF, author=user, text=reason, case=case.pk)
    if nothing:
        moves.close(case, Case.Outcome.REJECTED, actor=actor, reason=reason)
        return
    unsent = case.kind == Case.Kind.REFUND
    refund = give_back(case, amount=amount, actor=actor, user_id=user.pk, note=reason, restock=unsent)
    outcome = Case.Outcome.REFUNDED if amount is None else Case.Outcome.PART_REFUNDED
    moves.close(case, outcome, actor=actor, reason=reason, data={"refund": refund.pk})
