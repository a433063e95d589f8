"""Refunds of unapplied payments: money for an ended checkout goes back by itself, and the buyer is told.

Like a refund of an order it has left when its refund has a balance transaction, and is over when Stripe says so. What
comes back, or is never sent, stays in the books as unapplied, and a person decides (`decide_unapplied`).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from payments import incidents, policy
from payments.gateways import installation, outcomes
from payments.gateways.stripe import stripe_refunds
from payments.gateways.stripe.stripe_balance import BalanceMove
from payments.gateways.stripe.stripe_refunds import RefundState
from payments.models import Dispute, Incident, Intent, Payment
from payments.refunds import balance_moves
from payments.refunds.send_refund import refunds_at_stripe
from payments.refunds.sync_refund import attempt_noted, attempt_of
from wallet import ledger, movements
from wallet.models import Movement

Status = Intent.Status
STUCK = "unapplied_refund_failed"


def due_intents() -> list[int]:
    """Intents whose money is to go back or is under way, the longest unasked first: the sweeper's list.

    Those that wait for a person, or for the payer's bank, are not asked about.
    """
    return list(
        _ours_to_send()
        .order_by(F("looked_up_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def _ours_to_send() -> QuerySet[Intent]:
    """Unapplied money that neither people nor the payer's bank decide about: while a dispute is open, the bank has it."""
    people = Incident.objects.filter(
        intent=OuterRef("pk"), kind__in=(STUCK, "refund_currency"), closed_at=None
    )
    undecided = (Dispute.State.OPEN, Dispute.State.SUBMITTED)
    bank = Dispute.objects.filter(intent=OuterRef("pk"), state__in=undecided)
    return Intent.objects.filter(~Exists(people), ~Exists(bank), status=Status.UNAPPLIED, to_wallet_at=None)


def refund_unapplied(row_id: int) -> None:
    """Sends the money of an unapplied intent back to its card, once, or asks how that fares; not while a dispute about
    it is open. Raises outcomes.Unknown.

    What Stripe refuses to send stays in the books as unapplied, and a person is told; then nothing is sent before that
    person has decided.
    """
    row = _ours_to_send().filter(pk=row_id).first()
    if row is None or not row.stripe_id:
        return
    Intent.objects.filter(pk=row.pk).update(looked_up_at=Now())
    if row.refund_id:
        sync_refund(stripe_refunds.read_refund(row.refund_id))
        return
    first = row.refund_attempt == 1
    name = f"intent:{row.pk}:unapplied" if first else f"intent:{row.pk}:unapplied:{row.refund_attempt}"
    before = row.created_at <= installation.since()  # its key may have had no mark
    try:
        made = (_made_before(row, row.stripe_id) if before else None) or stripe_refunds.create_refund(
            key=installation.key(name),
            intent=row.stripe_id,
            amount=row.amount,
            metadata=installation.marked(
                {
                    "banibs_intent": str(row.pk),
                    "banibs_reason": "unapplied",
                    **attempt_noted(row.refund_attempt),
                }
            ),
        )
    except outcomes.Refused as refused:
        found = _made_before(row, row.stripe_id)
        if found is None:
            _stays(row, why=refused.for_staff)
            return
        made = found
    sync_refund(made)


def _made_before(row: Intent, intent_id: str) -> RefundState | None:
    """The refund of ours that an answer, lost longer ago than Stripe remembers a key, was about."""
    for one in refunds_at_stripe(intent_id):
        if one.metadata.get("banibs_intent") == str(row.pk) and attempt_of(one) == row.refund_attempt:
            return one
    return None


def _stays(row: Intent, *, why: str) -> None:
    number = "" if row.refund_attempt == 1 else f":{row.refund_attempt}"
    incidents.open_incident(
        STUCK,
        key=f"{row.pk}{number}",
        payment_id=row.payment_id,
        intent_id=row.pk,
        detail=f"{incidents.amount_text(row.amount, row.currency)} could not go back to the card ({why})",
        again=True,
    )


