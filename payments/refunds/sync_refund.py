"""Takes in a refund as Stripe has it: what it did to our balance is booked, and what becomes of the buyer's money.

Any number of times, in any order of events: each fact is booked once, under the row's lock.
"""

from __future__ import annotations

import structlog
from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from payments import incidents
from payments.gateways import installation
from payments.gateways.stripe.stripe_balance import BalanceMove
from payments.gateways.stripe.stripe_refunds import RefundState
from payments.models import Refund
from payments.refunds import balance_moves, cancel_refund
from payments.refunds.cancel_refund import signed
from wallet import ledger, movements

log = structlog.get_logger(__name__)
Status = Refund.Status
# A refund that did not get through because the buyer's bank takes the money itself.
WITH_THE_BANK = ("charge_for_pending_refund_disputed",)
# The incidents on which the sweeper waits for a person: what Stripe says does not fit what we asked for.
NOT_UNDERSTOOD = ("refund_mismatch", "refund_currency")


def sync_refund(state: RefundState) -> Refund | None:
    """Takes in a refund as Stripe has it; None when it is not one of ours. Asks Stripe for balance transactions that
    are new. Raises outcomes.Unknown.

    Sent when it has a balance transaction, returned when it has the one of its failure. A refund that failed is in
    the buyer's wallet when this returns, unless the money went another way.
    """
    refund = _row_of(state)
    if (
        refund is None or refund.stripe_id != state.id
    ):  # an earlier attempt moved nothing, or came back wholly
        return refund
    if (state.amount, state.currency) != (refund.card_part, refund.currency):
        _not_understood(
            "refund_mismatch",
            refund,
            key=state.id,
            detail=f"Stripe has {incidents.amount_text(state.amount, state.currency)}, "
            f"we asked for {incidents.amount_text(refund.card_part, refund.currency)}",
        )
        return refund
    moves = balance_moves.read_moves(
        state, sent=refund.balance_transaction, returned=refund.failure_balance_transaction
    )
    if problem := balance_moves.problem(moves, card_money(refund)):
        _not_understood("refund_currency", refund, key=state.id, detail=problem)
        return refund
    take_in(refund.pk, state, moves)
    return refund


def _row_of(state: RefundState) -> Refund | None:
    """By its id, else by the number and the attempt in its metadata, when the answer never reached us."""
    found = Refund.objects.filter(stripe_id=state.id).first()
    if found is not None:
        return found
    number, attempt = state.metadata.get("banibs_refund", ""), attempt_of(state)
    if not (number.isascii() and number.isdigit()):
        return None
    if installation.is_anothers(state.metadata):
        return None
    Refund.objects.filter(pk=int(number), attempt=attempt, stripe_id=None).update(stripe_id=state.id)
    found = Refund.objects.filter(pk=int(number)).first()
    if found is None or (found.stripe_id != state.id and not _was_tried(found, state.id)):
        return None
    return found


def attempt_noted(attempt: int) -> dict[str, str]:
    """What a refund at Stripe says of its attempt. The first says nothing: a key that a server of an older release has sent
    is asked again with the same parameters.
    """
    return {} if attempt == 1 else {"banibs_attempt": str(attempt)}


def attempt_of(state: RefundState) -> int:
    """Which of our attempts made it."""
    said = state.metadata.get("banibs_attempt", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0


def _was_tried(refund: Refund, stripe_id: str) -> bool:
    return any(stripe_id in attempt for attempt in refund.earlier)


def _not_understood(kind: str, refund: Refund, *, key: str, detail: str) -> None:
    incidents.open_incident(kind, key=key, payment_id=refund.payment_id, refund_id=refund.pk, detail=detail)


def take_in(refund_id: int, state: RefundState, moves: balance_moves.Moves) -> None:
    """Books what is new of a refund and moves its state, under its lock."""
    with transaction.atomic():
        sale = cancel_refund.lock_sale(refund_id) if state.never_left else None
        refund = lock(refund_id)
        if refund.stripe_id != state.id:  # sent again meanwhile
            return
        if sale is not None and _can_be_undone(refund):
            _take_back(sale, refund, state)
            return
        if moves.sent is not None:
            book_sent(refund, moves.sent, told=not state.over)
        if moves.returned is not None and refund.sent_at is not None:
            _book_returned(refund, moves.returned)
        _go_on(refund, state, left_now=moves.sent is not None)


def _can_be_undone(refund: Refund) -> bool:
    return refund.status == Status.PENDING and not refund.wallet_part and refund.sent_at is None


def _take_back(sale: cancel_refund.Sale, refund: Refund, state: RefundState) -> None:
    """It was canceled before anything of it left: all is as before it. Where that cannot be, it stays owed, and a person
    decides.
    """
    why = state.failure or state.status
    if not cancel_refund.put_back(sale, refund, actor=events.STRIPE, reason=""):
        fail(refund, why=why, elsewhere=True)
        return
    set_columns(refund, status=Status.CANCELED, failure=why[:200])
    events.record(told_of("order.refund_canceled", refund))


def lock(refund_id: int) -> Refund:
    """The refund as it is now, locked, with its order."""
    return Refund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund_id)


