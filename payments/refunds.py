"""Giving money back: who bears what, as a plan first and then for real by the same figures.

In this part an order is given back whole, when it is canceled before it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from banibs.core import events, retry, states
from banibs.core.clock import Now
from marketplace import checkout, orders
from marketplace.models import Order, OrderLine
from payments.models import Payment, PaymentSplit, Refund
from wallet import ledger, movements


@dataclass(frozen=True)
class Plan:
    """What a refund of an order moves, in minor units: to the buyer by tender, from each that had a part of it."""

    order: Order
    to_wallet: int
    to_card: int
    from_held: int
    from_available: int
    fee: int
    tax: int
    processing: int
    promotion: int

    @property
    def amount(self) -> int:
        """What the buyer gets."""
        return self.to_wallet + self.to_card


def plan_full(order: Order, split: PaymentSplit) -> Plan:
    """The whole of an order that was never refunded: each column goes back as it came, BANIBS bears the card's fee."""
    if order.refunded:
        raise ValueError(f"{order.number} was refunded in part")
    return Plan(
        order=order,
        to_wallet=split.wallet_part,
        to_card=split.card_part,
        from_held=order.held,
        from_available=order.seller_net - order.held,
        fee=order.marketplace_fee,
        tax=order.tax,
        processing=order.processing_fee,
        promotion=order.promotion,
    )


def cancel_order(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund | None:
    """Paid → canceled before it was sent: the buyer gets everything back, the shelf its pieces. One transaction.

    The wallet part is in the buyer's wallet when this returns. None when the order had cost nothing.
    Raises states.InvalidTransition when the order was sent, canceled or refunded meanwhile; then nothing has moved.
    """
    return retry.atomic_retry(lambda: _cancel(order_id, actor=actor, reason=reason, user_id=user_id))


def _cancel(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund | None:
    with transaction.atomic():
        (order,) = orders.lock([order_id])
        if order.status != Order.Status.PAID:
            raise states.InvalidTransition(order, current=order.status, to=Order.Status.CANCELED)
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        plan = plan_full(order, PaymentSplit.objects.get(order=order))
        orders.cancel([order], actor=actor, reason=reason)
        checkout.put_back_stock([order])
        _mark_lines(order)
        if not plan.amount and not plan.promotion:
            return None
        return _refund(plan, payment, actor=actor, reason="order_canceled", note=reason, user_id=user_id)


def _mark_lines(order: Order) -> None:
    OrderLine.objects.filter(order=order).update(
        refunded=F("total"), refunded_tax=F("tax"), refunded_fee=F("fee"), refunded_promotion=F("promotion")
    )
    Order.objects.filter(pk=order.pk).update(refunded=F("total"))


def _refund(
    plan: Plan, payment: Payment, *, actor: events.Actor, reason: str, note: str, user_id: int | None
) -> Refund:
    order = plan.order
    refund = Refund.objects.create(
        payment=payment,
        order=order,
        currency=order.currency,
        amount=plan.amount,
        wallet_part=plan.to_wallet,
        card_part=plan.to_card,
        from_held=plan.from_held,
        from_available=plan.from_available,
        fee=plan.fee,
        tax=plan.tax,
        processing=plan.processing,
        promotion=plan.promotion,
        reason=reason,
        note=note,
        requested_by_id=user_id,
        status=Refund.Status.PENDING if plan.to_card else Refund.Status.SUCCEEDED,
        succeeded_at=None if plan.to_card else Now(),
    )
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
            refund=refund.pk,
            reference=order.number,
            order=order.pk,
            seller=order.seller_id,
            buyer=order.buyer_id,
            currency=order.currency,
            region=order.checkout.region_id,
            from_pending=plan.from_held,
            from_available=plan.from_available,
            fee=plan.fee,
            tax=plan.tax,
            processing=plan.processing,
            promotion=plan.promotion,
            to_wallet=plan.to_wallet,
            to_card=plan.to_card,
            actor=actor.type,
            memo=note,
        )
    )
    return refund