def sync_refund(state: RefundState) -> Intent | None:
    """Takes in the refund of an unapplied intent as Stripe has it, any number of times; None when it is none.

    Asks Stripe for balance transactions that are new. Raises outcomes.Unknown.
    """
    row = _row_of(state)
    if row is None or row.refund_id != state.id:  # an earlier attempt: over, and booked
        return row
    moves = balance_moves.read_moves(
        state, sent=row.refund_balance_transaction, returned=row.refund_failure_balance_transaction
    )
    asked = Money(row.amount, row.currency)
    problem = balance_moves.problem(moves, asked)
    if (state.amount, state.currency) != (asked.amount, asked.currency):
        problem = f"Stripe has {incidents.amount_text(state.amount, state.currency)}"
    if problem:
        incidents.open_incident(
            "refund_currency", key=state.id, payment_id=row.payment_id, intent_id=row.pk, detail=problem
        )
        return row
    with transaction.atomic():
        payment, locked = lock(row.pk)
        if locked.refund_id == state.id:
            _take_in(payment, locked, state, moves)
    return row


def _row_of(state: RefundState) -> Intent | None:
    """By its id, else by the number and the attempt in its metadata, when the answer never reached us."""
    found = Intent.objects.filter(stripe_id=state.intent, refund_id=state.id).first()
    number = state.metadata.get("banibs_intent", "")
    if found is not None or not (number.isascii() and number.isdigit()):
        return found
    if installation.is_anothers(state.metadata):
        return None
    ours = Intent.objects.filter(pk=int(number), stripe_id=state.intent)
    waits = ours.filter(status=Status.UNAPPLIED, to_wallet_at=None)
    waits.filter(refund_id="", refund_attempt=attempt_of(state)).update(refund_id=state.id)
    return ours.first()


def lock(row_id: int) -> tuple[Payment, Intent]:
    """The payment of an intent and the intent, locked in that order."""
    payment_id = Intent.objects.values_list("payment_id", flat=True).get(pk=row_id)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=payment_id)
    return payment, Intent.objects.select_for_update().get(pk=row_id)


def _take_in(payment: Payment, row: Intent, state: RefundState, moves: balance_moves.Moves) -> None:
    if moves.sent is not None:
        book_sent(payment, row, moves.sent, told=not state.over)
    if moves.returned is not None and row.refund_sent_at is not None:
        _book_returned(row, moves.returned, why=state.failure or state.status)
    if state.over:
        set_columns(row, status=Status.UNAPPLIED)
        if row.refund_sent_at is None or row.refund_returned_at is not None:
            _stays(row, why=state.failure or state.status)
    elif state.status == "succeeded" and row.refund_sent_at is not None:
        set_columns(row, status=Status.UNAPPLIED_REFUNDED)


def book_sent(
    payment: Payment, row: Intent, move: BalanceMove, *, told: bool = True, actor: str = "stripe"
) -> None:
    """Stripe has taken it from our balance: booked once. The caller holds payment and intent."""
    new = row.refund_sent_at is None
    set_columns(row, refund_balance_transaction=move.id, **({"refund_sent_at": Now()} if new else {}))
    balance_moves.book_fee(move, of=row.refund_id, payment_id=payment.pk)
    if not new:  # it was booked before balance transactions were kept
        return
    if told:
        events.record(told_of("payment.unapplied_refunded", payment, row))
    ledger.post(
        movements.unapplied_refunded(
            payment=payment.pk,
            intent=row.pk,
            attempt=row.refund_attempt,
            amount=Money(row.amount, row.currency),
            reference=number_of(payment),
            actor=actor,
        )
    )


def _book_returned(row: Intent, move: BalanceMove, *, why: str) -> None:
    new = row.refund_returned_at is None
    set_columns(
        row, refund_failure_balance_transaction=move.id, **({"refund_returned_at": Now()} if new else {})
    )
    balance_moves.book_fee(move, of=row.refund_id, payment_id=row.payment_id)
    if new:
        left = movements.unapplied_refunded(
            payment=row.payment_id,
            intent=row.pk,
            attempt=row.refund_attempt,
            amount=Money(row.amount, row.currency),
        )
        ledger.reverse(Movement.objects.get(key=left.key).pk, actor="stripe", reason=why)


def number_of(payment: Payment) -> str:
    """The number of what was to be paid; nothing for a top-up."""
    return payment.checkout.number if payment.checkout else ""


def told_of(
    kind: str, payment: Payment, row: Intent, *, actor: events.Actor = events.SYSTEM, reason: str = ""
) -> events.New:
    """An event of the payment."""
    data = {"checkout": number_of(payment), "amount": row.amount, "currency": row.currency}
    return events.New(kind, payment, actor, reason=reason, data=data)


def set_columns(row: Intent, **columns: object) -> None:
    """Writes columns of an intent that the caller holds, and reads back the moments that the database set."""
    Intent.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db(fields=list(columns))