def book_sent(refund: Refund, move: BalanceMove, *, told: bool = True, actor: str = "stripe") -> None:
    """Stripe has taken it from our balance: booked once. The caller holds the refund."""
    new = refund.sent_at is None
    set_columns(refund, balance_transaction=move.id, **({"sent_at": Now()} if new else {}))
    balance_moves.book_fee(move, of=str(refund.stripe_id), payment_id=refund.payment_id)
    if not new:  # it was booked before balance transactions were kept
        return
    if told:
        events.record(told_of("order.refund_sent", refund))
    ledger.post(
        movements.refund_sent(
            refund=refund.pk,
            attempt=refund.attempt,
            amount=card_money(refund),
            reference=refund.order.number,
            actor=actor,
        )
    )


def _book_returned(refund: Refund, move: BalanceMove) -> None:
    new = refund.returned_at is None
    set_columns(refund, failure_balance_transaction=move.id, **({"returned_at": Now()} if new else {}))
    balance_moves.book_fee(move, of=str(refund.stripe_id), payment_id=refund.payment_id)
    if new:
        ledger.post(
            movements.refund_failed(
                refund=refund.pk,
                attempt=refund.attempt,
                amount=card_money(refund),
                reference=refund.order.number,
            )
        )


def _go_on(refund: Refund, state: RefundState, *, left_now: bool) -> None:
    """The state that follows. A refund that failed counts as sent until its money is on our balance again; what is told
    of it later than its failure is old, unless money has `left_now`.
    """
    if state.over:
        if refund.status in (Status.PENDING, Status.SENT, Status.SUCCEEDED) and not refund.failure:
            fail(refund, why=state.failure or state.status, elsewhere=state.failure in WITH_THE_BANK)
        elif refund.status == Status.SENT and refund.returned_at is not None:
            set_columns(refund, status=Status.FAILED)
        return
    if refund.sent_at is None or refund.returned_at is not None or refund.status == Status.SUCCEEDED:
        return
    if refund.to_wallet_at is not None or refund.status == Status.CANCELED:
        if left_now:
            _twice(refund, state)
    elif state.status == "succeeded":
        set_columns(refund, status=Status.SUCCEEDED, succeeded_at=Now(), failure="")
    else:
        set_columns(refund, status=Status.SENT, failure="")


def _twice(refund: Refund, state: RefundState) -> None:
    incidents.open_incident(
        "refund_paid_twice",
        key=state.id,
        payment_id=refund.payment_id,
        refund_id=refund.pk,
        detail=f"{state.id} reached the card ({state.status}) after it was given up: the buyer may have "
        f"{incidents.amount_text(refund.card_part, refund.currency)} twice",
    )


def fail(refund: Refund, *, why: str, elsewhere: bool) -> None:
    """It does not reach the card. The caller holds the refund, which was not given up before.

    It goes to the buyer's wallet at once. Where the buyer has the money another way, or may get it (`elsewhere`), it
    stays owed, and a person decides (`payments.refunds.decisions.decide_refund`).
    """
    out = refund.sent_at is not None and refund.returned_at is None
    set_columns(refund, status=Status.SENT if out else Status.FAILED, failure=why[:200] or "failed")
    if elsewhere:
        _stays_owed(refund, why)
    else:
        to_wallet(refund, reason=why)


def _stays_owed(refund: Refund, why: str) -> None:
    number = "" if refund.attempt == 1 else f":{refund.attempt}"
    incidents.open_incident(
        "refund_refused",
        key=f"{refund.pk}{number}",
        payment_id=refund.payment_id,
        refund_id=refund.pk,
        detail=f"{incidents.amount_text(refund.card_part, refund.currency)} of {refund.order.number} stay owed: {why}",
        again=True,
    )


def to_wallet(refund: Refund, *, reason: str, actor: events.Actor = events.STRIPE) -> None:
    """The card part goes to the buyer's wallet instead, once; buyer and seller are told. The caller holds the refund.

    The seller is not touched: the money was theirs to give once, and is owed to the buyer since.
    """
    set_columns(refund, to_wallet_at=Now())
    events.record(told_of("order.refund_to_wallet", refund, actor=actor, reason=reason))
    ledger.post(
        movements.refund_to_wallet(
            refund=refund.pk,
            buyer=refund.order.buyer_id,
            amount=card_money(refund),
            reference=refund.order.number,
            actor=signed(actor),
        )
    )


def set_columns(refund: Refund, **columns: object) -> None:
    """Writes columns of a refund that the caller holds, and reads back the moments that the database set."""
    Refund.objects.filter(pk=refund.pk).update(**columns)
    refund.refresh_from_db(fields=list(columns))


def card_money(refund: Refund) -> Money:
    """What goes to the card."""
    return Money(refund.card_part, refund.currency)


def told_of(
    kind: str, refund: Refund, *, actor: events.Actor = events.STRIPE, reason: str = ""
) -> events.New:
    """An event of the refund's order."""
    data = {"refund": refund.pk, "amount": refund.card_part, "currency": refund.currency}
    return events.New(kind, refund.order, actor, reason=reason, data=data)
