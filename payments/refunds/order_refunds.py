"""Refunds of an order, made from a plan of who bears what. `send_refund` sends their card part to Stripe.

An order is given back whole when it is canceled before it was sent.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.states import state_machine
from marketplace.checkout import place_order
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Payment, PaymentSplit, Refund
from payments.refunds import parts, send_refund
from payments.refunds.in_dispute import refuse_in_dispute
from payments.refunds.plan import Plan, plan_rest
from wallet import ledger, movements


def cancel_order(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund | None:
    """Paid → canceled before it was sent: the buyer gets everything back, stock its quantities. One transaction.

    The wallet part is in the buyer's wallet when this returns. None when the order had cost nothing.
    Raises states.InvalidTransition when the order was sent, canceled or refunded meanwhile, OrderInDispute while its card
    payment is disputed; then nothing has moved.
    """
    refund = db_retry.atomic_retry(lambda: _cancel(order_id, actor=actor, reason=reason, user_id=user_id))
    if refund is not None and refund.card_part:
        transaction.on_commit(lambda: send_refund.request_send(refund.pk))
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
        return make_refund(plan, payment, actor=actor, reason="order_canceled", note=reason, user_id=user_id)


def make_refund(
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
