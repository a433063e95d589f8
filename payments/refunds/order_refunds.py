"""Refunds of an order: made from a plan of who bears what, sent to the card, and followed until they arrive.

In this part an order is given back whole, when it is canceled before it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog
from django.db import transaction
from django.db.models import Case, F, When

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.jobs import task_wakeup
from banibs.core.money import Money
from banibs.core.states import state_machine
from marketplace.checkout import place_order
from marketplace.models import Order
from marketplace.orders import transitions
from payments import incidents, policy
from payments.gateways import outcomes
from payments.gateways.stripe import stripe_refunds
from payments.models import Intent, Payment, PaymentSplit, Refund
from payments.refunds import parts
from payments.refunds.in_dispute import refuse_in_dispute
from payments.refunds.plan import Plan, plan_rest
from wallet import ledger, movements
from wallet.posting import Posting

log = structlog.get_logger(__name__)


def cancel_order(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund | None:
    """Paid → canceled before it was sent: the buyer gets everything back, stock its quantities. One transaction.

    The wallet part is in the buyer's wallet when this returns. None when the order had cost nothing.
    Raises states.InvalidTransition when the order was sent, canceled or refunded meanwhile, OrderInDispute while its card
    payment is disputed; then nothing has moved.
    """
    refund = db_retry.atomic_retry(lambda: _cancel(order_id, actor=actor, reason=reason, user_id=user_id))
    if refund is not None and refund.card_part:
        transaction.on_commit(lambda: request_send(refund.pk))
    return refund


def _cancel(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund | None:
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        if order.status != Order.Status.PAID:
            raise state_machine.InvalidTransition(order, current=order.status, to=Order.Status.CANCELED)
        refuse_in_dispute(order)
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        plan = plan_rest(order, PaymentSplit.objects.get(order=order))
        transitions.cancel([order], actor=actor, reason=reason)
        place_order.put_back_stock([order])
        if not plan.amount and not plan.share.promotion:
            return None
        return _refund(plan, payment, actor=actor, reason="order_canceled", note=reason, user_id=user_id)


def _refund(
    plan: Plan, payment: Payment, *, actor: events.Actor, reason: str, note: str, user_id: int | None
) -> Refund:
    """The row, the columns, and the posting, from one plan. The caller holds the order and its payment."""
    order, share = plan.order, plan.share
    refund = Refund.objects.create(
        payment=payment,
        order=order,
        currency=order.currency,
        amount=plan.amount,
        wallet_part=plan.to_wallet,
        card_part=plan.to_card,
        from_held=plan.sources.held,
        from_reserve=plan.sources.reserve,
        from_available=plan.sources.available,
        fee=share.fee,
        tax=share.tax,
        processing=share.processing,
        promotion=share.promotion,
        breakdown=parts.breakdown(share),
        reason=reason,
        note=note,
        requested_by_id=user_id,
        status=Refund.Status.PENDING if plan.to_card else Refund.Status.SUCCEEDED,
        succeeded_at=None if plan.to_card else Now(),
    )
    booked = plan.booked()
    parts.take(order, plan.sources)
    parts.count(order, refund.breakdown, processing=share.processing)
    if booked.fee_deferred:
        Order.objects.filter(pk=order.pk).update(fee_deferred=F("fee_deferred") - share.fee)
    Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") + plan.amount)
    events.record(
        events.New(
            "order.refunded",
            order,
            actor,
            from_state=order.status,
            to_state=order.status,
            reason=note,
            data={"refund": refund.pk, "amount": plan.amount, "currency": order.currency},
        )
    )
    ledger.post(
        movements.order_refunded(
            booked,
            refund=refund.pk,
            reference=order.number,
            currency=order.currency,
            actor=actor.type,
            memo=note,
        )
    )
    return refund


SEND_TASK = "payments.tasks.send_refund"


def request_send(refund_id: int) -> None:
    """Asks a worker to send a refund's card part; with the broker away the sweeper does."""
    task_wakeup.send(SEND_TASK, refund_id)


