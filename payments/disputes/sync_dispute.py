"""Syncs a dispute from Stripe into our rows, for webhooks and the sweeper.

`sync_dispute` may be called any number of times, in any order, with any state that Stripe ever showed: only what is new
has an effect. Money follows Stripe's balance transactions: a new withdrawal begins a round, a new credit ends it. Of the
statuses `lost` alone moves money, once: it settles the round that is open (docs "Money", Disputes).
"""

from __future__ import annotations

import structlog
from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from payments import incidents, policy
from payments.charges.sync_intent import sync_intent
from payments.disputes import case as cases
from payments.disputes import order_standing, rounds
from payments.disputes.case import Case
from payments.gateways.stripe import payment_intents
from payments.gateways.stripe.disputes import DisputeMove, DisputeState
from payments.models import Dispute, DisputeRound, Incident, Intent, PaymentSplit
from wallet import ledger

log = structlog.get_logger(__name__)
State = Dispute.State
Round = DisputeRound.State
_STATES: dict[str, str] = {
    "warning_needs_response": State.INQUIRY,
    "warning_under_review": State.INQUIRY,
    "warning_closed": State.CLOSED,
    "prevented": State.CLOSED,
    "needs_response": State.OPEN,
    "under_review": State.SUBMITTED,
    "won": State.WON,
    "lost": State.LOST,
}
UNDECIDED = (State.INQUIRY, State.OPEN, State.SUBMITTED)
# How far a dispute has come while its rounds stay as they are: then a state that it has left is old news.
_FURTHER = {State.INQUIRY: 0, State.OPEN: 1, State.SUBMITTED: 2, State.CLOSED: 3, State.WON: 3, State.LOST: 3}
KIND = "dispute_opened"


class NotPaidYet(Exception):
    """The money that is disputed has not arrived in our books: its intent's news must come first."""


def sync_dispute(state: DisputeState) -> Dispute | None:
    """Takes in a dispute as Stripe has it. Returns our row, None when it is about no charge of ours.

    Raises NotPaidYet, and outcomes.Unknown where the payment has to be asked about first.
    """
    intent = _paid_intent(state)
    if intent is None:
        return None
    while db_retry.atomic_retry(lambda: _step_again(intent.pk, state)):
        pass
    return Dispute.objects.get(stripe_id=state.id)


def _paid_intent(state: DisputeState) -> Intent | None:
    found = Intent.objects.filter(stripe_id=state.intent).exclude(stripe_id=None).first()
    if found is None and state.charge:
        found = Intent.objects.filter(charge_id=state.charge).first()
    if (found is None or found.status in (Intent.Status.CREATED, Intent.Status.OPEN)) and state.intent:
        found = sync_intent(payment_intents.read_intent(state.intent))
    if found is not None and found.status in (Intent.Status.CREATED, Intent.Status.OPEN):
        raise NotPaidYet(state.id)
    return found


def _step_again(intent_id: int, state: DisputeState) -> bool:
    """The step, anew where somebody spent of the disputed wallet between its reading and its posting. Raises
    ledger.InsufficientFunds when that happens again and again; then the news is told again later.
    """
    for _ in range(policy.DISPUTE_MOST_DRAWS - 1):
        try:
            return _step(intent_id, state)
        except ledger.InsufficientFunds:
            continue
    return _step(intent_id, state)


def _step(intent_id: int, state: DisputeState) -> bool:
    """The next change that the state asks for, one round's at most; whether there may be more."""
    with transaction.atomic(), events.together():
        case = cases.lock(intent_id, stripe_id=state.id, fresh=_fresh(state))
        new = _news(case, state)
        if new is None:  # older than what we know
            return False
        changed = _change(case, state, new)
        _note(case, state, same_round=not changed)
        order_standing.refresh(case)
    if not changed:
        _report_unbooked(case, new)
    return changed


def _fresh(state: DisputeState) -> dict[str, object]:
    return {
        "state": _STATES[state.status] if _STATES[state.status] in UNDECIDED else State.OPEN,
        "currency": state.currency,
        "amount": state.amount,
        "reason": state.reason[:40],
        "due_by": state.due_by,
    }


def _news(case: Case, state: DisputeState) -> list[DisputeMove] | None:
    """The balance transactions that no round has, oldest first; None when one that we know is not in this state, which
    is then older than our rows.
    """
    known = {
        booked
        for pair in case.dispute.rounds.values_list("withdrawal", "credit")
        for booked in pair
        if booked
    }
    if known - {move.id for move in state.moves}:
        return None
    return [move for move in state.moves if move.id not in known]


def _change(case: Case, state: DisputeState, new: list[DisputeMove]) -> bool:
    """Does the one change that comes next; whether there was any."""
    ours = [move for move in new if move.currency == case.payment.currency == case.dispute.currency]
    credit = next((move for move in ours if move.amount > 0), None)
    withdrawal = next((move for move in ours if move.amount < 0), None)
    last = case.round
    if last is not None and last.state == Round.OPEN:
        # A credit that nothing was withdrawn after undoes the loss that Stripe tells of; any other came while it was open.
        if state.status == "lost" and not (credit and withdrawal):
            rounds.lose(case)
        elif credit is not None and credit.amount == last.withdrawn:
            rounds.win(case, credit)
            _return_fees(case, credit)
        else:
            return False
        return True
    if last is not None and last.state == Round.LOST and credit is not None:
        if credit.amount != last.withdrawn:
            return False
        rounds.reinstate(case, credit)
        _return_fees(case, credit)
        return True
    if withdrawal is not None:
        rounds.begin(case, withdrawal)
        return True
    return False


