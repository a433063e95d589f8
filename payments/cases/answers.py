"""The turns of the two sides: what the shop offers or declines, and what the buyer makes of it.

Each verb is one transaction that holds the order. Each raises CaseRefused `invalid_transition` when it is not, or no
longer, that side's turn, and then nothing has moved.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.users.models import User
from marketplace.messages import thread
from payments import policy
from payments.cases import moves
from payments.cases.give_back import give_back
from payments.cases.moves import Side, Status
from payments.cases.refused import CaseRefused, moved_on
from payments.models import Case, Proposal

State = Proposal.State
_OFFERED_FROM = (Status.OPEN, Status.DECLINED)


def propose(case_id: int, *, kind: str, user: User, amount: int | None = None, text: str = "") -> Case:
    """The shop offers something, and the buyer has `policy.CASE_BUYER_ANSWERS_WITHIN` to answer.

    What the buyer asked for is done at once: the cancellation of an order that was not sent. `amount` in minor units is of
    a part of the money. Also raises CaseRefused 400 `proposal_invalid`, and RefundRefused.
    """
    return _one_transaction(lambda: _propose(case_id, kind=kind, user=user, amount=amount, text=text))


def _propose(case_id: int, *, kind: str, user: User, amount: int | None, text: str) -> Case:
    case = moves.held(case_id)
    if case.status not in _OFFERED_FROM:
        raise moved_on()
    _check_proposal(case, kind, amount)
    actor = _seller(user)
    offer = Proposal.objects.create(case=case, kind=kind, amount=amount)
    data = {"proposal": kind, **({"amount": amount, "currency": case.order.currency} if amount else {})}
    moves.move(case, Status.PROPOSED, actor=actor, waits_for=Side.BUYER, data=data)
    _say(case, Side.SELLER, user, text)
    if case.kind == Case.Kind.REFUND:
        _settle(case, offer, actor=actor, user=user)
    return case


def _check_proposal(case: Case, kind: str, amount: int | None) -> None:
    if kind not in kinds_offered(case):
        raise CaseRefused("proposal_invalid", _("This cannot be offered here."), status=400)
    left = case.order.total - case.order.refunded
    if (kind == Proposal.Kind.PART) != (amount is not None) or (
        amount is not None and not 0 < amount <= left
    ):
        message = _("Say how much of the %(left)s that is left.") % {"left": case.order.money(left)}
        raise CaseRefused("proposal_invalid", message, status=400)


def kinds_offered(case: Case) -> list[str]:
    """What the shop may offer: of an order that was not sent all of the money, of files no parcel."""
    if case.kind == Case.Kind.REFUND:
        return [Proposal.Kind.REFUND]
    parcel = case.order.min_days is not None
    return [
        kind
        for kind in Proposal.Kind.values
        if not (kind == Proposal.Kind.RETURN and (not parcel or case.kind == Case.Kind.NOT_RECEIVED))
        and not (kind == Proposal.Kind.REPLACEMENT and not parcel)
    ]


def take_back(case_id: int, *, user: User) -> Case:
    """The shop takes its offer back before it was answered, and has its time again to make another."""

    def work() -> Case:
        case = moves.held(case_id, state=Status.PROPOSED)
        _close_offer(case, State.TAKEN_BACK)
        moves.move(case, Status.OPEN, actor=_seller(user), waits_for=Side.SELLER, kind="case.taken_back")
        return case

    return _one_transaction(work)


def decline_request(case_id: int, *, user: User, text: str) -> Case:
    """The shop offers nothing and says why; the buyer may ask staff within their time, else it is closed."""
    thread.checked(text)

    def work() -> Case:
        case = moves.held(case_id, turn=Side.SELLER)
        if case.status not in _OFFERED_FROM:
            raise moved_on()
        if case.status == Status.DECLINED:  # both have said no: there is nothing left to offer
            moves.move(case, Status.STAFF, actor=_seller(user), waits_for=Side.STAFF)
        else:
            moves.move(case, Status.DECLINED, actor=_seller(user), waits_for=Side.BUYER)
        _say(case, Side.SELLER, user, text)
        return case

    return _one_transaction(work)


def accept(case_id: int, *, user: User) -> Case:
    """The buyer takes the offer. Money moves at once; a parcel is awaited first. Also raises RefundRefused."""

    def work() -> Case:
        case = moves.held(case_id, state=Status.PROPOSED)
        offer = standing_offer(case)
        _settle(case, offer, actor=_buyer(user), user=user)
        return case

    return _one_transaction(work)


def _settle(case: Case, offer: Proposal, *, actor: events.Actor, user: User) -> None:
    Proposal.objects.filter(pk=offer.pk).update(state=State.ACCEPTED, answered_at=Now())
    if offer.kind in (Proposal.Kind.RETURN, Proposal.Kind.REPLACEMENT):
        sender = Side.BUYER if offer.kind == Proposal.Kind.RETURN else Side.SELLER
        moves.move(
            case,
            Status.AGREED,
            actor=actor,
            waits_for=sender,
            within=policy.CASE_PARCEL_SENT_WITHIN,
            data={"proposal": offer.kind},
        )
        return
    pay(case, offer, actor=actor, user_id=user.pk, restock=case.kind == Case.Kind.REFUND)


def pay(case: Case, offer: Proposal, *, actor: events.Actor, user_id: int | None, restock: bool) -> None:
    """Gives back what was agreed and closes the case, whose order the caller holds. Raises RefundRefused."""
    refund = give_back(
        case,
        amount=offer.amount,
        actor=actor,
        user_id=user_id,
        note=str(case.get_kind_display()),
        restock=restock,
    )
    Proposal.objects.filter(pk=offer.pk).update(refund=refund)
    outcome = Case.Outcome.REFUNDED if offer.amount is None else Case.Outcome.PART_REFUNDED
    if case.status == Status.PROPOSED:
        moves.move(case, Status.AGREED, actor=actor, waits_for=Side.SELLER, data={"proposal": offer.kind})
    moves.close(case, outcome, actor=actor, data={"refund": refund.pk})


def decline_offer(case_id: int, *, user: User, text: str = "") -> Case:
    """The buyer does not take the offer; the shop has its time to make another, then staff decide."""

    def work() -> Case:
        case = moves.held(case_id, state=Status.PROPOSED)
        _close_offer(case, State.DECLINED)
        moves.move(case, Status.DECLINED, actor=_buyer(user), waits_for=Side.SELLER)
        _say(case, Side.BUYER, user, text)
        return case

    return _one_transaction(work)


def ask_staff(case_id: int, *, user: User, text: str = "") -> Case:
    """The buyer asks BANIBS to decide, once the shop has answered (before that the shop has its time)."""

    def work() -> Case:
        case = moves.held(case_id)
        if not may_ask_staff(case):
            raise moved_on()
        if case.status == Status.PROPOSED:
            _close_offer(case, State.DECLINED)
        moves.move(case, Status.STAFF, actor=_buyer(user), waits_for=Side.STAFF)
        _say(case, Side.BUYER, user, text)
        return case

    return _one_transaction(work)


def may_ask_staff(case: Case) -> bool:
    """Whether its buyer can ask for staff now."""
    return case.status in (Status.PROPOSED, Status.DECLINED, Status.AGREED)


def withdraw(case_id: int, *, user: User) -> Case:
    """The buyer closes it: settled, or no longer wanted. An order that waits for its end goes on."""

    def work() -> Case:
        case = moves.held(case_id)
        moves.close(case, Case.Outcome.WITHDRAWN, actor=_buyer(user))
        return case

    return _one_transaction(work)


def standing_offer(case: Case) -> Proposal:
    """What was offered or agreed and is not over. Raises CaseRefused when there is none."""
    offer = case.proposals.filter(state__in=[State.OFFERED, State.ACCEPTED]).first()
    if offer is None:
        raise moved_on()
    return offer


def _close_offer(case: Case, state: str) -> None:
    case.proposals.filter(state=State.OFFERED).update(state=state, answered_at=Now())


def _say(case: Case, side: str, user: User, text: str) -> None:
    if text:
        thread.add(case.order, side=side, author=user, text=thread.checked(text), case=case.pk)


def _one_transaction(work: Callable[[], Case]) -> Case:
    def whole() -> Case:
        with transaction.atomic():
            return work()

    return db_retry.atomic_retry(whole)


def _buyer(user: User) -> events.Actor:
    return events.Actor.person(user, role="buyer")


def _seller(user: User) -> events.Actor:
    return events.Actor.person(user, role="seller")