def due_refunds() -> list[int]:
    """Refunds whose card part Stripe has not confirmed, oldest first, those never sent before all: the sweeper's list."""
    return list(
        Refund.objects.filter(status=Refund.Status.PENDING)
        .order_by(Case(When(stripe_id=None, then=0), default=1), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def send_refund(refund_id: int) -> Refund:
    """Sends the card part of a refund to Stripe, or asks how it fares. Raises outcomes.Unknown: asked again, same key."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.status != Refund.Status.PENDING or not refund.card_part:
        return refund
    if refund.stripe_id:
        sync_refund(stripe_refunds.read_refund(refund.stripe_id))
    else:
        _send(refund)
    refund.refresh_from_db()
    return refund


def _send(refund: Refund) -> None:
    intent = Intent.objects.filter(payment=refund.payment_id, status=Intent.Status.SUCCEEDED).get()
    intent_id = intent.stripe_id or ""
    try:
        state = _sent_long_ago(refund, intent_id) or stripe_refunds.create_refund(
            key=f"refund:{refund.pk}:{refund.attempt}",
            intent=intent_id,
            amount=refund.card_part,
            metadata={"banibs_refund": str(refund.pk), "banibs_order": refund.order.number},
        )
    except outcomes.Refused as refused:
        made = _at_stripe(intent_id)
        found = _ours(refund, made)
        if found is None:
            _refused(refund, refused, given_back=any(_by_hand(one) for one in made))
            return
        state = found
    Refund.objects.filter(pk=refund.pk, stripe_id=None).update(stripe_id=state.id)
    sync_refund(state)


def _sent_long_ago(refund: Refund, intent_id: str) -> stripe_refunds.RefundState | None:
    """What a lost answer made, for a refund older than Stripe's memory of its key."""
    if not Refund.objects.filter(pk=refund.pk, created_at__lte=Now() - policy.REFUND_KEY_GOOD_FOR).exists():
        return None
    return _ours(refund, _at_stripe(intent_id))


def _at_stripe(intent_id: str) -> list[stripe_refunds.RefundState]:
    try:
        return stripe_refunds.refunds_of(intent_id)
    except outcomes.Refused:  # Stripe knows no such intent
        return []


def _ours(refund: Refund, made: Sequence[stripe_refunds.RefundState]) -> stripe_refunds.RefundState | None:
    return next((one for one in made if one.metadata.get("banibs_refund") == str(refund.pk)), None)


def _by_hand(state: stripe_refunds.RefundState) -> bool:
    return "banibs_refund" not in state.metadata and state.status not in ("failed", "canceled")


def _refused(refund: Refund, refused: outcomes.Refused, *, given_back: bool) -> None:
    """Stripe will not send it. Money that the buyer has already had, or may get, another way is not given a second time:
    then a person decides, and it stays owed in the books.
    """
    if not given_back and refused.code not in ("charge_already_refunded", "charge_disputed"):
        _failed(refund.pk, why=refused.message, was_sent=False)
        return
    incidents.open_incident(
        "refund_refused",
        key=str(refund.pk),
        payment_id=refund.payment_id,
        detail=f"{incidents.amount_text(refund.card_part, refund.currency)} of {refund.order.number} "
        f"stay owed: {refused.message}",
    )
    Refund.objects.filter(pk=refund.pk, status=Refund.Status.PENDING).update(
        status=Refund.Status.FAILED, failure=refused.message[:200]
    )


def sync_refund(state: stripe_refunds.RefundState) -> Refund | None:
    """Takes in a refund as Stripe has it, any number of times; None when it is not one of ours."""
    refund = Refund.objects.filter(stripe_id=state.id).first()
    if refund is None:
        number = state.metadata.get("banibs_refund", "")
        if not (number.isascii() and number.isdigit()):
            return None
        Refund.objects.filter(pk=int(number), stripe_id=None).update(stripe_id=state.id)
        refund = Refund.objects.filter(stripe_id=state.id).first()
        if refund is None:
            return None
    if (state.amount, state.currency) != (refund.card_part, refund.currency):
        incidents.open_incident(
            "refund_mismatch",
            key=state.id,
            payment_id=refund.payment_id,
            detail=f"Stripe has {incidents.amount_text(state.amount, state.currency)}, "
            f"we asked for {incidents.amount_text(refund.card_part, refund.currency)}",
        )
        return refund
    if state.status == "succeeded":
        _sent(refund.pk)
    elif state.status in ("failed", "canceled"):
        _failed(refund.pk, why=state.failure or state.status, was_sent=True)
    return refund


def _sent(refund_id: int) -> None:
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund_id)
        if refund.status != Refund.Status.PENDING:
            return
        Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.SUCCEEDED, succeeded_at=Now())
        events.record(_told("order.refund_sent", refund))
        ledger.post(_booked(movements.refund_sent, refund))


def _failed(refund_id: int, *, why: str, was_sent: bool) -> None:
    """The card would not take it: it stays owed to the buyer, and goes to the wallet instead. Nobody pays twice."""
    with transaction.atomic():
        refund = Refund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund_id)
        if refund.status == Refund.Status.FAILED:
            return
        if refund.status == Refund.Status.PENDING and was_sent:
            ledger.post(_booked(movements.refund_sent, refund))
        Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.FAILED, failure=why[:200])
        events.record(_told("order.refund_to_wallet", refund, reason=why))
        if was_sent:
            ledger.post(_booked(movements.refund_failed, refund))
        ledger.post(
            movements.refund_to_wallet(
                refund=refund.pk,
                buyer=refund.order.buyer_id,
                amount=Money(refund.card_part, refund.currency),
                reference=refund.order.number,
            )
        )


class CardMovement(Protocol):
    """A movement about the card's part of a refund."""

    def __call__(self, *, refund: int, attempt: int, amount: Money, reference: str) -> Posting: ...


def _booked(movement: CardMovement, refund: Refund) -> Posting:
    return movement(
        refund=refund.pk,
        attempt=refund.attempt,
        amount=Money(refund.card_part, refund.currency),
        reference=refund.order.number,
    )


def _told(kind: str, refund: Refund, *, reason: str = "") -> events.New:
    data = {"refund": refund.pk, "amount": refund.card_part, "currency": refund.currency}
    return events.New(kind, refund.order, events.STRIPE, reason=reason, data=data)