def _return_fees(case: Case, credit: DisputeMove) -> None:
    """A fee that came back with a credit is that of the latest rounds whose fee has not come back, each whole."""
    left = -min(0, credit.fee)
    owed = DisputeRound.objects.filter(dispute=case.dispute, fee__gt=0, fee_returned=0).order_by("-number")
    for one in list(owed) if left else []:
        if one.fee <= left:
            left -= one.fee
            rounds.return_fee(case, one)
    if left or credit.fee > 0:
        incidents.open_incident(
            "dispute_fee",
            key=credit.id,
            payment_id=case.payment.pk,
            dispute_id=case.dispute.pk,
            detail=f"{credit.id} moved a fee of {incidents.amount_text(credit.fee, credit.currency)} that the books do not "
            "know: nothing was booked for it",
        )


def _note(case: Case, state: DisputeState, *, same_round: bool) -> None:
    """Writes how the dispute stands now."""
    dispute, before = case.dispute, case.dispute.state
    new = dispute.looked_up_at is None
    after = _state(case, state)
    undecided = case.round is None or case.round.state == Round.OPEN
    if same_round and undecided and _FURTHER[State(after)] < _FURTHER[State(before)]:
        after = before
    dispute.state = after
    over = dispute.state not in UNDECIDED
    changes: dict[str, object] = {
        "state": dispute.state,
        "round": dispute.round,
        "reason": state.reason[:40],
        "due_by": state.due_by,
        "looked_up_at": Now(),
    }
    if over != (dispute.closed_at is not None):
        changes["closed_at"] = Now() if over else None
    Dispute.objects.filter(pk=dispute.pk).update(**changes)
    if before != dispute.state:
        events.record(
            events.New("dispute.changed", dispute, events.STRIPE, from_state=before, to_state=dispute.state)
        )
    _tell_of_inquiry(case, opened=new and dispute.state == State.INQUIRY, ended=before == State.INQUIRY)
    _open_or_close_incident(case, again=before not in UNDECIDED)


def _tell_of_inquiry(case: Case, *, opened: bool, ended: bool) -> None:
    """A bank that only asks moves nothing; its sellers hear of it, and that it asks no more."""
    closed = ended and case.dispute.state == State.CLOSED
    if not opened and not closed:
        return
    said = {
        "dispute": case.dispute.pk,
        "reason": case.dispute.reason,
        "amount": case.dispute.amount,
        "currency": case.dispute.currency,
        "due_by": case.dispute.due_by.isoformat() if case.dispute.due_by else "",
    }
    kind = "order.inquiry_opened" if opened else "order.inquiry_closed"
    paid = PaymentSplit.objects.filter(payment=case.payment, card_part__gt=0).values_list(
        "order_id", flat=True
    )
    events.record(
        *(
            events.New(kind, order, events.STRIPE, from_state=order.status, to_state=order.status, data=said)
            for pk in sorted(paid)
            if (order := case.orders.get(pk))
        )
    )


def _state(case: Case, state: DisputeState) -> str:
    """By the last round, where there is one: what Stripe says of an end counts once its money has moved."""
    if case.round is not None and case.round.state != Round.OPEN:
        return case.round.state
    said = _STATES[state.status]
    if case.round is not None and said not in (State.OPEN, State.SUBMITTED):
        return State.SUBMITTED
    return said


def _open_or_close_incident(case: Case, *, again: bool) -> None:
    """Staff see a dispute as long as the bank decides: an incident that closes by itself, and opens for the next round."""
    dispute = case.dispute
    if dispute.state in (State.OPEN, State.SUBMITTED):
        numbers = ", ".join(order.number for order in case.orders.values())
        due = f", evidence until {dispute.due_by:%Y-%m-%d %H:%M} UTC" if dispute.due_by else ""
        incidents.open_incident(
            KIND,
            key=dispute.stripe_id,
            payment_id=case.payment.pk,
            dispute_id=dispute.pk,
            again=again,
            detail=f"{incidents.amount_text(dispute.amount, dispute.currency)} of {numbers or _not_of_orders(case)} are "
            f"disputed: {dispute.reason.replace('_', ' ')}{due}",
        )
        return
    for incident in Incident.objects.filter(kind=KIND, dispute=dispute, closed_at=None):
        note = f"By itself: the dispute is {dispute.get_state_display().lower()}"
        incidents.close_incident(incident.pk, actor=events.STRIPE, note=note)


def _not_of_orders(case: Case) -> str:
    return f"{case.reference}, which no order took," if case.reference else "a top-up"


def _report_unbooked(case: Case, new: list[DisputeMove]) -> None:
    """What Stripe moved and the books cannot hold: a person is told, and nothing is booked."""
    for move in new:
        foreign = move.currency != case.payment.currency or case.dispute.currency != case.payment.currency
        incidents.open_incident(
            "dispute_currency" if foreign else "dispute_unbooked",
            key=move.id,
            payment_id=case.payment.pk,
            dispute_id=case.dispute.pk,
            detail=f"{move.id} moved {incidents.amount_text(move.amount, move.currency)} for {case.dispute.stripe_id} of a "
            f"payment in {case.payment.currency}: nothing was booked, the orders stay on hold",
        )
